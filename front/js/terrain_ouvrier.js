// L'ouvrier de service du relevé : garde la coquille (page, scripts, styles, images) et rien d'autre. Les données ne
// passent jamais par son cache : elles sont dans la base du téléphone, d'où elles s'effacent.
// `self.COQUILLE` est posée par le serveur : `{version, adresses}`.
import { envoyer } from "./terrain_envoi.js";

const PREFIXE = "tissu-terrain-";
const { version, adresses } = self.COQUILLE;
const CACHE = PREFIXE + version;
const PAGE = new URL("./", self.location.href).pathname;

async function garder() {
  const cache = await caches.open(CACHE);
  await Promise.all(adresses.map(async (adresse) => {
    // Une redirection est la page de connexion : plutôt l'ancienne coquille qu'une fausse.
    const reponse = await fetch(new Request(adresse, { cache: "reload", credentials: "same-origin", redirect: "error" }));
    if (!reponse.ok) throw new Error(`${adresse} répond ${reponse.status}`);
    await cache.put(adresse, reponse);
  }));
}

async function menage() {
  const anciens = (await caches.keys()).filter((nom) => nom.startsWith(PREFIXE) && nom !== CACHE);
  await Promise.all(anciens.map((nom) => caches.delete(nom)));
  await self.clients.claim();
}

async function servir(requete, adresse) {
  const cache = await caches.open(CACHE);
  return (await cache.match(adresse, { ignoreVary: true })) ?? fetch(requete);
}

self.addEventListener("install", (evenement) => evenement.waitUntil(garder().then(() => self.skipWaiting())));
self.addEventListener("activate", (evenement) => evenement.waitUntil(menage()));
self.addEventListener("fetch", (evenement) => {
  const { request: requete } = evenement;
  const lieu = new URL(requete.url);
  if (requete.method !== "GET" || lieu.origin !== self.location.origin) return;
  if (lieu.pathname === PAGE && requete.mode === "navigate") evenement.respondWith(servir(requete, PAGE));
  else if (lieu.pathname !== PAGE && adresses.includes(lieu.pathname)) evenement.respondWith(servir(requete, lieu.pathname));
});
// Le réseau revient, l'onglet étant peut-être fermé : le navigateur nous réveille pour envoyer.
self.addEventListener("sync", (evenement) => {
  if (evenement.tag === "releves") evenement.waitUntil(envoyerEtDire());
});

async function envoyerEtDire() {
  const { raison } = await envoyer();
  new BroadcastChannel("tissu-terrain").postMessage("envoye");
  // Rejeter fait que le navigateur réessaiera de lui-même ; une session fermée attend la personne.
  if (["hors_ligne", "panne", "attendre"].includes(raison)) throw new Error(raison);
}

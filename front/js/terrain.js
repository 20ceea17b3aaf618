// Le relevé sur place : une page qui s'ouvre sans réseau, écrit d'abord sur le téléphone, envoie quand elle peut.
import * as garde from "./terrain_base.js";
import { annoncer, h, montrer, pluriel } from "./terrain_dom.js";
import { Arret, emporter, envoyer } from "./terrain_envoi.js";
import { modifier, nouveauLocal, unLocal } from "./terrain_local.js";
import { aEnvoyer, unConflit } from "./terrain_revoir.js";
import { introuvable, mesRues, uneRue } from "./terrain_rues.js";

const REPRISES_S = [10, 30, 60, 120, 300];
const racine = document.querySelector("[data-terrain]");
const file = document.querySelector("[data-file]");
const ecoute = new BroadcastChannel("tissu-terrain");
let raison = "fini";
let posee;
let reprises = 0;
let attente;

const ROUTES = [
  [/^#\/rue\/(\d+)\/nouveau$/, nouveauLocal],
  [/^#\/rue\/(\d+)\/([\w-]+)\/modifier$/, modifier],
  [/^#\/rue\/(\d+)\/([\w-]+)$/, unLocal],
  [/^#\/rue\/(\d+)$/, uneRue],
  [/^#\/conflit\/([\w-]+)$/, unConflit],
  [/^#\/a-envoyer$/, aEnvoyer],
  [/^(?:#\/?)?$/, mesRues],
];

async function contexte() {
  return {
    personne: await garde.reglage("personne"), choix: await garde.reglage("choix"), connexion: racine.dataset.connexion,
    apresGarde, mettreAJour: () => mettreAJour({ dire: true }), envoyer: () => toutEnvoyer({ dire: true }),
  };
}

async function dessiner() {
  const trouvee = ROUTES.map(([motif, ecran]) => [motif.exec(location.hash), ecran]).find(([lu]) => lu);
  if (!trouvee) return introuvable();
  const [lu, ecran] = trouvee;
  await ecran(await contexte(), ...lu.slice(1));
}

// --- La file : toujours en vue ---

async function direLaFile() {
  const personne = await garde.reglage("personne");
  const compte = await garde.attente(personne?.id);
  const reste = compte.releves + compte.photos + compte.gestes;
  const quoi = compte.releves ? `${pluriel(compte.releves, "relevé")} à envoyer`
    : compte.photos ? `${pluriel(compte.photos, "photo")} à envoyer`
    : compte.gestes ? `${pluriel(compte.gestes, "rue finie", "rues finies")} à envoyer`
    : compte.a_revoir ? "" : "Tout est envoyé";
  const suites = quoi ? [quoi] : [];
  if (!navigator.onLine) suites.push("hors ligne");
  if (compte.a_revoir) suites.push(`${compte.a_revoir} à revoir`);
  if (compte.autres) suites.push(`${compte.autres} d'une autre personne`);
  const geste = personne && raison === "session" ? "Reconnectez-vous" : raison === "autre" ? "Changer de compte"
    : reste ? "Envoyer" : "";
  poserLaFile(suites.join(" · "), geste);
  file.dataset.etat = compte.a_revoir ? "revoir" : reste ? "attend" : "fini";
}

// Ce qui n'a pas changé reste en place : un lien remplacé sous le doigt, ou sous le curseur, ne s'ouvre pas.
function poserLaFile(texte, geste) {
  if (posee === `${texte}|${geste}`) return;
  posee = `${texte}|${geste}`;
  const enfants = [h("a", { href: "#/a-envoyer", class: "terrain__compte" }, texte)];
  if (geste === "Envoyer") {
    enfants.push(h("button", { type: "button", class: "btn btn-sm", onclick: () => toutEnvoyer({ dire: true }) }, geste));
  } else if (geste) {
    enfants.push(h("a", { href: racine.dataset.connexion, class: "btn btn-sm" }, geste));
  }
  file.replaceChildren(...enfants);
}

async function apresGarde() {
  await direLaFile();
  const ouvrier = await navigator.serviceWorker?.getRegistration();
  ouvrier?.sync?.register("releves").catch(() => {});
  planifier(1);
}

function planifier(secondes) {
  clearTimeout(attente);
  attente = setTimeout(() => toutEnvoyer(), secondes * 1000);
}

const PHRASES = {
  hors_ligne: "Pas de réseau : tout est gardé sur ce téléphone, et partira au retour du réseau.",
  session: "Votre session est fermée. Reconnectez-vous : rien n'est perdu.",
  autre: "Une autre personne est connectée : ses relevés et les vôtres ne se mêlent pas.",
  attendre: "Beaucoup d'envois à la fois : nouvel essai dans un instant.",
  panne: "Le serveur ne répond pas comme il faut : nouvel essai dans un instant. Rien n'est perdu.",
};

async function toutEnvoyer({ dire = false, conflits = false } = {}) {
  if (!navigator.onLine) raison = "hors_ligne";
  else {
    const fin = await envoyer({ conflits });
    if (fin.raison === "deja") return planifier(5);
    raison = fin.raison;
    if (fin.recus) await redessinerSiCalme();
    if (raison === "refus") annoncer(fin.message || "Le serveur refuse cet envoi. Exportez vos relevés et prévenez le bureau.");
    if (dire && raison === "fini") annoncer("Tout ce qui pouvait partir est parti.");
  }
  if (dire && PHRASES[raison]) annoncer(PHRASES[raison]);
  if (raison === "panne" || raison === "attendre") {
    planifier(REPRISES_S[Math.min(reprises, REPRISES_S.length - 1)]);
    reprises += 1;
  } else reprises = 0;
  await direLaFile();
}

// Un écran où l'on saisit ne se redessine pas sous le doigt.
async function redessinerSiCalme() {
  if (!document.querySelector("[data-ecran] form, dialog[open]")) await dessiner();
}

async function mettreAJour({ dire = false } = {}) {
  try {
    const parties = await emporter();
    raison = "fini";
    if (parties.length) annoncer(`${parties.join(", ")} : plus à relever, ${parties.length > 1 ? "ont" : "a"} quitté ce téléphone.`);
    else if (dire) annoncer("Vos rues sont à jour.");
    await toutEnvoyer({ conflits: true });
  } catch (arret) {
    if (!(arret instanceof Arret)) throw arret;
    raison = arret.raison;
    if (dire) annoncer(PHRASES[raison] ?? arret.message);
  }
  await direLaFile();
  await redessinerSiCalme();
}

function accorderLeTheme() {
  const choisi = /(?:^|; )theme=(clair|sombre)/.exec(document.cookie)?.[1];
  if (choisi) document.documentElement.dataset.theme = choisi;
}

async function demarrer() {
  accorderLeTheme();
  if (!("indexedDB" in window) || !("serviceWorker" in navigator)) {
    montrer("Relevé sur place", { corps: [h("p", {}, "Ce navigateur ne sait pas garder les relevés sans réseau : ouvrez la page dans Chrome, Edge, Firefox ou Safari à jour.")] });
    return;
  }
  await navigator.serviceWorker.register(racine.dataset.ouvrier, { scope: racine.dataset.portee });
  await navigator.storage?.persist?.();
  addEventListener("hashchange", dessiner);
  addEventListener("online", () => mettreAJour());
  addEventListener("offline", direLaFile);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && toutEnvoyer());
  ecoute.addEventListener("message", async () => {
    await direLaFile();
    await redessinerSiCalme();
  });
  await direLaFile();
  await dessiner();
  if (navigator.onLine) await mettreAJour();
}

demarrer();

// Envoyer ce qui attend : par lots, dans l'ordre, sous la session de la personne qui l'a écrit. La page et l'ouvrier de
// service s'en servent tous deux ; un verrou fait qu'un seul envoie à la fois, et le serveur reconnaît chaque clé.
import * as garde from "./terrain_base.js";

const BASE = new URL("./", self.location.href);
const LOT = 20;
const PATIENCE_MS = 60_000;

// Pourquoi un appel n'a pas abouti : hors_ligne, session, attendre, panne, refus.
export class Arret extends Error {
  constructor(raison, message = "") {
    super(message || raison);
    this.raison = raison;
  }
}

export async function appeler(chemin, { corps, jeton, ...options } = {}) {
  const entetes = { Accept: "application/json" };
  if (jeton) entetes["X-CSRFToken"] = jeton;
  if (corps && !(corps instanceof FormData)) {
    entetes["Content-Type"] = "application/json";
    corps = JSON.stringify(corps);
  }
  let reponse;
  try {
    reponse = await fetch(new URL(chemin, BASE), {
      method: corps ? "POST" : "GET", body: corps, headers: entetes, credentials: "same-origin", cache: "no-store",
      redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS), ...options,
    });
  } catch {
    throw new Arret("hors_ligne");
  }
  if (reponse.type === "opaqueredirect" || reponse.status === 401) throw new Arret("session");
  if (reponse.status === 429) throw new Arret("attendre");
  if (reponse.status >= 500) throw new Arret("panne");
  let lu = {};
  try {
    lu = await reponse.json();
  } catch {
    throw new Arret(reponse.status === 403 ? "refus" : "panne");
  }
  return { etat: reponse.status, ...lu };
}

async function prouver(personne) {
  const dit = await appeler("jeton/");
  if (dit.etat !== 200) throw new Arret("refus", dit.erreur);
  if (dit.personne.id !== personne.id) throw new Arret("autre");
  return dit.jeton;
}

// Envoie tout ce qui peut partir. Rend `{raison, recus}` : « fini », ou ce qui a arrêté. `conflits` : redemande aussi où
// en sont les relevés en conflit, que le bureau a pu trancher.
export async function envoyer({ conflits = false } = {}) {
  if (!navigator.locks) return envoyerSeul(conflits);
  return navigator.locks.request("tissu-terrain-envoi", { ifAvailable: true }, (verrou) =>
    verrou ? envoyerSeul(conflits) : { raison: "deja", recus: 0 },
  );
}

async function envoyerSeul(conflits) {
  let recus = 0;
  try {
    const personne = await garde.reglage("personne");
    if (!personne) return { raison: "fini", recus };
    const reste = await garde.attente(personne.id);
    if (reste.releves + reste.photos + reste.gestes + (conflits ? reste.a_revoir : 0) === 0) return { raison: "fini", recus };
    const jeton = await prouver(personne);
    recus += await envoyerReleves(personne, jeton, conflits ? ["a_envoyer", "conflit"] : ["a_envoyer"]);
    await envoyerPhotos(personne, jeton);
    await envoyerGestes(personne, jeton);
    return { raison: "fini", recus };
  } catch (arret) {
    if (!(arret instanceof Arret)) throw arret;
    return { raison: arret.raison, message: arret.message, recus };
  }
}

async function envoyerReleves(personne, jeton, sorts) {
  let recus = 0;
  const vus = new Set();
  for (;;) {
    const attendent = (await garde.releves(personne.id)).filter((un) => sorts.includes(un.sort) && !vus.has(un.cle));
    if (attendent.length === 0) return recus;
    // Ce qui a déjà échoué part seul : un relevé que le serveur ne digère pas n'arrête pas les autres.
    const lot = attendent[0].pannes > 0 ? [attendent[0]] : attendent.filter((un) => un.pannes === 0).slice(0, LOT);
    const cles = lot.map((un) => un.cle);
    cles.forEach((cle) => vus.add(cle));
    await garde.marquerEnvoi(cles);
    const corps = { personne: personne.id, releves: lot.map(pourLeServeur) };
    const dit = await appeler("releves/", { jeton, corps }).catch(async (arret) => {
      if (arret.raison === "panne") await garde.marquerPanne(cles);
      throw arret;
    });
    if (dit.etat !== 200) throw new Arret("refus", dit.erreur);
    for (const reponse of dit.reponses) {
      await garde.noterReponse(reponse);
      recus += 1;
    }
  }
}

function pourLeServeur({ cle, campagne, tournee, local, releve_le, version_vue, donnees, vues }) {
  return { cle, campagne, tournee, local, releve_le, version_vue, donnees, vues };
}

async function envoyerPhotos(personne, jeton) {
  let panne = null;
  for (const un of await garde.releves(personne.id)) {
    // D'un local dit nouveau et en conflit, on ne sait pas encore où ranger la photo.
    if (un.sort !== "applique" && !(un.sort === "conflit" && un.local)) continue;
    for (const photo of await garde.photosDe(un.cle)) {
      if (photo.refus) continue;
      const corps = new FormData();
      corps.append("fichier", new File([photo.blob], "releve.jpg", { type: "image/jpeg" }));
      const dit = await appeler(`releves/${un.cle}/photo/`, { jeton, corps }).catch((arret) => {
        // Une photo que le serveur ne digère pas n'arrête pas les autres.
        if (arret.raison !== "panne") throw arret;
        panne = arret;
        return {};
      });
      if (dit.etat === 200) await garde.photoArrivee(photo.id);
      else if (dit.etat === 422) await garde.photoRefusee(photo.id, dit.erreur);
    }
  }
  if (panne) throw panne;
}

async function envoyerGestes(personne, jeton) {
  for (const geste of await garde.gestes(personne.id)) {
    await appeler(`tournees/${geste.tournee}/finie/`, { jeton, corps: { finie: geste.finie } });
    await garde.oublierGeste(geste.cle);
  }
}

// Tranche un conflit : il y faut le réseau.
export async function trancher(cle, choix) {
  const personne = await garde.reglage("personne");
  const jeton = await prouver(personne);
  const dit = await appeler(`releves/${cle}/trancher/`, { jeton, corps: { choix } });
  if (dit.etat !== 200) throw new Arret("refus", dit.erreur);
  await garde.noterReponse(dit);
}

// Met à jour les rues de la personne connectée. Rend les noms de celles qui ont quitté le téléphone.
export async function emporter() {
  const lu = await appeler("tournees/");
  if (lu.etat !== 200) throw new Arret("refus", lu.erreur);
  await garde.accueillir(lu.personne);
  await garde.poser("choix", lu.choix);
  const parties = await garde.retirerTournees(lu.personne.id, lu.tournees.map((une) => une.id));
  for (const [rang, apercu] of lu.tournees.entries()) {
    const rue = await appeler(`tournees/${apercu.id}/`);
    if (rue.etat === 200) await garde.rangerTournee(lu.personne.id, rang, rue, apercu);
  }
  return parties;
}

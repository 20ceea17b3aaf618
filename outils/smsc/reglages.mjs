// Ce qu'un client du serveur peut subir : chaque réglage a sa valeur de départ, sa forme admise, et se dit en français
// quand il est faux. Le hasard est semé : deux essais semblables voient les mêmes délais.
import smpp from "smpp";

const nombre = (valeur) => typeof valeur === "number" && Number.isFinite(valeur) && valeur >= 0;
const entier = (valeur) => Number.isInteger(valeur) && valeur >= 0;
const part = (valeur) => nombre(valeur) && valeur <= 1;
const booleen = (valeur) => typeof valeur === "boolean";
const delai = (valeur) =>
  nombre(valeur) ||
  (Array.isArray(valeur) && valeur.length === 2 && valeur.every(nombre) && valeur[0] <= valeur[1]) ||
  (valeur !== null && typeof valeur === "object" && valeur.mediane > 0 && valeur.p95 >= valeur.mediane);
const statut = (valeur) => valeur in smpp.errors && smpp.errors[valeur] !== 0;

const UN_DELAI = "des millisecondes, [min, max], ou {mediane, p95}";

export const REGLAGES = {
  mot_de_passe: { depart: "demo", admis: (v) => typeof v === "string" && v.length <= 8, attendu: "8 signes au plus" },
  debit: { depart: null, admis: (v) => v === null || (nombre(v) && v > 0), attendu: "des messages par seconde, ou null" },
  delai_reponse_ms: { depart: 0, admis: delai, attendu: UN_DELAI },
  delai_recu_ms: { depart: 0, admis: delai, attendu: UN_DELAI },
  part_echecs: { depart: 0, admis: part, attendu: "une part de 0 à 1" },
  part_recus_perdus: { depart: 0, admis: part, attendu: "une part de 0 à 1" },
  numeros_en_echec: {
    depart: [],
    admis: (v) => Array.isArray(v) && v.every((n) => typeof n === "string"),
    attendu: "une liste de numéros",
  },
  refuser_connexion: { depart: false, admis: booleen, attendu: "true ou false" },
  muet: { depart: false, admis: booleen, attendu: "true ou false" },
  avaler_reponses: { depart: 0, admis: entier, attendu: "un nombre de réponses" },
  fermer_apres: { depart: null, admis: (v) => v === null || (entier(v) && v > 0), attendu: "un nombre de messages, ou null" },
  rejeter: {
    depart: null,
    admis: (v) =>
      v === null || (typeof v === "object" && statut(v.statut) && (v.nombre === undefined || entier(v.nombre))),
    attendu: "null, ou {statut: « ESME_RSUBMITFAIL », nombre: combien, sans fin s'il manque}",
  },
  fenetre_recus: { depart: 10, admis: (v) => entier(v) && v > 0, attendu: "un nombre de remises en attente d'accusé" },
};

/** Les réglages de départ d'un client. */
export function reglagesDeDepart() {
  return Object.fromEntries(Object.entries(REGLAGES).map(([nom, { depart }]) => [nom, structuredClone(depart)]));
}

/** Rend `valeurs` si tout y est connu et admis ; sinon lève une erreur qui nomme le réglage et ce qu'il attend. */
export function verifierReglages(valeurs) {
  for (const [nom, valeur] of Object.entries(valeurs)) {
    if (!(nom in REGLAGES)) throw new RangeError(`Réglage inconnu : « ${nom} ». Admis : ${Object.keys(REGLAGES).join(", ")}.`);
    if (!REGLAGES[nom].admis(valeur)) {
      throw new RangeError(`Réglage « ${nom} » : ${JSON.stringify(valeur)} n'est pas admis, il attend ${REGLAGES[nom].attendu}.`);
    }
  }
  return valeurs;
}

/** Un hasard semé (mulberry32), entre 0 et 1. */
export function hasardSeme(graine) {
  let etat = graine >>> 0;
  return () => {
    etat = (etat + 0x6d2b79f5) >>> 0;
    let melange = Math.imul(etat ^ (etat >>> 15), etat | 1);
    melange ^= melange + Math.imul(melange ^ (melange >>> 7), melange | 61);
    return ((melange ^ (melange >>> 14)) >>> 0) / 4294967296;
  };
}

/** Tire un délai en millisecondes : constant, uniforme, ou lognormal connu par sa médiane et son 95e centile. */
export function tirerDelai(regle, hasard) {
  if (typeof regle === "number") return regle;
  if (Array.isArray(regle)) return regle[0] + (regle[1] - regle[0]) * hasard();
  const normale = Math.sqrt(-2 * Math.log(1 - hasard())) * Math.cos(2 * Math.PI * hasard());
  return regle.mediane * Math.exp((normale * Math.log(regle.p95 / regle.mediane)) / 1.6449);
}

/** Une part tenue exactement : 0,25 touche un message sur quatre, régulièrement. */
export class PartTenue {
  #cumul = 0;

  touche(part) {
    this.#cumul += part;
    if (this.#cumul < 1 - 1e-9) return false;
    this.#cumul -= 1;
    return true;
  }
}

/** Au plus `debit` messages dans toute seconde, quelle qu'elle soit (fenêtre glissante). */
export class Debit {
  #passages = [];
  #place = 0;
  #debit = null;

  admet(debit, maintenant) {
    if (debit === null) return true;
    if (debit !== this.#debit) {
      this.#debit = debit;
      this.#passages = new Array(Math.max(1, Math.floor(debit))).fill(-Infinity);
      this.#place = 0;
    }
    const duree = (1000 * this.#passages.length) / debit;
    if (maintenant - this.#passages[this.#place] < duree) return false;
    this.#passages[this.#place] = maintenant;
    this.#place = (this.#place + 1) % this.#passages.length;
    return true;
  }
}

// Ce que garde le téléphone : les rues emportées, les relevés écrits, leurs photos, les brouillons. Tout porte
// l'identifiant de la personne : sur un téléphone partagé, personne ne voit ni n'envoie ce qui est à une autre.
import { openDB } from "idb";

export const NOM = "tissu-terrain";
const TOUT = ["releves", "photos", "tournees"];
// « strict » : l'écriture est sur le disque avant d'être dite faite. Une batterie qui lâche n'emporte rien.
const SUR = { durability: "strict" };
let ouverte;

export function base() {
  ouverte ??= openDB(NOM, 1, {
    upgrade(db) {
      db.createObjectStore("reglages");
      db.createObjectStore("tournees", { keyPath: "cle" }).createIndex("personne", "personne");
      db.createObjectStore("releves", { keyPath: "cle" }).createIndex("personne", "personne");
      db.createObjectStore("photos", { keyPath: "id" }).createIndex("releve", "releve");
      db.createObjectStore("gestes", { keyPath: "cle" }).createIndex("personne", "personne");
      db.createObjectStore("brouillons", { keyPath: "cle" }).createIndex("personne", "personne");
    },
    blocking(_ancienne, _nouvelle, evenement) {
      evenement.target.close();
      ouverte = undefined;
    },
  });
  return ouverte;
}

// --- La personne et ses rues ---

export async function reglage(nom) {
  return (await base()).get("reglages", nom);
}

export async function poser(nom, valeur) {
  return (await base()).put("reglages", valeur, nom);
}

// Une autre personne ouvre la page : ce que la première avait emporté s'efface. Ce qu'elle n'a pas envoyé reste, à son
// nom, et ne partira que sous sa session.
export async function accueillir(personne) {
  const avant = await reglage("personne");
  if (avant && avant.id !== personne.id) await effacer(avant.id);
  await poser("personne", personne);
}

export async function effacer(personne) {
  const db = await base();
  const lot = db.transaction(["tournees", "reglages"], "readwrite", SUR);
  for (const cle of await lot.objectStore("tournees").index("personne").getAllKeys(personne)) {
    lot.objectStore("tournees").delete(cle);
  }
  const connue = await lot.objectStore("reglages").get("personne");
  if (connue?.id === personne) {
    lot.objectStore("reglages").delete("personne");
    lot.objectStore("reglages").delete("choix");
  }
  await lot.done;
}

export async function tournees(personne) {
  const gardees = await (await base()).getAllFromIndex("tournees", "personne", personne);
  return gardees.sort((une, autre) => une.rang - autre.rang);
}

export async function tournee(personne, id) {
  return (await base()).get("tournees", `${personne}:${id}`);
}

// Range une rue fraîchement lue, par-dessus laquelle se reposent les relevés qui attendent encore.
export async function rangerTournee(personne, rang, lue, apercu) {
  const db = await base();
  const lot = db.transaction(TOUT, "readwrite", SUR);
  const rue = { ...apercu, ...lue, cle: `${personne}:${lue.id}`, personne, rang, lue_le: new Date().toISOString() };
  const enAttente = await lot.objectStore("releves").index("personne").getAll(personne);
  for (const releve of enAttente.sort(parDate)) {
    if (releve.tournee === lue.id && visible(releve)) reposer(rue, releve);
  }
  await lot.objectStore("tournees").put(rue);
  await lot.done;
}

// Ce qui n'est plus confié, ou dont la campagne est close, quitte le téléphone. Rend les noms de ces rues.
export async function retirerTournees(personne, gardees) {
  const db = await base();
  const parties = [];
  for (const rue of await tournees(personne)) {
    if (gardees.includes(rue.id)) continue;
    parties.push(rue.voie);
    await db.delete("tournees", rue.cle);
  }
  return parties;
}

// Un local nouveau que le bureau refuse reste dans la rue : on doit pouvoir le reprendre.
function visible(releve) {
  return ["a_envoyer", "conflit"].includes(releve.sort) || (releve.sort === "refuse" && !releve.local);
}

function reposer(rue, releve) {
  const reference = releve.local ?? nouveau(releve.cle);
  let local = rue.locaux.find((un) => un.reference === reference);
  if (!local) {
    if (releve.local) return;
    local = { reference, version: null, titre: releve.titre, cote: releve.cote, vues: {}, nouveau: releve.cle };
    rue.locaux.splice(placeDe(rue, releve), 0, local);
  }
  Object.assign(local, { fait: true, titre: releve.local ? local.titre : releve.titre });
  local.vues = { ...local.vues, ...valeursDites(releve.donnees) };
}

// À la suite du local choisi ; à défaut, à son rang parmi les numéros de son côté.
function placeDe(rue, releve) {
  const apres = rue.locaux.findIndex((un) => un.reference === releve.apres);
  if (apres >= 0) return apres + 1;
  const rang = (numero) => Number.parseInt(numero, 10) || 0;
  const plusLoin = rue.locaux.findIndex(
    (un) => un.cote === releve.cote && rang(un.vues.numero) > rang(releve.donnees.numero),
  );
  return plusLoin < 0 ? rue.locaux.length : plusLoin;
}

function valeursDites(donnees) {
  const { remarque: _remarque, ...dites } = donnees;
  return dites;
}

export function nouveau(cle) {
  return `nouveau-${cle}`;
}

function parDate(un, autre) {
  return un.pannes - autre.pannes || un.releve_le.localeCompare(autre.releve_le);
}

// --- Les relevés ---

// Écrit un relevé, ses photos, et ce que la rue en montre, d'un seul geste : tout ou rien. Un relevé du même local qui
// n'est pas encore parti se complète au lieu de se doubler.
export async function garder(releve, photos, brouillon) {
  const db = await base();
  const lot = db.transaction([...TOUT, "brouillons"], "readwrite", SUR);
  const tous = await lot.objectStore("releves").index("personne").getAll(releve.personne);
  const meme = tous.find((un) => {
    const pareil = un.cle === releve.cle
      || (releve.local && un.local === releve.local && un.campagne === releve.campagne);
    return pareil && (un.sort === "refuse" || (un.sort === "a_envoyer" && !un.parti));
  });
  const ecrit = { ...releve, parti: false, pannes: 0, sort: "a_envoyer", motif: "", conflits: [] };
  if (meme) {
    const remarque = [meme.donnees.remarque, releve.donnees.remarque].filter(Boolean);
    Object.assign(ecrit, { cle: meme.cle, version_vue: meme.version_vue, vues: meme.vues });
    ecrit.donnees = { ...meme.donnees, ...releve.donnees };
    if (remarque.length) ecrit.donnees.remarque = [...new Set(remarque)].join(" ; ");
  }
  await lot.objectStore("releves").put(ecrit);
  for (const photo of photos) {
    await lot.objectStore("photos").put({ id: photo.id, releve: ecrit.cle, personne: releve.personne, blob: photo.blob });
  }
  const rue = await lot.objectStore("tournees").get(`${releve.personne}:${releve.tournee}`);
  if (rue) {
    reposer(rue, ecrit);
    await lot.objectStore("tournees").put(rue);
  }
  if (brouillon) await lot.objectStore("brouillons").delete(brouillon);
  await lot.done;
  return ecrit;
}

export async function releves(personne) {
  return (await (await base()).getAllFromIndex("releves", "personne", personne)).sort(parDate);
}

export async function releve(cle) {
  return (await base()).get("releves", cle);
}

export async function photosDe(cle) {
  return (await base()).getAllFromIndex("photos", "releve", cle);
}

export async function gestes(personne) {
  return (await base()).getAllFromIndex("gestes", "personne", personne);
}

export async function oublierGeste(cle) {
  return (await base()).delete("gestes", cle);
}

// Une rue dite finie attend comme un relevé.
export async function direFinie(personne, id, finie) {
  const db = await base();
  const lot = db.transaction(["gestes", "tournees"], "readwrite", SUR);
  await lot.objectStore("gestes").put({ cle: `${personne}:finie:${id}`, personne, tournee: id, finie });
  const rue = await lot.objectStore("tournees").get(`${personne}:${id}`);
  if (rue) await lot.objectStore("tournees").put({ ...rue, finie });
  await lot.done;
}

// Ce qui attend : de cette personne, et sous scellés pour les autres.
export async function attente(personne) {
  const db = await base();
  const compte = { releves: 0, photos: 0, a_revoir: 0, gestes: 0, autres: 0 };
  const sorts = new Map();
  for (const un of await db.getAll("releves")) {
    sorts.set(un.cle, un.sort);
    if (un.personne !== personne) compte.autres += un.sort === "a_envoyer" ? 1 : 0;
    else if (un.sort === "a_envoyer") compte.releves += 1;
    else if (un.sort !== "applique") compte.a_revoir += 1;
  }
  for (const photo of await db.getAll("photos")) {
    if (photo.personne !== personne) continue;
    if (photo.refus) compte.a_revoir += 1;
    else if (sorts.get(photo.releve) === "applique") compte.photos += 1;
  }
  compte.gestes = personne ? (await gestes(personne)).length : 0;
  return compte;
}

// Dit qu'un lot part : le serveur l'aura peut-être reçu, dès lors il ne se complète plus.
export async function marquerEnvoi(cles) {
  await marquer(cles, (un) => ({ ...un, parti: true }));
}

// Dit que le serveur n'a pas su répondre de ce lot.
export async function marquerPanne(cles) {
  await marquer(cles, (un) => ({ ...un, pannes: un.pannes + 1 }));
}

async function marquer(cles, changer) {
  const db = await base();
  const lot = db.transaction("releves", "readwrite", SUR);
  for (const cle of cles) {
    const un = await lot.store.get(cle);
    if (un) await lot.store.put(changer(un));
  }
  await lot.done;
}

// Ce que le serveur a répondu d'un relevé.
export async function noterReponse(reponse) {
  const db = await base();
  const lot = db.transaction(TOUT, "readwrite", SUR);
  const un = await lot.objectStore("releves").get(reponse.cle);
  if (!un) return lot.done;
  const recu = reponse.sort === "applique" || reponse.sort === "ecarte";
  const photos = await lot.objectStore("photos").index("releve").getAllKeys(un.cle);
  if (recu && photos.length === 0) await lot.objectStore("releves").delete(un.cle);
  else {
    const sort = recu ? "applique" : reponse.sort;
    await lot.objectStore("releves").put({
      ...un, sort, motif: reponse.motif ?? "", conflits: reponse.conflits ?? [],
    });
  }
  if (reponse.local) await rafraichir(lot, un, reponse.local);
  return lot.done;
}

async function rafraichir(lot, releve, frais) {
  const rue = await lot.objectStore("tournees").get(`${releve.personne}:${releve.tournee}`);
  const local = rue?.locaux.find((un) => un.reference === (releve.local ?? nouveau(releve.cle)));
  if (!local) return;
  const autres = await lot.objectStore("releves").index("personne").getAll(releve.personne);
  // Un autre relevé du même local attend encore : ce qu'il dit reste ce que la rue montre.
  if (autres.some((un) => un.cle !== releve.cle && un.local === releve.local && un.sort === "a_envoyer")) return;
  // Le local dit nouveau en était un de la rue : il n'y paraît qu'une fois.
  const connu = rue.locaux.find((un) => un !== local && un.reference === frais.reference);
  if (connu) rue.locaux.splice(rue.locaux.indexOf(local), 1);
  Object.assign(connu ?? local, frais, { fait: true });
  delete local.nouveau;
  await lot.objectStore("tournees").put(rue);
}

// Une photo est arrivée : elle s'efface, et avec elle le relevé qu'elle retenait.
export async function photoArrivee(id) {
  const db = await base();
  const lot = db.transaction(["releves", "photos"], "readwrite", SUR);
  const photo = await lot.objectStore("photos").get(id);
  await lot.objectStore("photos").delete(id);
  const restent = photo ? await lot.objectStore("photos").index("releve").count(photo.releve) : 1;
  const un = photo && (await lot.objectStore("releves").get(photo.releve));
  if (restent === 0 && un?.sort === "applique") await lot.objectStore("releves").delete(un.cle);
  return lot.done;
}

export async function photoRefusee(id, refus) {
  const db = await base();
  const photo = await db.get("photos", id);
  if (photo) await db.put("photos", { ...photo, refus });
}

// Abandonné par la personne, après confirmation : la rue remontre ce qu'elle montrait.
export async function abandonner(cle) {
  const db = await base();
  const lot = db.transaction(TOUT, "readwrite", SUR);
  const un = await lot.objectStore("releves").get(cle);
  const rue = un && (await lot.objectStore("tournees").get(`${un.personne}:${un.tournee}`));
  if (rue) {
    const local = rue.locaux.find((autre) => autre.reference === un.local);
    if (local) Object.assign(local, { vues: un.vues, fait: false });
    rue.locaux = rue.locaux.filter((autre) => autre.reference !== nouveau(cle));
    await lot.objectStore("tournees").put(rue);
  }
  for (const id of await lot.objectStore("photos").index("releve").getAllKeys(cle)) lot.objectStore("photos").delete(id);
  await lot.objectStore("releves").delete(cle);
  return lot.done;
}

// Remet dans la file les relevés d'un fichier exporté, avec leurs photos ; ceux qu'elle a encore ne changent pas.
export async function remettre(releves) {
  const db = await base();
  const lot = db.transaction(TOUT, "readwrite", SUR);
  let remis = 0;
  for (const { photos, ...un } of releves) {
    if (await lot.objectStore("releves").get(un.cle)) continue;
    await lot.objectStore("releves").put({ ...un, sort: "a_envoyer", parti: true, pannes: 0, motif: "", conflits: [] });
    for (const blob of photos) {
      await lot.objectStore("photos").put({ id: crypto.randomUUID(), releve: un.cle, personne: un.personne, blob });
    }
    remis += 1;
  }
  await lot.done;
  return remis;
}

// --- Les brouillons : ce qui est tapé et pas encore gardé ---

export async function brouillon(cle) {
  return (await base()).get("brouillons", cle);
}

export async function garderBrouillon(cle, personne, valeurs, photos) {
  return (await base()).put("brouillons", { cle, personne, valeurs, photos: [...photos] });
}

export async function jeterBrouillon(cle) {
  return (await base()).delete("brouillons", cle);
}

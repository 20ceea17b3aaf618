// Un local : ce qu'on en sait, « Inchangé » d'une touche, ou ce qui a changé.
import * as garde from "./terrain_base.js";
import { annoncer, bouton, h, icone, lien, montrer } from "./terrain_dom.js";
import { construire, lire } from "./terrain_formulaire.js";
import { introuvable } from "./terrain_rues.js";

const VACANT = /^vacant/;
const PAUSE_MS = 400;

async function trouver(personne, id, reference) {
  const rue = personne && (await garde.tournee(personne.id, Number(id)));
  const rang = rue ? rue.locaux.findIndex((un) => un.reference === reference) : -1;
  return { rue, rang, local: rue?.locaux[rang] };
}

function fiche(local, choix) {
  const { vues } = local;
  const activites = new Map(choix.activites.flatMap(([, les]) => les));
  const lignes = [
    ["État", new Map(choix.etats).get(vues.etat) ?? "Non connu"],
    ["Activité", activites.get(vues.activite)],
    ["Indépendance", vues.independance && vues.independance !== "inconnue" ? new Map(choix.independances).get(vues.independance) : ""],
    ["Surface", vues.surface_m2 && `${Number(vues.surface_m2).toLocaleString("fr-FR")} m²`],
    ["Vitrine", vues.vitrine_m && `${Number(vues.vitrine_m).toLocaleString("fr-FR")} m`],
    ["Précision", vues.precision],
    ["Affiche", vues.disponible_texte],
    ["Complément", vues.complement],
    ["Dernier relevé", local.constate_le && new Date(local.constate_le).toLocaleDateString("fr-FR", { dateStyle: "long" })],
  ];
  return h("dl", { class: "terrain__fiche" }, lignes.filter(([, valeur]) => valeur).map(([nom, valeur]) => [h("dt", {}, nom), h("dd", {}, valeur)]));
}

function releveDe(personne, rue, local, donnees) {
  return {
    cle: local.nouveau ?? crypto.randomUUID(), personne: personne.id, nom_personne: personne.nom,
    campagne: rue.campagne.id, tournee: rue.id, local: local.nouveau ? null : local.reference, titre: local.titre,
    cote: local.cote, voie: rue.voie, releve_le: new Date().toISOString(), version_vue: local.version,
    vues: local.nouveau ? {} : local.vues, donnees,
  };
}

function suivant(rue, rang) {
  const ordre = [...rue.locaux.slice(rang + 1), ...rue.locaux.slice(0, rang)];
  return ordre.find((un) => !un.fait);
}

async function garderPuisSuivre(contexte, rue, rang, releve, photos, brouillon) {
  await garde.garder(releve, photos, brouillon);
  annoncer("Gardé sur ce téléphone");
  await contexte.apresGarde();
  const apres = rang === null ? null : suivant(rue, rang);
  location.hash = apres ? `#/rue/${rue.id}/${apres.reference}` : `#/rue/${rue.id}`;
}

export async function unLocal(contexte, id, reference) {
  const { personne, choix } = contexte;
  const { rue, rang, local } = await trouver(personne, id, reference);
  if (!local) return introuvable();
  const ici = `#/rue/${rue.id}/${reference}`;
  const vers = (autre) => autre && `#/rue/${rue.id}/${autre.reference}`;
  const avant = vers(rue.locaux[rang - 1]);
  const apres = vers(rue.locaux[rang + 1]);
  const inchange = () => {
    const donnees = local.vues.etat ? { etat: local.vues.etat } : {};
    return garderPuisSuivre(contexte, rue, rang, releveDe(personne, rue, local, donnees), []);
  };
  montrer(local.titre, {
    retour: { texte: rue.voie, adresse: `#/rue/${rue.id}` },
    corps: [
      local.fait ? h("p", { class: "terrain__deja" }, icone("succes"), local.nouveau ? "Local nouveau, relevé par vous" : "Déjà relevé dans cette campagne") : null,
      local.vues.enseigne ? h("p", { class: "terrain__enseigne" }, local.vues.enseigne) : null,
      fiche(local, choix),
    ],
    pied: [
      local.nouveau ? null : boutonInchange(inchange),
      lien("Modifier", `${ici}/modifier`, { classe: "btn btn-grand", image: "modifier" }),
      h("div", { class: "terrain__paire" },
        avant ? lien("Précédent", avant, { image: "gauche" }) : h("span"),
        apres ? lien("Suivant", apres, { fleche: "droite" }) : h("span")),
    ],
  });
}

// Le bouton reste au même endroit d'un local à l'autre : un double appui ne doit pas relever le suivant.
function boutonInchange(geste) {
  const un = bouton("Inchangé", geste, { classe: "btn btn-primary btn-grand", image: "succes", disabled: true });
  setTimeout(() => {
    un.disabled = false;
  }, PAUSE_MS);
  return un;
}

export async function modifier(contexte, id, reference) {
  const { personne, choix } = contexte;
  const { rue, rang, local } = await trouver(personne, id, reference);
  if (!local) return introuvable();
  const enAttente = local.nouveau && (await garde.releve(local.nouveau));
  if (local.nouveau && !(enAttente && (!enAttente.parti || enAttente.sort === "refuse"))) {
    montrer(local.titre, {
      retour: { texte: rue.voie, adresse: `#/rue/${rue.id}` },
      corps: [h("p", {}, "Ce local nouveau est parti vers le bureau : attendez sa réponse pour le modifier.")],
    });
    return;
  }
  await formulaire(contexte, rue, local, {
    titre: local.titre, retour: `#/rue/${rue.id}/${reference}`, brouillon: `${personne.id}:${rue.id}:${reference}`,
    garder: (saisie, photos, brouillon) => {
      const releve = releveDe(personne, rue, local, changements(saisie, local.vues));
      if (enAttente) Object.assign(releve, { ...enAttente, donnees: { ...enAttente.donnees, ...saisie } });
      return garderPuisSuivre(contexte, rue, rang, releve, photos, brouillon);
    },
  });
}

export async function nouveauLocal(contexte, id) {
  const { personne } = contexte;
  const rue = personne && (await garde.tournee(personne.id, Number(id)));
  if (!rue) return introuvable();
  const local = { nouveau: crypto.randomUUID(), version: null, vues: {}, titre: "", cote: "sans_numero" };
  await formulaire(contexte, rue, local, {
    titre: "Nouveau local", retour: `#/rue/${rue.id}`, brouillon: `${personne.id}:${rue.id}:nouveau`, nouveau: true,
    garder: (saisie, photos, brouillon) => {
      const { apres, ...dites } = saisie;
      const numero = (dites.numero ?? "").trim();
      local.titre = `${numero} ${rue.voie}`.trim();
      local.cote = coteDe(numero);
      const donnees = { ...dites, voie: rue.voie, code_commune: rue.code_commune };
      const releve = { ...releveDe(personne, rue, local, donnees), apres };
      return garderPuisSuivre(contexte, rue, null, releve, photos, brouillon);
    },
  });
}

function coteDe(numero) {
  const nombre = /^\d+/.exec(numero);
  if (!nombre || Number(nombre[0]) === 0) return "sans_numero";
  return Number(nombre[0]) % 2 ? "impair" : "pair";
}

// Seulement ce qui diffère de ce qui était montré ; l'état se redit toujours : c'est ce que l'on a constaté.
function changements(saisie, vues) {
  const dits = {};
  for (const [champ, valeur] of Object.entries(saisie)) {
    if (champ === "etat" || !pareil(valeur, vues[champ])) dits[champ] = valeur;
  }
  return dits;
}

function pareil(une, autre) {
  const [a, b] = [une, autre].map((valeur) => (valeur === "inconnue" ? "" : String(valeur ?? "")));
  return a === b || (a !== "" && b !== "" && Number(a) === Number(b));
}

async function formulaire(contexte, rue, local, { titre, retour, brouillon, nouveau = false, garder }) {
  const repris = await garde.brouillon(brouillon);
  const photos = repris?.photos ?? [];
  const element = construire({ choix: contexte.choix, rue, vues: { ...local.vues, ...repris?.valeurs }, nouveau, photos });
  const noter = () => garde.garderBrouillon(brouillon, contexte.personne.id, lire(element).valeurs, photos);
  element.addEventListener("input", noter);
  element.addEventListener("change", noter);
  let enCours = false;
  element.addEventListener("submit", async (evenement) => {
    evenement.preventDefault();
    const { valeurs, faute } = lire(element, { nouveau });
    if (faute) {
      faute.champ.focus();
      annoncer(faute.texte);
      return;
    }
    if (enCours) return;
    enCours = true;
    try {
      await garder(selonLEtat(valeurs), photos, brouillon);
    } catch (erreur) {
      enCours = false;
      annoncer(`Ce téléphone n'a pas pu garder le relevé (${erreur.message}). Libérez de la place, puis recommencez : rien n'est effacé.`);
    }
  });
  montrer(titre, {
    retour: { texte: "Retour", adresse: retour },
    corps: [repris ? h("p", { class: "terrain__deja" }, icone("info"), "Votre saisie a été reprise où vous l'aviez laissée.") : null, element],
    pied: [h("div", { class: "terrain__paire terrain__paire--large" },
      lien("Annuler", retour, { onclick: () => garde.jeterBrouillon(brouillon) }),
      h("button", { type: "submit", form: element.id, class: "btn btn-primary btn-grand" }, "Garder"))],
  });
}

function selonLEtat(valeurs) {
  if (!VACANT.test(valeurs.etat)) {
    const { disponible_texte: _d, ...dites } = valeurs;
    return dites;
  }
  const { enseigne: _e, activite: _a, independance: _i, ...reste } = valeurs;
  return reste;
}

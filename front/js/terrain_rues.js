// Mes rues, puis une rue : ses locaux par côté, ce qui est fait, ce qui reste.
import * as garde from "./terrain_base.js";
import { demander } from "./question.js";
import { bouton, annoncer, h, icone, lien, montrer, pluriel } from "./terrain_dom.js";

function avancement(faits, combien) {
  return [
    h("progress", { max: Math.max(1, combien), value: faits, "aria-label": "Avancement de la rue" }),
    h("span", { class: "note texte-2" }, `${faits} sur ${combien}`),
  ];
}

export async function mesRues({ personne, mettreAJour, connexion }) {
  if (!personne) {
    montrer("Relevé sur place", {
      corps: [
        h("p", {}, "Connectez-vous une fois avec du réseau : vos rues viennent sur ce téléphone, et s'ouvrent ensuite sans réseau."),
        h("p", {}, lien("Se connecter", connexion, { classe: "btn btn-primary btn-grand" })),
      ],
    });
    return;
  }
  const rues = await garde.tournees(personne.id);
  const corps = [h("p", { class: "texte-2" }, personne.nom)];
  if (rues.length === 0) {
    corps.push(h("div", { class: "etat-vide" },
      h("p", { class: "etat-vide__titre" }, "Aucune rue à relever"),
      h("p", {}, "Les rues qu'on vous confie dans une campagne ouverte paraissent ici. Demandez-en une à qui la prépare.")));
  }
  let campagne = "";
  for (const rue of rues) {
    if (rue.campagne.nom !== campagne) {
      campagne = rue.campagne.nom;
      corps.push(h("h2", { class: "terrain__campagne" }, campagne));
      corps.push(h("ul", { class: "terrain__rues" }));
    }
    const faits = rue.locaux.filter((un) => un.fait).length;
    corps.at(-1).append(h("li", {},
      h("a", { href: `#/rue/${rue.id}`, class: "terrain__rue" },
        h("strong", {}, rue.voie),
        h("span", { class: "note texte-2" }, rue.commune + (rue.libre ? " · libre" : "") + (rue.finie ? " · finie" : "")),
        ...avancement(faits, rue.locaux.length), icone("droite"))));
  }
  montrer("Mes rues", {
    corps,
    pied: [bouton("Mettre à jour mes rues", mettreAJour, { classe: "btn btn-grand", image: "historique" })],
  });
}

function ligne(rue, local) {
  const { vues } = local;
  return h("li", {},
    h("a", { href: `#/rue/${rue.id}/${local.reference}`, class: `terrain__porte${local.fait ? " terrain__porte--faite" : ""}` },
      h("strong", {}, vues.numero || "–"),
      h("span", {}, vues.enseigne || local.clair, h("br"),
        h("span", { class: "note texte-2" }, vues.enseigne ? local.clair : vues.complement || "Sans enseigne")),
      local.fait ? h("span", { class: "terrain__fait" }, icone("succes"), h("span", { class: "visually-hidden" }, "relevé")) : h("span")));
}

export async function uneRue({ personne, choix, apresGarde }, id) {
  const rue = personne && (await garde.tournee(personne.id, Number(id)));
  if (!rue) return introuvable();
  const etats = new Map(choix.etats);
  for (const local of rue.locaux) local.clair = etats.get(local.vues.etat) ?? "État non connu";
  const faits = rue.locaux.filter((un) => un.fait).length;
  const corps = [
    h("p", { class: "texte-2" }, `${rue.commune} · ${rue.campagne.nom}`),
    h("p", { class: "terrain__avancement" }, ...avancement(faits, rue.locaux.length)),
  ];
  for (const [cote, libelle] of Object.entries(choix.cotes)) {
    const locaux = rue.locaux.filter((un) => un.cote === cote);
    if (locaux.length === 0) continue;
    const restent = locaux.filter((un) => !un.fait).length;
    corps.push(h("details", { open: true, class: "terrain__cote" },
      h("summary", {}, h("h2", {}, libelle), h("span", { class: "note texte-2" }, restent ? `reste ${restent}` : "fait")),
      h("ul", { class: "terrain__portes" }, locaux.map((un) => ligne(rue, un)))));
  }
  if (rue.locaux.length === 0) corps.push(h("p", {}, "Aucun local connu dans cette rue : ajoutez ceux que vous voyez."));
  const premier = rue.locaux.find((un) => !un.fait);
  const finir = async () => {
    const restent = rue.locaux.length - faits;
    const question = restent ? `${pluriel(restent, "local", "locaux")} de la rue sans relevé. La dire finie quand même ?` : "Dire cette rue finie ?";
    if (!rue.finie && !(await demander(question, "Dire la rue finie"))) return;
    await garde.direFinie(personne.id, rue.id, !rue.finie);
    annoncer(rue.finie ? "La rue est reprise. Gardé sur ce téléphone." : "La rue est finie. Gardé sur ce téléphone.");
    await apresGarde();
    await uneRue({ personne, choix, apresGarde }, id);
  };
  montrer(rue.voie, {
    retour: { texte: "Mes rues", adresse: "#/" },
    corps,
    pied: [
      premier ? lien("Relever le suivant", `#/rue/${rue.id}/${premier.reference}`, { classe: "btn btn-primary btn-grand" }) : null,
      h("div", { class: "terrain__paire" },
        lien("Nouveau local", `#/rue/${rue.id}/nouveau`, { image: "ajouter" }),
        bouton(rue.finie ? "Reprendre la rue" : "Finir la rue", finir)),
    ],
  });
}

export function introuvable() {
  montrer("Ce n'est plus sur ce téléphone", {
    retour: { texte: "Mes rues", adresse: "#/" },
    corps: [h("p", {}, "Cette rue a été confiée à quelqu'un d'autre, ou sa campagne est close. Ce que vous aviez relevé est dans « À envoyer » ou déjà arrivé.")],
  });
}

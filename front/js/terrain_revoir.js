// Ce qui n'est pas encore au bureau : à envoyer, en conflit, refusé. Rien n'en sort sans que la personne le voie.
import * as garde from "./terrain_base.js";
import { demander } from "./question.js";
import { annoncer, bouton, h, lien, montrer, pluriel } from "./terrain_dom.js";
import { Arret, trancher } from "./terrain_envoi.js";

const SORTS = { a_envoyer: "À envoyer", conflit: "En conflit, à trancher", refuse: "Refusé", applique: "Reçu, photo à envoyer" };

function quand(iso) {
  return new Date(iso).toLocaleString("fr-FR", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

export async function aEnvoyer(contexte) {
  const { personne, envoyer } = contexte;
  if (!personne) {
    location.hash = "#/";
    return;
  }
  const releves = await garde.releves(personne.id);
  const compte = await garde.attente(personne.id);
  const photos = new Map(await Promise.all(releves.map(async (un) => [un.cle, await garde.photosDe(un.cle)])));
  const corps = [
    h("p", {}, releves.length
      ? `${pluriel(releves.length, "relevé")} sur ce téléphone, à envoyer ou à revoir. Rien ne s'en efface avant que le bureau l'ait reçu.`
      : "Tout est arrivé au bureau."),
    compte.autres ? h("p", { class: "texte-2" }, `${pluriel(compte.autres, "relevé")} d'une autre personne, sous scellés : ils partiront quand elle se reconnectera sur ce téléphone.`) : null,
    h("ul", { class: "terrain__file-liste" }, releves.map((un) => ligne(contexte, un, photos.get(un.cle)))),
  ];
  montrer("À envoyer", {
    retour: { texte: "Mes rues", adresse: "#/" },
    corps,
    pied: [
      bouton("Envoyer maintenant", envoyer, { classe: "btn btn-primary btn-grand" }),
      releves.length === 0 ? relecture(contexte) : null,
      releves.length ? bouton("Exporter dans un fichier", () => exporter(personne, releves, photos), { image: "exporter" }) : null,
    ],
  });
}

function ligne(contexte, un, photos) {
  const refus = photos.filter((photo) => photo.refus);
  const actions = [];
  if (un.sort === "conflit") actions.push(lien("Trancher", `#/conflit/${un.cle}`, { classe: "btn btn-primary" }));
  if (un.sort === "refuse") {
    if (un.tournee) actions.push(lien("Reprendre", `#/rue/${un.tournee}/${un.local ?? garde.nouveau(un.cle)}/modifier`));
    actions.push(bouton("Abandonner", () => abandonner(contexte, un), { classe: "btn btn-danger" }));
  }
  for (const photo of refus) actions.push(bouton("Retirer la photo refusée", () => retirer(contexte, photo)));
  return h("li", {},
    h("strong", {}, un.titre), h("span", { class: "note texte-2" }, `${SORTS[un.sort]} · ${quand(un.releve_le)}${photos.length ? ` · ${pluriel(photos.length, "photo")}` : ""}`),
    un.motif ? h("p", {}, un.motif) : null, refus.map((photo) => h("p", {}, photo.refus)),
    actions.length ? h("div", { class: "boutons" }, actions) : null);
}

async function abandonner(contexte, un) {
  if (!(await demander(`Abandonner le relevé de ${un.titre} ? Ce que vous avez noté sera effacé de ce téléphone.`, "Abandonner ce relevé", { danger: true }))) return;
  await garde.abandonner(un.cle);
  await contexte.apresGarde();
  await aEnvoyer(contexte);
}

async function retirer(contexte, photo) {
  await garde.photoArrivee(photo.id);
  await contexte.apresGarde();
  await aEnvoyer(contexte);
}

// En dernier recours : tout ce qui attend, photos comprises, dans un fichier à remettre au bureau.
async function exporter(personne, releves, photos) {
  const contenu = await Promise.all(releves.map(async (un) => ({
    ...un, photos: await Promise.all(photos.get(un.cle).map((photo) => enTexte(photo.blob))),
  })));
  const texte = JSON.stringify({ personne, exporte_le: new Date().toISOString(), releves: contenu }, null, 1);
  const adresse = URL.createObjectURL(new Blob([texte], { type: "application/json" }));
  const ancre = h("a", { href: adresse, download: `releves-${new Date().toISOString().slice(0, 10)}.json` });
  document.body.append(ancre);
  ancre.click();
  ancre.remove();
  URL.revokeObjectURL(adresse);
  annoncer("Fichier enregistré. Les relevés restent aussi sur ce téléphone.");
}

// Sur un autre téléphone ou un poste du bureau : la même personne relit son fichier, et l'envoie.
function relecture(contexte) {
  const entree = h("input", { type: "file", id: "relire", accept: "application/json,.json", class: "visually-hidden" });
  entree.addEventListener("change", async () => {
    try {
      const combien = await garde.remettre(lireLExport(JSON.parse(await entree.files[0].text()), contexte.personne));
      annoncer(`${pluriel(combien, "relevé")} remis dans la file`);
      await contexte.apresGarde();
      await aEnvoyer(contexte);
    } catch (erreur) {
      annoncer(erreur instanceof SyntaxError ? "Ce fichier n'est pas un export de relevés." : erreur.message);
    }
    entree.value = "";
  });
  return [entree, h("label", { for: "relire", class: "btn" }, "Relire un fichier exporté")];
}

function lireLExport(lu, personne) {
  if (!Array.isArray(lu?.releves)) throw new Error("Ce fichier n'est pas un export de relevés.");
  if (lu.personne?.id !== personne.id) {
    throw new Error(`Ces relevés sont de ${lu.personne?.nom ?? "quelqu'un d'autre"} : ils partent sous sa session.`);
  }
  return lu.releves.map((un) => {
    if (typeof un.cle !== "string" || typeof un.donnees !== "object" || !un.releve_le) throw new Error("Un relevé de ce fichier est abîmé.");
    return { ...un, personne: personne.id, photos: (un.photos ?? []).map(enPhoto) };
  });
}

function enPhoto(texte) {
  const octets = Uint8Array.from(atob(texte.split(",")[1]), (signe) => signe.charCodeAt(0));
  return new Blob([octets], { type: "image/jpeg" });
}

function enTexte(blob) {
  return new Promise((rendre, echouer) => {
    const lecteur = new FileReader();
    lecteur.onload = () => rendre(lecteur.result);
    lecteur.onerror = () => echouer(lecteur.error);
    lecteur.readAsDataURL(blob);
  });
}

function versions(conflit) {
  const choix = conflit.champ === "local"
    ? [...conflit.ressemblants.map((un) => [un.reference, `C'est ${un.titre}${un.enseigne ? `, ${un.enseigne}` : ""}`]), ["releve", "C'est un autre local, nouveau"]]
    : [["actuel", `Déjà enregistré : ${conflit.actuel || "rien"}`], ["releve", `Ce que j'ai vu : ${conflit.releve || "rien"}`]];
  return h("fieldset", { class: "terrain__groupe" }, h("legend", {}, conflit.champ === "local" ? "Ce local ressemble à un local connu" : conflit.nom),
    h("div", { class: "terrain__grille terrain__grille--une" }, choix.map(([valeur, texte]) => h("label", { class: "terrain__choix" },
      h("input", { type: "radio", name: conflit.champ, value: valeur, required: true }), h("span", {}, texte)))));
}

export async function unConflit(contexte, cle) {
  const un = await garde.releve(cle);
  if (!un || un.personne !== contexte.personne?.id || un.sort !== "conflit") {
    location.hash = "#/a-envoyer";
    return;
  }
  const formulaire = h("form", { id: "conflit", class: "terrain__formulaire" }, un.conflits.map(versions));
  formulaire.addEventListener("submit", async (evenement) => {
    evenement.preventDefault();
    const choix = Object.fromEntries(new FormData(formulaire));
    try {
      await trancher(cle, choix);
      annoncer("Conflit tranché");
      await contexte.apresGarde();
      location.hash = "#/a-envoyer";
    } catch (arret) {
      if (!(arret instanceof Arret)) throw arret;
      annoncer(arret.raison === "hors_ligne" ? "Il faut du réseau pour trancher. Le relevé reste sur ce téléphone."
        : arret.raison === "session" ? "Reconnectez-vous pour trancher. Le relevé reste sur ce téléphone." : arret.message);
    }
  });
  montrer(un.titre, {
    retour: { texte: "À envoyer", adresse: "#/a-envoyer" },
    corps: [
      h("p", {}, un.local ? "Une autre personne a changé ce local depuis que vous l'avez emporté. Choisissez ce qui est vrai : le reste de votre relevé est déjà enregistré."
        : "Dites si c'est un local déjà connu : votre relevé s'y écrira."),
      formulaire,
    ],
    pied: [
      h("button", { type: "submit", form: "conflit", class: "btn btn-primary btn-grand" }, "Garder ces choix"),
      h("p", { class: "note texte-2" }, "Dans le doute, laissez : le bureau peut trancher aussi."),
    ],
  });
}

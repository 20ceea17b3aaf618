// Le formulaire d'un relevé : de gros choix, une activité qui se cherche, la photo, la position d'un local nouveau.
import { annoncer, bouton, h } from "./terrain_dom.js";
import { reduire } from "./terrain_photo.js";

const ETATS_D_ABORD = ["occupe", "vacant", "travaux", "ephemere"];
const AU_BUREAU = ["Divisé en plusieurs locaux", "Réuni à un voisin", "N'existe plus"];
const PHOTOS_MAX = 3;
const PROPOSITIONS_MAX = 8;
const PATIENCE_GPS_MS = 20_000;
const NOMBRE = /^\d{1,6}([.,]\d{1,2})?$/;
let suite = 0;

function simple(texte) {
  return texte.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function champ(libelle, nom, valeur, attributs = {}) {
  const id = `champ-${nom}-${(suite += 1)}`;
  const balise = attributs.rows ? "textarea" : "input";
  return h("div", { class: "champ" }, h("label", { for: id }, libelle),
    h(balise, { id, name: nom, value: valeur ?? "", class: "form-control", autocomplete: "off", ...attributs }));
}

function boutonsRadio(legende, nom, options, choisie, { replie = [] } = {}) {
  const un = ([valeur, texte]) => h("label", { class: "terrain__choix" },
    h("input", { type: "radio", name: nom, value: valeur, checked: valeur === choisie }), h("span", {}, texte));
  const caches = options.filter(([valeur]) => replie.includes(valeur));
  return h("fieldset", { class: "terrain__groupe" }, h("legend", {}, legende),
    h("div", { class: "terrain__grille" }, options.filter(([valeur]) => !replie.includes(valeur)).map(un)),
    caches.length ? h("details", { open: caches.some(([valeur]) => valeur === choisie) },
      h("summary", {}, "Autre état"), h("div", { class: "terrain__grille" }, caches.map(un))) : null);
}

// L'activité : on tape trois lettres, on touche une proposition.
function activite(choix, choisie) {
  const toutes = choix.activites.flatMap(([famille, les]) => les.map(([code, nom]) => ({ code, nom, famille })));
  const valeur = h("input", { type: "hidden", name: "activite", value: choisie ?? "" });
  const dite = h("p", { class: "terrain__dite" });
  const liste = h("ul", { class: "terrain__propositions" });
  const recherche = champ("Chercher une activité", "recherche_activite", "", { type: "search", inputmode: "search" });
  const dire = () => {
    const trouvee = toutes.find((une) => une.code === valeur.value);
    dite.textContent = trouvee ? `${trouvee.nom} (${trouvee.famille.toLowerCase()})` : "Non connue";
  };
  const choisir = (code) => {
    valeur.value = code;
    recherche.querySelector("input").value = "";
    liste.replaceChildren();
    dire();
    annoncer(`Activité : ${dite.textContent}`);
    valeur.dispatchEvent(new Event("input", { bubbles: true }));
    recherche.querySelector("input").focus();
  };
  recherche.addEventListener("input", (evenement) => {
    const mots = simple(evenement.target.value).split(/\s+/).filter(Boolean);
    const trouvees = mots.length
      ? toutes.filter((une) => mots.every((mot) => simple(`${une.nom} ${une.famille}`).includes(mot))).slice(0, PROPOSITIONS_MAX)
      : [];
    liste.replaceChildren(...trouvees.map((une) => h("li", {}, bouton(une.nom, () => choisir(une.code), { classe: "btn" }))));
    if (mots.length && trouvees.length === 0) liste.replaceChildren(h("li", { class: "note" }, "Aucune activité de ce nom."));
  });
  dire();
  return h("fieldset", { class: "terrain__groupe" }, h("legend", {}, "Activité"), dite, valeur, recherche, liste);
}

function photographies(photos) {
  const vignettes = h("ul", { class: "terrain__vignettes" });
  const id = `photo-${(suite += 1)}`;
  const entree = h("input", { type: "file", id, accept: "image/*", capture: "environment", class: "visually-hidden" });
  const dessiner = () => {
    vignettes.replaceChildren(...photos.map((photo, rang) => {
      const adresse = URL.createObjectURL(photo.blob);
      const image = h("img", { src: adresse, alt: `Photo ${rang + 1}`, onload: () => URL.revokeObjectURL(adresse) });
      return h("li", {}, image, bouton("Retirer", () => {
        photos.splice(rang, 1);
        dessiner();
      }, { classe: "btn btn-sm", "aria-label": `Retirer la photo ${rang + 1}` }));
    }));
    entree.disabled = photos.length >= PHOTOS_MAX;
  };
  dessiner();
  entree.addEventListener("change", async () => {
    const fichier = entree.files[0];
    entree.value = "";
    if (!fichier) return;
    try {
      photos.push({ id: crypto.randomUUID(), blob: await reduire(fichier) });
      dessiner();
      vignettes.dispatchEvent(new Event("change", { bubbles: true }));
      annoncer("Photo ajoutée");
    } catch (erreur) {
      annoncer(erreur.message);
    }
  });
  return h("fieldset", { class: "terrain__groupe" }, h("legend", {}, `Photo (${PHOTOS_MAX} au plus)`), vignettes, entree,
    h("label", { for: id, class: "btn btn-grand" }, "Prendre une photo"));
}

// Où est un local nouveau : au téléphone, ou entre deux numéros connus.
function position(rue, vues, rayon) {
  const lon = h("input", { type: "hidden", name: "lon", value: vues.lon ?? "" });
  const lat = h("input", { type: "hidden", name: "lat", value: vues.lat ?? "" });
  const source = h("input", { type: "hidden", name: "remarque_position", value: "" });
  const dite = h("p", { class: "terrain__dite" }, vues.lon ? "Position gardée" : "Pas encore de position");
  const poser = (l, p, texte, remarque) => {
    Object.assign(lon, { value: l });
    Object.assign(lat, { value: p });
    source.value = remarque;
    dite.textContent = texte;
    annoncer(texte);
    lon.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const prendre = () => {
    dite.textContent = "Recherche de la position…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const precision = Math.round(coords.accuracy);
        const loin = precision > rayon;
        poser(coords.longitude.toFixed(6), coords.latitude.toFixed(6),
          `Position prise, à ${precision} m près${loin ? " : peu sûre, choisissez plutôt entre deux numéros" : ""}`,
          loin ? `Position du téléphone, à ${precision} m près` : "");
      },
      () => {
        dite.textContent = "Le téléphone ne donne pas sa position : choisissez entre deux numéros.";
        annoncer(dite.textContent);
      },
      { enableHighAccuracy: true, timeout: PATIENCE_GPS_MS, maximumAge: 5000 },
    );
  };
  const id = `apres-${(suite += 1)}`;
  const situes = rue.locaux.filter((un) => un.vues.lon && un.vues.lat);
  const apres = h("select", { id, name: "apres", class: "form-select" }, h("option", { value: "" }, "Choisir…"),
    rue.locaux.map((un) => h("option", { value: un.reference }, `après ${un.vues.enseigne ? `${un.titre}, ${un.vues.enseigne}` : un.titre}`)));
  apres.addEventListener("change", () => {
    const un = situes.find((autre) => autre.reference === apres.value);
    if (!un) return;
    const voisins = situes.filter((autre) => autre.cote === un.cote);
    const autre = voisins[voisins.indexOf(un) + 1] ?? un;
    const entre = autre === un ? `après ${un.titre}` : `entre ${un.titre} et ${autre.titre}`;
    poser(((Number(un.vues.lon) + Number(autre.vues.lon)) / 2).toFixed(6), ((Number(un.vues.lat) + Number(autre.vues.lat)) / 2).toFixed(6),
      `Placé ${entre}`, `Placé à la main ${entre}`);
  });
  return h("fieldset", { class: "terrain__groupe" }, h("legend", {}, "Où"), dite, lon, lat, source,
    bouton("Prendre ma position", prendre, { classe: "btn btn-grand", image: "lieu" }),
    h("div", { class: "champ" }, h("label", { for: id }, "ou entre deux numéros"), apres));
}

export function construire({ choix, rue, vues, nouveau, photos }) {
  const replies = choix.etats.map(([valeur]) => valeur).filter((valeur) => !ETATS_D_ABORD.includes(valeur));
  const occupant = h("div", { "data-occupant": true },
    champ("Enseigne", "enseigne", vues.enseigne, { maxlength: 200, autocapitalize: "words" }),
    activite(choix, vues.activite),
    boutonsRadio("Indépendant ou enseigne", "independance", choix.independances, vues.independance || "inconnue"));
  const affiche = h("div", { "data-affiche": true },
    champ("Ce que dit l'affiche", "disponible_texte", vues.disponible_texte, { maxlength: 500 }));
  const element = h("form", { id: `releve-${(suite += 1)}`, class: "terrain__formulaire", novalidate: true },
    nouveau ? champ("Numéro", "numero", vues.numero, { maxlength: 20 }) : null,
    nouveau ? position(rue, vues, choix.rayon_m) : null,
    boutonsRadio("État", "etat", choix.etats, vues.etat, { replie: replies }),
    occupant, affiche,
    h("div", { class: "terrain__paire" },
      champ("Surface (m²)", "surface_m2", enSaisie(vues.surface_m2), { inputmode: "decimal", maxlength: 9 }),
      champ("Vitrine (m)", "vitrine_m", enSaisie(vues.vitrine_m), { inputmode: "decimal", maxlength: 7 })),
    photographies(photos),
    h("fieldset", { class: "terrain__groupe" }, h("legend", {}, "À dire au bureau"),
      nouveau ? null : h("div", { class: "terrain__grille" }, AU_BUREAU.map((texte) => h("label", { class: "terrain__choix" },
        h("input", { type: "checkbox", name: "au_bureau", value: texte, checked: (vues.au_bureau ?? []).includes(texte) }), h("span", {}, texte)))),
      champ("Remarque", "remarque", vues.remarque, { rows: 2, maxlength: 300 })));
  const accorder = () => {
    const vacant = (element.querySelector("[name=etat]:checked")?.value ?? "").startsWith("vacant");
    occupant.hidden = vacant;
    affiche.hidden = !vacant;
  };
  element.addEventListener("change", accorder);
  // La touche « OK » du clavier ferme le clavier : elle ne garde pas un relevé à moitié saisi.
  element.addEventListener("keydown", (evenement) => {
    if (evenement.key !== "Enter" || evenement.target.localName !== "input") return;
    evenement.preventDefault();
    const propositions = element.querySelectorAll(".terrain__propositions button");
    if (evenement.target.name === "recherche_activite" && propositions.length === 1) propositions[0].click();
    else evenement.target.blur();
  });
  accorder();
  return element;
}

function enSaisie(valeur) {
  return valeur === null || valeur === undefined || valeur === "" ? "" : String(Number(String(valeur).replace(",", "."))).replace(".", ",");
}

// Les valeurs du formulaire, et la première faute s'il y en a une.
export function lire(element, { nouveau = false } = {}) {
  const donnees = new FormData(element);
  const valeurs = {};
  for (const nom of ["numero", "apres", "lon", "lat", "etat", "enseigne", "activite", "independance", "disponible_texte", "surface_m2", "vitrine_m"]) {
    if (donnees.has(nom)) valeurs[nom] = donnees.get(nom).trim();
  }
  const remarque = [...donnees.getAll("au_bureau"), donnees.get("remarque_position"), donnees.get("remarque")?.trim()];
  const dite = remarque.filter(Boolean).join(" ; ");
  if (dite) valeurs.remarque = dite;
  for (const nom of ["surface_m2", "vitrine_m"]) {
    if (valeurs[nom] && !NOMBRE.test(valeurs[nom])) {
      const faute = { champ: element.elements[nom], texte: "Écrivez un nombre, comme 45 ou 45,5." };
      return { valeurs, faute: signaler(faute) };
    }
    if (valeurs[nom] !== undefined) valeurs[nom] = valeurs[nom].replace(",", ".") || null;
  }
  if (nouveau) {
    if (!valeurs.etat) return { valeurs, faute: signaler({ champ: element.elements.etat[0], texte: "Choisissez l'état du local." }) };
    if (!valeurs.lon) {
      delete valeurs.lon;
      delete valeurs.lat;
    }
    if (valeurs.independance === "inconnue") delete valeurs.independance;
  }
  if (!nouveau && !valeurs.etat) delete valeurs.etat;
  return { valeurs, faute: null };
}

function signaler(faute) {
  const id = `faute-${faute.champ.name}`;
  document.getElementById(id)?.remove();
  const texte = h("p", { class: "champ__erreur", id }, faute.texte);
  (faute.champ.closest(".champ") ?? faute.champ.closest("fieldset")).append(texte);
  faute.champ.setAttribute("aria-invalid", "true");
  faute.champ.setAttribute("aria-describedby", id);
  return faute;
}

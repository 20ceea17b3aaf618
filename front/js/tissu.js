// Point d'entrée : chaque module s'attache aux éléments qui portent son attribut « data- »,
// au chargement de la page puis dans chaque fragment qu'htmx insère.
import * as annonce from "./annonce.js";
import * as autosoumission from "./autosoumission.js";
import * as composeur from "./composeur.js";
import * as confirmation from "./confirmation.js";
import * as copier from "./copier.js";
import * as deconnexion from "./deconnexion.js";
import * as gardien from "./gardien.js";
import * as menus from "./menus.js";
import * as poids from "./poids.js";
import * as position from "./position.js";
import * as raccourcis from "./raccourcis.js";
import * as selection from "./selection.js";
import * as semaine from "./semaine.js";
import * as sommaire from "./sommaire.js";
import * as theme from "./theme.js";

const MODULES = [autosoumission, composeur, confirmation, copier, deconnexion, gardien, poids, position, selection, semaine, sommaire, theme];

function attacher(racine) {
  for (const module of MODULES) module.attacher(racine);
  racine.querySelector("[data-focus-initial]")?.focus();
}

document.documentElement.classList.add("js");
annonce.installer();
menus.installer();
raccourcis.installer();
attacher(document);
document.addEventListener("htmx:load", (evenement) => {
  if (evenement.target !== document.body) attacher(evenement.target);
});

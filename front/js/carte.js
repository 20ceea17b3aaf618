// Les cartes : s'attache à chaque [data-carte] (voir tissu/cartes/templates/cartes/_fond.html). La page reste celle du
// serveur : filtres, légende, liste et tableau en viennent, la carte les redemande et se met à leur pas.
import "./carte_cible.js";
import "./carte_dessin.js";
import "./carte_point.js";
import { Carte } from "./carte_vue.js";
import { tous } from "./selecteur.js";

function attacher(racine) {
  for (const element of tous(racine, "[data-carte]")) {
    if (element.dataset.carteOuverte) continue;
    element.dataset.carteOuverte = "oui";
    const carte = new Carte(element);
    // Pour les outils qui dessinent sur la carte : `detail` est la carte, `detail.plan` celui de MapLibre ou null.
    document.dispatchEvent(new CustomEvent("carte:prete", { detail: carte }));
  }
}

document.documentElement.classList.add("js-carte");
attacher(document);
document.addEventListener("htmx:load", (evenement) => attacher(evenement.target));

// data-autosoumission sur un formulaire GET : les filtres s'appliquent dès qu'on les change.
// Sans JavaScript, le bouton « Filtrer » (data-sans-js) reste visible et fait la même chose.
import { tous } from "./selecteur.js";

const ATTENTE_MS = 350;

export function attacher(racine) {
  for (const formulaire of tous(racine, "form[data-autosoumission]")) {
    let attente;
    const envoyer = () => formulaire.requestSubmit();
    formulaire.addEventListener("change", (evenement) => {
      if (evenement.target.type !== "search") envoyer();
    });
    formulaire.addEventListener("input", (evenement) => {
      if (evenement.target.type !== "search" || !formulaire.hasAttribute("hx-get")) return;
      clearTimeout(attente);
      attente = setTimeout(envoyer, ATTENTE_MS);
    });
  }
}

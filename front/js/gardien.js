// data-garder sur un formulaire : prévient avant de quitter la page si des réponses ne sont pas enregistrées.
import { tous } from "./selecteur.js";

const modifies = new Set();

addEventListener("beforeunload", (evenement) => {
  if ([...modifies].some((formulaire) => formulaire.isConnected)) evenement.preventDefault();
});

export function attacher(racine) {
  for (const formulaire of tous(racine, "form[data-garder]")) {
    formulaire.addEventListener("input", () => modifies.add(formulaire));
    formulaire.addEventListener("submit", () => modifies.delete(formulaire));
  }
}

// data-copier="texte" sur un bouton : met le texte dans le presse-papiers et le dit.
import { annoncer } from "./annonce.js";
import { tous } from "./selecteur.js";

export function attacher(racine) {
  for (const bouton of tous(racine, "button[data-copier]")) {
    bouton.hidden = false;
    bouton.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(bouton.dataset.copier);
        annoncer("Copié.");
      } catch {
        annoncer("Le navigateur refuse la copie. Sélectionnez le texte et copiez-le au clavier.");
      }
    });
  }
}

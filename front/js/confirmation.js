// data-confirmer="Question" sur un bouton d'envoi : la question est posée dans un dialogue avant l'envoi.
// data-ouvrir="identifiant" sur un bouton : ouvre le dialogue de ce nom.
import { demander } from "./question.js";
import { tous } from "./selecteur.js";

export function attacher(racine) {
  for (const bouton of tous(racine, "button[data-confirmer]")) {
    bouton.addEventListener("click", async (evenement) => {
      if (bouton.dataset.confirme) {
        delete bouton.dataset.confirme;
        return;
      }
      evenement.preventDefault();
      evenement.stopImmediatePropagation();
      const oui = bouton.dataset.confirmerOui || bouton.textContent.trim();
      if (await demander(bouton.dataset.confirmer, oui, { danger: bouton.classList.contains("btn-danger") })) {
        bouton.dataset.confirme = "oui";
        bouton.click();
      }
      bouton.focus();
    }, true);
  }
  for (const bouton of tous(racine, "button[data-ouvrir]")) {
    bouton.addEventListener("click", () => document.getElementById(bouton.dataset.ouvrir)?.showModal());
  }
}

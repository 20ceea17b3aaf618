// data-confirmer="Question" sur un bouton d'envoi : la question est posée dans un dialogue avant l'envoi.
// data-ouvrir="identifiant" sur un bouton : ouvre le dialogue de ce nom.
import { tous } from "./selecteur.js";

function demander(bouton) {
  const dialogue = document.createElement("dialog");
  dialogue.className = "dialogue";
  const texte = document.createElement("p");
  texte.textContent = bouton.dataset.confirmer;
  texte.id = "question-posee";
  dialogue.setAttribute("aria-labelledby", texte.id);
  const boutons = document.createElement("form");
  boutons.method = "dialog";
  boutons.className = "boutons";
  const oui = document.createElement("button");
  oui.className = bouton.classList.contains("btn-danger") ? "btn btn-danger" : "btn btn-primary";
  oui.value = "oui";
  oui.textContent = bouton.dataset.confirmerOui || bouton.textContent.trim();
  const non = document.createElement("button");
  non.className = "btn";
  non.value = "non";
  non.autofocus = true;
  non.textContent = "Ne rien changer";
  boutons.append(oui, non);
  dialogue.append(texte, boutons);
  document.body.append(dialogue);
  dialogue.showModal();
  return new Promise((resoudre) => {
    dialogue.addEventListener("close", () => {
      dialogue.remove();
      resoudre(dialogue.returnValue === "oui");
    });
  });
}

export function attacher(racine) {
  for (const bouton of tous(racine, "button[data-confirmer]")) {
    bouton.addEventListener("click", async (evenement) => {
      if (bouton.dataset.confirme) {
        delete bouton.dataset.confirme;
        return;
      }
      evenement.preventDefault();
      evenement.stopImmediatePropagation();
      if (await demander(bouton)) {
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

// Une question à deux réponses, posée dans un dialogue. Rend vrai si la personne confirme.
export function demander(question, oui, { danger = false } = {}) {
  const dialogue = document.createElement("dialog");
  dialogue.className = "dialogue";
  const texte = document.createElement("p");
  texte.textContent = question;
  texte.id = "question-posee";
  dialogue.setAttribute("aria-labelledby", texte.id);
  const boutons = document.createElement("form");
  boutons.method = "dialog";
  boutons.className = "boutons";
  boutons.append(bouton("oui", oui, danger ? "btn btn-danger" : "btn btn-primary"), bouton("non", "Ne rien changer", "btn"));
  boutons.lastChild.autofocus = true;
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

function bouton(valeur, mots, classe) {
  const un = document.createElement("button");
  un.value = valeur;
  un.textContent = mots;
  un.className = classe;
  return un;
}

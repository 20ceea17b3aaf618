// data-semaine sur le formulaire d'une semaine : flèches, copie de la semaine d'avant, totaux vivants, un jour à la fois
// au téléphone. Sans ce module, la grille reste un formulaire ordinaire.
import { tous } from "./selecteur.js";

const FRACTIONS = { "½": 0.5, "1/2": 0.5, "¼": 0.25, "1/4": 0.25, "¾": 0.75, "3/4": 0.75 };
const PAS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };
const nombres = new Intl.NumberFormat("fr-FR", { minimumFractionDigits: 2 });

function duree(texte) {
  const propre = texte.replace(/\s/g, "").replace(/j$/i, "");
  if (propre === "") return 0;
  const valeur = FRACTIONS[propre] ?? Number(propre.replace(",", "."));
  return Number.isFinite(valeur) && valeur >= 0 && valeur <= 1 && valeur % 0.25 === 0 ? valeur : null;
}

export function attacher(racine) {
  for (const formulaire of tous(racine, "form[data-semaine]")) installer(formulaire);
}

function installer(formulaire) {
  const rangees = [...formulaire.querySelectorAll("[data-rangee]")];
  const grille = rangees.map((rangee) => [...rangee.querySelectorAll("td[data-rang]")]);
  formulaire.addEventListener("keydown", (evenement) => auClavier(evenement, grille, formulaire));
  formulaire.addEventListener("focusin", ({ target }) => target.matches("[data-case]") && target.select());
  formulaire.addEventListener("input", () => totaliser(formulaire, grille));
  formulaire.querySelector("[data-semaine-reprendre]")?.addEventListener("click", (evenement) => {
    evenement.preventDefault();
    rangees.forEach((rangee) => reprendre(rangee, { vides: true }));
    totaliser(formulaire, grille);
  });
  installerChoixDuJour(formulaire);
  installerRecherche(formulaire);
  totaliser(formulaire, grille);
}

function auClavier(evenement, grille, formulaire) {
  const champ = evenement.target;
  if (!champ.matches("[data-case]")) return;
  if (evenement.key.toLowerCase() === "d" && !evenement.altKey && !evenement.metaKey) {
    evenement.preventDefault();
    reprendre(champ.closest("[data-rangee]"), { vides: false });
    totaliser(formulaire, grille);
    champ.select();
    return;
  }
  if (evenement.key === "Escape") {
    champ.value = champ.defaultValue;
    totaliser(formulaire, grille);
    return;
  }
  const pas = PAS[evenement.key] ?? pasDeCote(evenement, champ);
  if (!pas) return;
  evenement.preventDefault();
  deplacer(grille, champ.closest("td"), pas);
}

// Une flèche de côté change de case quand la valeur est sélectionnée en entier, ou le curseur au bord.
function pasDeCote({ key }, champ) {
  const entiere = champ.selectionStart === 0 && champ.selectionEnd === champ.value.length;
  if (key === "ArrowLeft" && (entiere || champ.selectionEnd === 0)) return [0, -1];
  if (key === "ArrowRight" && (entiere || champ.selectionStart === champ.value.length)) return [0, 1];
  return null;
}

function deplacer(grille, cellule, [bas, droite]) {
  let ligne = grille.findIndex((cellules) => cellules.includes(cellule));
  let colonne = grille[ligne].indexOf(cellule);
  for (;;) {
    ligne += bas;
    colonne += droite;
    const voisine = grille[ligne]?.[colonne];
    if (!voisine) return;
    const champ = voisine.querySelector("[data-case]");
    if (champ && champ.offsetParent) return champ.focus();
  }
}

function reprendre(rangee, { vides }) {
  for (const champ of rangee.querySelectorAll("[data-case]")) {
    if (!champ.dataset.precedente || (vides && champ.value)) continue;
    champ.value = champ.dataset.precedente;
    champ.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function totaliser(formulaire, grille) {
  const jours = [];
  grille.forEach((cellules) => {
    let ligne = 0;
    cellules.forEach((cellule, rang) => {
      const champ = cellule.querySelector("[data-case], [data-case-fixe]");
      const valeur = duree(champ.value);
      if (champ.matches("[data-case]")) champ.classList.toggle("is-invalid", valeur === null);
      ligne += valeur ?? 0;
      jours[rang] = (jours[rang] ?? 0) + (valeur ?? 0);
    });
    cellules[0].closest("tr").querySelector("[data-total-ligne]").textContent = ligne ? nombres.format(ligne) : "–";
  });
  jours.forEach((total, rang) => {
    const cellule = formulaire.querySelector(`[data-total-jour="${rang}"]`);
    cellule.textContent = nombres.format(total);
    cellule.classList.toggle("semaine__depasse", total > 1);
    if (total <= 1) return;
    for (const cellules of grille) {
      const champ = cellules[rang].querySelector("[data-case]");
      if (champ?.value) champ.classList.add("is-invalid");
    }
  });
  const semaine = formulaire.querySelector("[data-total-semaine]");
  if (semaine) semaine.textContent = nombres.format(jours.reduce((somme, un) => somme + un, 0));
  const message = formulaire.querySelector("[data-semaine-message]");
  if (message) message.textContent = jours.some((un) => un > 1) ? "Un jour dépasse 1 : corrigez-le avant d’enregistrer." : "";
}

function installerChoixDuJour(formulaire) {
  const choix = formulaire.querySelector("[data-semaine-choix]");
  if (!choix) return;
  const boutons = [...choix.querySelectorAll("[data-semaine-jour]")];
  const montrer = (rang) => {
    boutons.forEach((bouton, un) => bouton.setAttribute("aria-pressed", String(un === rang)));
    for (const cellule of formulaire.querySelectorAll("[data-rang]"))
      cellule.classList.toggle("semaine__autre-jour", Number(cellule.dataset.rang) !== rang);
  };
  boutons.forEach((bouton, rang) => bouton.addEventListener("click", () => montrer(rang)));
  choix.hidden = false;
  const aujourdhui = boutons.findIndex((bouton) => bouton.getAttribute("aria-pressed") === "true");
  montrer(Math.max(aujourdhui, 0));
}

function installerRecherche(formulaire) {
  const bloc = formulaire.querySelector("[data-semaine-recherche]");
  const liste = formulaire.querySelector("[data-semaine-lignes]");
  if (!bloc || !liste) return;
  const simple = (texte) => texte.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
  const champ = bloc.querySelector("input");
  bloc.hidden = false;
  champ.addEventListener("input", () => {
    const voulu = simple(champ.value);
    const options = [...liste.querySelectorAll("optgroup option")];
    for (const option of options) option.hidden = !simple(option.textContent + option.parentElement.label).includes(voulu);
    for (const groupe of liste.querySelectorAll("optgroup")) groupe.hidden = !groupe.querySelector("option:not([hidden])");
    const premiere = options.find((option) => !option.hidden);
    liste.value = voulu && premiere ? premiere.value : "";
  });
  champ.addEventListener("keydown", (evenement) => {
    if (evenement.key !== "Enter") return;
    evenement.preventDefault();
    if (liste.value) formulaire.querySelector('[value="ajouter"]').click();
  });
}

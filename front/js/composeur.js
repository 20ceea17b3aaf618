// data-composeur : la zone où s'écrit un SMS. data-remplacer="ç" data-par="c" sur un bouton remplace ce caractère partout,
// data-remplacer-tout les remplace tous. Le texte change comme par une frappe : Ctrl+Z le rend, et le compte suit.
import { annoncer } from "./annonce.js";
import { tous } from "./selecteur.js";

export function attacher(racine) {
  for (const bouton of tous(racine, "button[data-remplacer], button[data-remplacer-tout]")) {
    bouton.hidden = false;
    bouton.addEventListener("click", () => remplacer(bouton));
  }
}

function remplacer(bouton) {
  const composeur = bouton.closest("[data-composeur]");
  const champ = composeur.querySelector("textarea");
  const choisis = bouton.matches("[data-remplacer]") ? [bouton] : [...composeur.querySelectorAll("[data-remplacer]")];
  // Les plus longs d'abord : un accent détaché se remplace avec sa lettre.
  choisis.sort((un, autre) => autre.dataset.remplacer.length - un.dataset.remplacer.length);
  let texte = champ.value;
  for (const { dataset } of choisis) texte = texte.replaceAll(dataset.remplacer, dataset.par);
  if (texte === champ.value) return;
  ecrire(champ, texte);
  annoncer("Remplacé. Ctrl+Z pour revenir.");
}

// N'écrit que ce qui change, d'un seul geste. `setRangeText` ne laisserait rien à défaire : il ne sert que de secours.
function ecrire(champ, texte) {
  const avant = champ.value;
  let debut = 0;
  while (debut < texte.length && avant[debut] === texte[debut]) debut += 1;
  let fin = 0;
  const commun = Math.min(avant.length, texte.length) - debut;
  while (fin < commun && avant.at(-1 - fin) === texte.at(-1 - fin)) fin += 1;
  const nouveau = texte.slice(debut, texte.length - fin);
  champ.focus();
  champ.setSelectionRange(debut, avant.length - fin);
  const fait = nouveau ? document.execCommand("insertText", false, nouveau) : document.execCommand("delete");
  if (fait) return;
  champ.setRangeText(nouveau, debut, avant.length - fin, "end");
  champ.dispatchEvent(new Event("input", { bubbles: true }));
}

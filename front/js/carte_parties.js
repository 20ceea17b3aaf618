// Les morceaux d'une page de carte que le serveur refait : chacun porte data-carte-partie="nom".
const DETAILS = "details[data-cle]";

// La page à cette adresse, analysée ; une erreur du serveur se lève avec son code.
export async function demander(adresse, signal) {
  const reponse = await fetch(adresse, { signal, headers: { "X-Requested-With": "carte" } });
  if (!reponse.ok) throw new Error(`Le serveur a répondu ${reponse.status}.`);
  return new DOMParser().parseFromString(await reponse.text(), "text/html");
}

export const partie = (nom, racine = document) => racine.querySelector(`[data-carte-partie="${nom}"]`);

// Une ligne dite à l'écran : la zone est celle que tissu.js a posée (voir annonce.js), ce module est à part.
export function annoncer(texte) {
  const zone = document.querySelector(".annonce");
  if (!zone) return;
  zone.textContent = texte;
  setTimeout(() => zone.textContent === texte && (zone.textContent = ""), 4000);
}

// Remplace le contenu d'une partie ; ce qui était déplié le reste, ce qui avait le focus le retrouve.
export function remplacer(ancienne, nouvelle) {
  if (!ancienne || !nouvelle) return;
  const depliees = new Map(
    [...ancienne.querySelectorAll(DETAILS), ...(ancienne.matches(DETAILS) ? [ancienne] : [])].map((un) => [un.dataset.cle, un.open]),
  );
  const focus = ancienne.contains(document.activeElement) ? document.activeElement.id : "";
  ancienne.replaceChildren(...[...nouvelle.childNodes].map((noeud) => document.importNode(noeud, true)));
  for (const un of ancienne.querySelectorAll(DETAILS)) if (depliees.has(un.dataset.cle)) un.open = depliees.get(un.dataset.cle);
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  window.htmx?.process(ancienne);
  ancienne.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  document.dispatchEvent(new CustomEvent("carte:partie", { detail: ancienne }));
}

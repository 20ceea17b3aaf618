// De quoi dessiner les écrans du relevé : des éléments, jamais du texte interprété.
const PLANCHE = document.querySelector("[data-icones]")?.dataset.icones ?? "";

const ANNONCE_MS = 3000;

export function h(nom, attributs = {}, ...enfants) {
  const element = document.createElement(nom);
  for (const [cle, valeur] of Object.entries(attributs)) {
    if (valeur === false || valeur === null || valeur === undefined) continue;
    if (cle.startsWith("on")) element.addEventListener(cle.slice(2), valeur);
    else if (cle === "value" || cle === "checked") element[cle] = valeur;
    else element.setAttribute(cle, valeur === true ? "" : valeur);
  }
  element.append(...enfants.flat(Infinity).filter((un) => un !== null && un !== undefined && un !== false));
  return element;
}

export function icone(nom) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icone icone--${nom}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const dessin = document.createElementNS("http://www.w3.org/2000/svg", "use");
  dessin.setAttribute("href", `${PLANCHE}#${nom}`);
  svg.append(dessin);
  return svg;
}

export function bouton(texte, geste, { classe = "btn", image, ...reste } = {}) {
  return h("button", { type: "button", class: classe, onclick: geste, ...reste }, image && icone(image), texte);
}

export function lien(texte, adresse, { classe = "btn", image, fleche, ...reste } = {}) {
  return h("a", { href: adresse, class: classe, ...reste }, image && icone(image), texte, fleche && icone(fleche));
}

// Ce qu'un lecteur d'écran entend, et qui s'affiche un instant.
export function annoncer(texte) {
  const zone = document.querySelector("[data-annonce]");
  zone.textContent = "";
  requestAnimationFrame(() => {
    zone.textContent = texte;
  });
  clearTimeout(annoncer.attente);
  annoncer.attente = setTimeout(() => {
    zone.textContent = "";
  }, ANNONCE_MS);
}

export function pluriel(combien, mot, mots = `${mot}s`) {
  return `${combien} ${combien > 1 ? mots : mot}`;
}

// Pose l'écran : son titre prend le focus, la page remonte.
export function montrer(titre, { retour, corps, pied }) {
  document.title = `${titre} – Relevé`;
  const tete = h("h1", { tabindex: "-1" }, titre);
  document.querySelector("[data-retour]").replaceChildren(
    ...(retour ? [lien(retour.texte, retour.adresse, { classe: "terrain__retour", image: "gauche" })] : []),
  );
  document.querySelector("[data-ecran]").replaceChildren(tete, ...corps.flat().filter(Boolean));
  const bas = document.querySelector("[data-pied]");
  bas.replaceChildren(...(pied ?? []).flat().filter(Boolean));
  bas.hidden = !pied?.length;
  scrollTo(0, 0);
  tete.focus({ preventScroll: true });
}

// Le fond d'une carte : les contours du territoire, servis par le produit, et le plan en ligne s'il répond à temps.
const PATIENCE_MS = 4000;
const SANS_CONTOURS = { type: "FeatureCollection", features: [] };

let contours;
let plan;

export function lireContours(adresse) {
  contours ??= fetch(adresse)
    .then((reponse) => (reponse.ok ? reponse.json() : SANS_CONTOURS))
    .catch(() => SANS_CONTOURS);
  return contours;
}

// Le style du plan en ligne, ou null : pas réglé, injoignable, trop lent, illisible.
export function lirePlan({ style } = {}) {
  if (!style) return Promise.resolve(null);
  plan ??= fetch(style, { signal: AbortSignal.timeout(PATIENCE_MS), credentials: "omit", referrerPolicy: "no-referrer" })
    .then((reponse) => (reponse.ok ? reponse.json() : null))
    .then((lu) => (lu && Array.isArray(lu.layers) ? lu : null))
    .catch(() => null);
  return plan;
}

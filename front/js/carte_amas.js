// Le dessin d'un amas : un rond chiffré, entouré d'un anneau où chaque classe tient sa part.
const MARQUE = "amas|";
const TAILLES = [[1000, 25], [100, 21], [10, 17], [0, 14]];
const ANNEAU = 5;
const compact = new Intl.NumberFormat("fr-FR", { notation: "compact", maximumFractionDigits: 1 });
const entier = new Intl.NumberFormat("fr-FR");

// L'expression MapLibre qui nomme l'image d'un amas d'après son effectif et celui de ses classes.
export function nomDImage(cles, generation) {
  const parts = cles.flatMap((cle, rang) => [rang ? "," : "", ["to-string", ["coalesce", ["get", cle], 0]]]);
  return ["concat", `${MARQUE}${generation}|`, ["to-string", ["get", "n"]], "|", ...parts];
}

export const estUnAmas = (nom) => nom.startsWith(MARQUE);

// Dessine l'image de ce nom ; `couleurs` suit l'ordre des classes du nom.
export function dessiner(nom, couleurs, jetons) {
  const [, , effectif, classes] = nom.split("|");
  const n = Number(effectif);
  const parts = classes.split(",").map(Number);
  const rayon = TAILLES.find(([seuil]) => n >= seuil)[1];
  const pixels = Math.min(3, Math.max(1, devicePixelRatio || 1));
  const cote = 2 * rayon + 2;
  const toile = document.createElement("canvas");
  toile.width = toile.height = Math.ceil(cote * pixels);
  const c = toile.getContext("2d");
  c.scale(pixels, pixels);
  disque(c, rayon + 1, rayon + 1, jetons.fond);
  let angle = -Math.PI / 2;
  parts.forEach((part, rang) => {
    if (!part) return;
    const suivant = angle + (2 * Math.PI * part) / n;
    c.beginPath();
    c.moveTo(rayon + 1, rayon + 1);
    c.arc(rayon + 1, rayon + 1, rayon, angle, suivant);
    c.fillStyle = couleurs[rang];
    c.fill();
    angle = suivant;
  });
  disque(c, rayon + 1, rayon - ANNEAU + 0.5, jetons.fond);
  c.fillStyle = jetons.texte;
  c.font = `600 ${n < 10_000 ? 12 : 11}px "Source Sans 3", sans-serif`;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText((n < 1000 ? entier : compact).format(n), rayon + 1, rayon + 1.5);
  return { image: c.getImageData(0, 0, toile.width, toile.height), pixels };
}

function disque(c, centre, rayon, couleur) {
  c.beginPath();
  c.arc(centre, centre, rayon, 0, 2 * Math.PI);
  c.fillStyle = couleur;
  c.fill();
}

// La trame du secret statistique : des traits obliques sur rien.
export function hachures(couleur) {
  const toile = document.createElement("canvas");
  toile.width = toile.height = 16;
  const c = toile.getContext("2d");
  c.strokeStyle = couleur;
  c.lineWidth = 2.5;
  c.beginPath();
  for (const decalage of [-16, 0, 16]) {
    c.moveTo(decalage - 2, 18);
    c.lineTo(decalage + 18, -2);
  }
  c.stroke();
  return c.getImageData(0, 0, 16, 16);
}

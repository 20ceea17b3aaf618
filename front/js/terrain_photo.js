// Une photo de l'appareil, réduite avant d'être gardée : ce qui part sur un réseau de rue doit être léger.
const COTE_MAX = 1600;
const QUALITE = 0.8;

export async function reduire(fichier) {
  let image;
  try {
    image = await createImageBitmap(fichier, { imageOrientation: "from-image" });
  } catch {
    throw new Error("Cette photo ne se lit pas sur ce téléphone : prenez-la avec l'appareil, en JPEG.");
  }
  const echelle = Math.min(1, COTE_MAX / Math.max(image.width, image.height));
  const toile = document.createElement("canvas");
  toile.width = Math.max(1, Math.round(image.width * echelle));
  toile.height = Math.max(1, Math.round(image.height * echelle));
  toile.getContext("2d").drawImage(image, 0, 0, toile.width, toile.height);
  image.close();
  const blob = await new Promise((rendre) => toile.toBlob(rendre, "image/jpeg", QUALITE));
  if (!blob) throw new Error("La photo n'a pas pu être réduite : reprenez-la.");
  return blob;
}

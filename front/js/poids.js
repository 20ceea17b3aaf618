// Un fichier trop lourd se dit avant l'envoi : rien de ce qui est tapé ne part se faire refuser par le serveur.
// data-poids-max sur un champ de fichier, à défaut sur la page : le plus grand poids, en octets.
import { tous } from "./selecteur.js";

export function attacher(racine) {
  for (const champ of tous(racine, "input[type=file]")) {
    champ.addEventListener("change", () => juger(champ));
  }
}

function juger(champ) {
  const permis = Number(champ.dataset.poidsMax || document.body.dataset.poidsMax);
  const pese = [...champ.files].reduce((somme, fichier) => somme + fichier.size, 0);
  if (champ.nextElementSibling?.matches("[data-refus-de-poids]")) champ.nextElementSibling.remove();
  if (!permis || pese <= permis) {
    champ.setCustomValidity("");
    champ.removeAttribute("aria-invalid");
    return;
  }
  const quoi = champ.files.length > 1 ? "Ces fichiers pèsent" : "Ce fichier pèse";
  const refus = `${quoi} ${enMo(pese)}, pour ${enMo(permis)} au plus : choisissez plus léger. Le reste de la page est gardé.`;
  champ.setCustomValidity(refus);
  champ.setAttribute("aria-invalid", "true");
  const message = document.createElement("p");
  message.className = "champ__erreur";
  message.dataset.refusDePoids = "";
  message.setAttribute("role", "alert");
  message.textContent = refus;
  champ.after(message);
}

function enMo(octets) {
  return `${(octets / 1e6).toLocaleString("fr-FR", { maximumFractionDigits: 1 })} Mo`;
}

// data-theme-bascule sur un bouton : passe du clair au sombre. Le choix tient dans un témoin lu par le serveur,
// qui pose l'attribut dès la première ligne de la page : aucun éclair blanc, aucun script en ligne.
import { tous } from "./selecteur.js";

const UN_AN_S = 31536000;

function sombre() {
  const choisi = document.documentElement.dataset.theme;
  return choisi ? choisi === "sombre" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function nommer(bouton) {
  const texte = bouton.querySelector("[data-theme-texte]");
  if (texte) texte.textContent = sombre() ? "Passer en clair" : "Passer en sombre";
}

export function attacher(racine) {
  for (const bouton of tous(racine, "button[data-theme-bascule]")) {
    bouton.hidden = false;
    nommer(bouton);
    bouton.addEventListener("click", () => {
      const theme = sombre() ? "clair" : "sombre";
      document.documentElement.dataset.theme = theme;
      const sur = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `theme=${theme}; path=/; max-age=${UN_AN_S}; SameSite=Lax${sur}`;
      nommer(bouton);
    });
  }
}

// data-position sur un bloc d'un formulaire : son bouton [data-position-prendre] remplit les champs « lon » et « lat » de
// la position du téléphone, vide « situe » (le lieu que l'ancienne position situait), et le dit. Sans géolocalisation, le bloc reste caché.
import { tous } from "./selecteur.js";

const DECIMALES = 6;

function prendre(bloc, { coords }) {
  const formulaire = bloc.closest("form");
  formulaire.elements.lon.value = coords.longitude.toFixed(DECIMALES);
  formulaire.elements.lat.value = coords.latitude.toFixed(DECIMALES);
  formulaire.elements.situe.value = "";
  formulaire.elements.lat.dispatchEvent(new Event("change", { bubbles: true }));
  return `Position prise, à ${Math.round(coords.accuracy)} m près. Dites aussi le lieu en mots.`;
}

export function attacher(racine) {
  for (const bloc of tous(racine, "[data-position]")) {
    if (!navigator.geolocation) continue;
    const dit = bloc.querySelector("[data-position-dit]");
    bloc.hidden = false;
    bloc.querySelector("[data-position-prendre]").addEventListener("click", () => {
      dit.textContent = "Recherche de la position…";
      navigator.geolocation.getCurrentPosition(
        (position) => {
          dit.textContent = prendre(bloc, position);
        },
        () => {
          dit.textContent = "La position n’est pas disponible : écrivez l’adresse.";
        },
        { enableHighAccuracy: true, timeout: 10000 },
      );
    });
  }
}

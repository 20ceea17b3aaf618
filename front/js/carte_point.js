// Placer un lieu : là où une page porte [data-carte-point], un clic sur la carte remplit la longitude et la latitude du
// formulaire et y pose un repère, que l'on glisse pour l'ajuster. Le bouton [data-carte-point-centre] prend le centre de la
// carte, pour qui va au clavier. Un formulaire qui situe aussi son lieu en mots a un champ « situe » : ce que le point situe.
//
// Avec carte_vue.js : `carte:dessinee` donne la carte (`detail`) ; `carte.clicsPris` réserve les clics à cet outil, qui les
// laisse à un dessin en cours (`carte.dessin`). L'événement `carte:lieu` montre un lieu trouvé sans le clic (`detail` :
// longitude et latitude, ou null).
import { Marker } from "maplibre-gl";

const DECIMALES = 6;
const ZOOM_D_UN_LIEU = 15;

function lire(champ) {
  return champ.value.trim() ? Number(champ.value.replace(",", ".")) : Number.NaN;
}

function brancher(carte, racine) {
  const [lon, lat] = ["lon", "lat"].map((nom) => racine.querySelector(`[name=${nom}]`));
  const dit = racine.querySelector("[data-carte-point-dit]");
  const repere = new Marker({ color: carte.jetons.accent, draggable: true, className: "carte__lieu" });
  carte.clicsPris = true;
  carte.plan.getCanvas().style.cursor = "crosshair";

  function poser(lieu) {
    if (!lieu || lieu.some(Number.isNaN) || Math.abs(lieu[1]) > 90) {
      repere.remove();
      return;
    }
    repere.setLngLat(lieu).addTo(carte.plan);
    if (!carte.plan.getBounds().contains(lieu)) carte.plan.jumpTo({ center: lieu, zoom: Math.max(carte.plan.getZoom(), ZOOM_D_UN_LIEU) });
  }

  function prendre({ lng, lat: latitude }) {
    lon.value = lng.toFixed(DECIMALES).replace(".", ",");
    lat.value = latitude.toFixed(DECIMALES).replace(".", ",");
    const { situe, lieu } = lon.form.elements;
    if (situe) situe.value = lieu.value.trim() || situe.dataset.surLaCarte;
    lat.dispatchEvent(new Event("change", { bubbles: true }));
    dit.textContent =
      dit.dataset.cartePointDit || `Lieu pris : ${lat.value} de latitude, ${lon.value} de longitude. Enregistrez pour le garder.`;
  }

  carte.plan.on("click", ({ lngLat }) => carte.dessin || prendre(lngLat));
  repere.on("dragend", () => prendre(repere.getLngLat()));
  const bouton = racine.querySelector("[data-carte-point-centre]");
  bouton.hidden = false;
  bouton.addEventListener("click", () => prendre(carte.plan.getCenter()));
  for (const champ of [lon, lat]) champ.addEventListener("change", () => poser([lire(lon), lire(lat)]));
  document.addEventListener("carte:lieu", ({ detail }) => poser(detail));
  const lieu = [lire(lon), lire(lat)];
  poser(lieu);
  if (!lieu.some(Number.isNaN)) carte.plan.jumpTo({ center: lieu, zoom: ZOOM_D_UN_LIEU });
}

document.addEventListener("carte:dessinee", ({ detail: carte }) => {
  const racine = document.querySelector("[data-carte-point]");
  if (racine) brancher(carte, racine);
});

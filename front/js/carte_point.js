// Placer un lieu : là où une page porte [data-carte-point], un clic sur la carte remplit la longitude et la latitude du
// formulaire et y pose un repère. Le bouton [data-carte-point-centre] prend le centre de la carte, pour qui va au clavier.
//
// Avec carte_vue.js : `carte:dessinee` donne la carte (`detail`) ; `carte.clicsPris` réserve les clics à cet outil.
import { Marker } from "maplibre-gl";

const DECIMALES = 6;

function lire(champ) {
  return champ.value.trim() ? Number(champ.value.replace(",", ".")) : Number.NaN;
}

function brancher(carte, racine) {
  const [lon, lat] = ["lon", "lat"].map((nom) => racine.querySelector(`[name=${nom}]`));
  const dit = racine.querySelector("[data-carte-point-dit]");
  const repere = new Marker({ color: carte.jetons.accent });
  carte.clicsPris = true;
  carte.plan.getCanvas().style.cursor = "crosshair";

  function montrer() {
    const lieu = [lire(lon), lire(lat)];
    if (lieu.some(Number.isNaN) || Math.abs(lieu[1]) > 90) repere.remove();
    else repere.setLngLat(lieu).addTo(carte.plan);
    return lieu;
  }

  function prendre({ lng, lat: latitude }) {
    lon.value = lng.toFixed(DECIMALES).replace(".", ",");
    lat.value = latitude.toFixed(DECIMALES).replace(".", ",");
    montrer();
    dit.textContent = `Lieu pris : ${lat.value} de latitude, ${lon.value} de longitude. Enregistrez pour le garder.`;
  }

  carte.plan.on("click", ({ lngLat }) => prendre(lngLat));
  const bouton = racine.querySelector("[data-carte-point-centre]");
  bouton.hidden = false;
  bouton.addEventListener("click", () => prendre(carte.plan.getCenter()));
  for (const champ of [lon, lat]) champ.addEventListener("change", montrer);
  const lieu = montrer();
  if (!lieu.some(Number.isNaN)) carte.plan.jumpTo({ center: lieu, zoom: 15 });
}

document.addEventListener("carte:dessinee", ({ detail: carte }) => {
  const racine = document.querySelector("[data-carte-point]");
  if (racine) brancher(carte, racine);
});

// Une carte : le plan MapLibre, sa bulle, son pas avec la liste. Ce qui tient à la page est dans carte_page.js.
import { AttributionControl, GeolocateControl, Map as Plan, NavigationControl, Popup, prewarm, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { dessiner, estUnAmas, hachures } from "./carte_amas.js";
import { Bulle } from "./carte_bulle.js";
import { lireContours, lirePlan } from "./carte_fond.js";
import { PageDeCarte } from "./carte_page.js";
import { couleurs, enSombre, lireJetons, style } from "./carte_style.js";

const ZOOM_D_UN_OBJET = 17;
const ZOOM_D_UNE_SURFACE = 11;
const ZOOM_LE_PLUS_FIN = 19;
const PAS_D_UN_AMAS = 2.5;
const MARGE = { padding: 40, maxZoom: 16, animate: false };
const CLIQUABLES = ["amas", "objets"];
const LARGEUR_DU_DOIGT = 6;
// Au-delà, un téléphone peine et l'œil n'y gagne rien.
const PIXELS_AU_PLUS = 2;
const MOTS = {
  "AttributionControl.ToggleAttribution": "Afficher ou masquer les sources", "GeolocateControl.FindMyLocation": "Me situer",
  "GeolocateControl.LocationNotAvailable": "Position indisponible", "Map.Title": "Carte",
  "NavigationControl.ResetBearing": "Remettre le nord en haut", "NavigationControl.ZoomIn": "Approcher", "NavigationControl.ZoomOut": "Reculer",
  "Popup.Close": "Fermer", "ScaleControl.Kilometers": "km", "ScaleControl.Meters": "m",
  "CooperativeGesturesHandler.WindowsHelpText": "Ctrl et molette pour zoomer", "CooperativeGesturesHandler.MacHelpText": "⌘ et molette pour zoomer",
  "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
};

export class Carte {
  constructor(element) {
    this.element = element;
    this.reglages = JSON.parse(element.dataset.carte);
    this.description = this.reglages.description;
    this.generation = 0;
    // Les clics ne sont plus à la carte tant qu'un dessin est en cours, ou dans une page où ils placent un lieu.
    this.dessin = null;
    this.clicsPris = false;
    this.plan = null;
    this.page = new PageDeCarte(this);
    this.ouvrir();
  }

  async ouvrir() {
    const fond = lireContours(this.reglages.fond);
    setWorkerUrl(new URL(this.element.dataset.ouvrier, location.href).href);
    // L'ouvrier se charge pendant que les contours arrivent.
    prewarm();
    this.contours = await fond;
    try {
      this.plan = this.creer();
    } catch {
      this.dire("Ce navigateur ne sait pas dessiner la carte. La liste et le tableau disent la même chose.");
      return;
    }
    this.bulle = new Bulle(this);
    this.brancher();
    this.plan.once("style.load", () => document.dispatchEvent(new CustomEvent("carte:dessinee", { detail: this })));
    this.enLigne = await lirePlan(this.reglages.plan);
    this.dire(this.motDuFond());
    if (this.enLigne) this.redessiner();
  }

  creer() {
    const vue = this.page.vue();
    const plan = new Plan({
      container: this.element,
      style: this.style(),
      ...(vue ?? { bounds: this.description.emprise ?? emprise(this.contours), fitBoundsOptions: MARGE }),
      attributionControl: false,
      cooperativeGestures: this.page.embarquee,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0,
      maxZoom: ZOOM_LE_PLUS_FIN, minZoom: 5, fadeDuration: 0,
      locale: { ...MOTS, "Map.Title": `Carte : ${this.element.dataset.nom}. Les mêmes objets sont dans la liste et le tableau.` },
      pixelRatio: Math.min(devicePixelRatio || 1, PIXELS_AU_PLUS),
    });
    plan.touchZoomRotate.disableRotation();
    plan.addControl(new NavigationControl({ showCompass: false }), "top-right");
    plan.addControl(new GeolocateControl({ positionOptions: { enableHighAccuracy: true } }), "top-right");
    // Ce bouton n'a de nom qu'une fois la permission du navigateur connue : d'ici là, le sien.
    plan.getContainer().querySelector(".maplibregl-ctrl-geolocate")?.setAttribute("aria-label", MOTS["GeolocateControl.FindMyLocation"]);
    plan.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    plan.addControl(new AttributionControl({ compact: true }), "bottom-right");
    return plan;
  }

  style() {
    this.generation += 1;
    this.jetons = lireJetons();
    return style({
      description: this.description, fond: this.contours, police: this.element.dataset.police,
      plan: enSombre() ? null : this.enLigne, mention: this.reglages.plan?.mention, generation: this.generation, jetons: this.jetons,
    });
  }

  // Après un changement de légende, de filtres, de mode : mêmes objets, autres couleurs ou autres tuiles.
  redessiner() {
    if (!this.plan) return;
    this.plan.setStyle(this.style(), { diff: true });
    if (this.plan.hasImage("hachures")) this.plan.removeImage("hachures");
    for (const nom of this.plan.listImages()) if (estUnAmas(nom)) this.plan.removeImage(nom);
  }

  decrire(description) {
    this.description = description;
    this.bulle?.fermer();
    this.redessiner();
  }

  image(nom) {
    if (this.plan.hasImage(nom)) return;
    const teintes = couleurs(this.description.legende);
    if (estUnAmas(nom)) {
      const { image, pixels } = dessiner(nom, [...teintes.values()], this.jetons);
      this.plan.addImage(nom, image, { pixelRatio: pixels });
    } else if (nom === "hachures") {
      this.plan.addImage(nom, hachures(teintes.get("ks") ?? this.jetons["texte-2"]), { pixelRatio: 2 });
    }
  }

  brancher() {
    this.plan.setMissingStyleImageResolver((nom) => this.image(nom));
    // Une tuile du plan en ligne peut manquer : la carte reste lisible sans elle.
    this.plan.on("error", () => {});
    this.plan.once("load", () => {
      this.element.dataset.carteDessinee = "oui";
      this.page.bouger({ premiere: true });
    });
    this.plan.on("moveend", () => this.page.bouger({}));
    this.plan.on("click", (evenement) => this.cliquer(evenement));
    this.plan.on("mousemove", ({ point }) => {
      cancelAnimationFrame(this.attente);
      this.attente = requestAnimationFrame(() => this.survolerLePlan(point));
    });
    this.plan.getCanvas().addEventListener("mouseleave", () => {
      cancelAnimationFrame(this.attente);
      this.page.surligner(null);
      this.nommer(null);
    });
    const changerDeMode = () => {
      this.dire(this.motDuFond());
      this.redessiner();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changerDeMode);
    new MutationObserver(changerDeMode).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  sous(point) {
    const couches = CLIQUABLES.filter((nom) => this.plan.getLayer(nom));
    if (!couches.length) return [];
    const boite = [LARGEUR_DU_DOIGT, -LARGEUR_DU_DOIGT].map((marge) => [point.x - marge, point.y - marge]);
    const surface = this.description.geometrie === "surface";
    return this.plan.queryRenderedFeatures(surface ? point : boite, { layers: couches });
  }

  cliquer({ point, lngLat }) {
    if (this.dessin || this.clicsPris) return;
    const trouves = this.sous(point);
    const amas = trouves.find((un) => un.layer.id === "amas");
    if (amas && trouves[0] === amas) {
      this.plan.easeTo({ center: amas.geometry.coordinates, zoom: this.plan.getZoom() + PAS_D_UN_AMAS });
      return;
    }
    const objets = trouves.filter((un) => un.layer.id === "objets");
    const ids = [...new Set(objets.map((un) => un.properties.id))];
    if (!ids.length) return;
    const place = objets[0].geometry.type === "Point" ? objets[0].geometry.coordinates : lngLat;
    this.page.surligner(ids[0], { defiler: true });
    this.bulle.ouvrir(ids, place);
  }

  survolerLePlan(point) {
    if (this.dessin || this.clicsPris) return;
    const [premier] = this.sous(point);
    this.plan.getCanvas().style.cursor = premier ? "pointer" : "";
    const objet = premier?.layer.id === "objets" ? premier : null;
    this.page.surligner(objet?.properties.id ?? null);
    this.nommer(objet);
  }

  // Le nom d'un point, à côté de la souris ; un clic ouvre sa bulle, la liste dit la même chose au clavier.
  nommer(objet) {
    const titre = objet?.geometry.type === "Point" ? objet.properties.titre : "";
    if (!titre) return this.nom?.remove();
    this.nom ??= new Popup({ className: "carte__nom", closeButton: false, closeOnClick: true, focusAfterOpen: false, offset: 10 });
    return this.nom.setLngLat(objet.geometry.coordinates).setText(titre).addTo(this.plan);
  }

  // Montre sur la carte l'objet d'une ligne : un cercle autour d'un point, un trait épais autour d'une surface.
  montrer(objet) {
    if (!this.plan?.getSource("survol")) return;
    const surface = this.description.geometrie === "surface";
    if (this.montre) this.plan.removeFeatureState({ source: "objets", sourceLayer: "objets", id: this.montre });
    this.montre = surface && objet ? objet.id : null;
    if (this.montre) this.plan.setFeatureState({ source: "objets", sourceLayer: "objets", id: this.montre }, { survol: true });
    const point = objet?.place && !surface ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: objet.place } }] : [];
    this.plan.getSource("survol").setData({ type: "FeatureCollection", features: point });
  }

  situer(objet) {
    const zoom = Math.max(this.plan.getZoom(), this.description.geometrie === "surface" ? ZOOM_D_UNE_SURFACE : ZOOM_D_UN_OBJET);
    // Un peu bas, pour que la bulle tienne au-dessus.
    this.plan.easeTo({ center: objet.place, zoom, offset: [0, this.element.clientHeight / 4], animate: false });
    this.bulle.ouvrir([objet.id], objet.place, { retour: objet.bouton });
  }

  cadre() {
    const bornes = this.plan.getBounds();
    return [bornes.getWest(), bornes.getSouth(), bornes.getEast(), bornes.getNorth()].map((un) => un.toFixed(5)).join(",");
  }

  motDuFond() {
    if (!this.reglages.plan?.style || this.enLigne === undefined) return "";
    if (!this.enLigne) return "Plan en ligne injoignable : contours du territoire seuls.";
    return enSombre() ? "Le plan en ligne se montre en mode clair." : "";
  }

  dire(texte) {
    this.mot ??= Object.assign(document.createElement("p"), { className: "carte__mot" });
    this.element.querySelector("[data-carte-attente]")?.remove();
    this.mot.textContent = texte;
    this.mot.hidden = !texte;
    if (!this.mot.isConnected) this.element.append(this.mot);
  }
}

function emprise(contours) {
  const points = contours.features.map(({ properties: p }) => [p.lon, p.lat]);
  if (!points.length) return [-5, 42, 8.5, 51];
  const [x, y] = [0, 1].map((rang) => points.map((point) => point[rang]));
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

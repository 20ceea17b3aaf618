// Le style MapLibre d'une couche : le fond du territoire, puis les objets aux couleurs de la légende.
import { nomDImage } from "./carte_amas.js";

const POLICE = "Source Sans 3";
const VIDE = { type: "FeatureCollection", features: [] };
const JETONS = ["fond", "fond-2", "texte", "texte-2", "filet", "bord", "accent"];

export function enSombre() {
  const choisi = document.documentElement.dataset.theme;
  return choisi ? choisi === "sombre" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function lireJetons() {
  const lus = getComputedStyle(document.documentElement);
  return Object.fromEntries(JETONS.map((nom) => [nom, lus.getPropertyValue(`--${nom}`).trim()]));
}

// Les couleurs de la légende dans le mode du moment, par clé de tuile (k0, k1…, kx, ks).
export function couleurs(legende) {
  const mode = enSombre() ? "sombre" : "clair";
  return new Map(legende.map((entree) => [entree.cle, entree[mode]]));
}

const rang = (cle) => ({ kx: -1, ks: -2 })[cle] ?? Number(cle.slice(1));

function parClasse(teintes, defaut) {
  const paires = [...teintes].flatMap(([cle, couleur]) => [rang(cle), couleur]);
  return paires.length ? ["match", ["get", "k"], ...paires, defaut] : defaut;
}

export function style({ description, fond, police, plan, mention, generation, jetons }) {
  const teintes = couleurs(description.legende);
  const sources = {
    territoire: { type: "geojson", data: fond, attribution: plan ? mention : "" },
    noms: { type: "geojson", data: noms(fond) },
    objets: {
      type: "vector", tiles: [location.origin + description.tuiles], maxzoom: description.zoom_max, promoteId: { objets: "id" },
      attribution: description.source,
    },
    survol: { type: "geojson", data: VIDE },
  };
  const surface = description.geometrie === "surface";
  const nos = [
    // Une couche de surfaces a ses propres étiquettes ; le plan en ligne, les siennes.
    ...(plan || surface ? [] : [nomsDuTerritoire(jetons)]),
    ...(surface ? surfaces(teintes, jetons) : points(teintes, jetons, generation)),
    survol(jetons),
  ];
  const polices = { [POLICE]: new URL(police, location.href).href };
  if (plan) return { ...plan, "font-faces": { ...plan["font-faces"], ...polices }, sources: { ...plan.sources, ...sources }, layers: [...plan.layers, trait(jetons), ...nos] };
  const dessous = [
    { id: "fond", type: "background", paint: { "background-color": jetons["fond-2"] } },
    { id: "territoire", type: "fill", source: "territoire", paint: { "fill-color": jetons.fond } },
    trait(jetons),
  ];
  return { version: 8, "font-faces": polices, sources, layers: [...dessous, ...nos] };
}

function trait(jetons) {
  return { id: "territoire-trait", type: "line", source: "territoire", paint: { "line-color": jetons.bord, "line-width": 0.75, "line-opacity": 0.6 } };
}

function noms(fond) {
  const features = fond.features.map(({ properties: p }) => ({
    type: "Feature", properties: { nom: p.nom }, geometry: { type: "Point", coordinates: [p.lon, p.lat] },
  }));
  return { type: "FeatureCollection", features };
}

function nomsDuTerritoire(jetons) {
  return {
    id: "territoire-noms", type: "symbol", source: "noms", maxzoom: 14,
    layout: {
      "text-field": ["get", "nom"], "text-font": [POLICE], "text-size": 13,
      "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 1, "text-padding": 4,
    },
    paint: { "text-color": jetons["texte-2"], "text-halo-color": jetons.fond, "text-halo-width": 1.5 },
  };
}

function points(teintes, jetons, generation) {
  return [
    {
      id: "objets", type: "circle", source: "objets", "source-layer": "objets",
      paint: {
        "circle-color": parClasse(teintes, teintes.get("kx") ?? jetons["texte-2"]),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3.5, 14, 5, 17, 8],
        // Un trait neutre : la première classe d'une rampe a presque la couleur du fond.
        "circle-stroke-color": jetons["texte-2"],
        "circle-stroke-width": 0.75,
      },
    },
    {
      id: "amas", type: "symbol", source: "objets", "source-layer": "amas",
      layout: {
        "icon-image": nomDImage([...teintes.keys()], generation),
        "icon-allow-overlap": true, "symbol-sort-key": ["get", "n"],
      },
    },
  ];
}

function surfaces(teintes, jetons) {
  return [
    {
      id: "objets", type: "fill", source: "objets", "source-layer": "objets",
      paint: {
        "fill-color": parClasse(new Map([...teintes].filter(([cle]) => cle !== "ks")), "rgba(0,0,0,0)"),
        "fill-opacity": 0.85,
      },
    },
    {
      id: "objets-secrets", type: "fill", source: "objets", "source-layer": "objets", filter: ["==", ["get", "k"], -2],
      paint: { "fill-pattern": "hachures" },
    },
    {
      id: "objets-trait", type: "line", source: "objets", "source-layer": "objets",
      paint: {
        "line-color": ["case", ["boolean", ["feature-state", "survol"], false], jetons.texte, jetons.bord],
        "line-width": ["case", ["boolean", ["feature-state", "survol"], false], 3, 0.75],
      },
    },
    {
      id: "etiquettes", type: "symbol", source: "objets", "source-layer": "etiquettes",
      layout: {
        "text-field": ["format", ["get", "nom"], { "font-scale": 1 }, "\n", {}, ["get", "valeur"], { "font-scale": 0.9 }],
        "text-font": [POLICE], "text-size": 13, "text-max-width": 8, "text-padding": 6,
      },
      paint: { "text-color": jetons.texte, "text-halo-color": jetons.fond, "text-halo-width": 1.75 },
    },
  ];
}

function survol(jetons) {
  return {
    id: "survol", type: "circle", source: "survol",
    paint: { "circle-radius": 13, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": jetons.texte, "circle-stroke-width": 3 },
  };
}

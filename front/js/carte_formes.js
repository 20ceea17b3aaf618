// Les formes que l'on dessine : leurs mesures, leur tracé, leur écriture dans une adresse (comme tissu/cartes/selection.py).
const SIGNES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const FINESSE = 1e5;
const RAYON_AU_PLUS_M = 50_000;
const SOMMETS_AU_PLUS = 200;
const COTES = 72;
// L'ellipsoïde WGS84 : demi-grand axe, carré de l'excentricité.
const GRAND_AXE_M = 6_378_137;
const EXCENTRICITE_2 = 0.00669437999014;
export const PRECISION_M = 1;

// Mètres d'un degré de longitude et d'un degré de latitude, à cette latitude.
function metresParDegre(lat) {
  const phi = (lat * Math.PI) / 180;
  const aplati = 1 - EXCENTRICITE_2 * Math.sin(phi) ** 2;
  return [
    ((GRAND_AXE_M / Math.sqrt(aplati)) * Math.cos(phi) * Math.PI) / 180,
    ((GRAND_AXE_M * (1 - EXCENTRICITE_2)) / aplati ** 1.5) * (Math.PI / 180),
  ];
}

export function rayonEntre([lon, lat], [autreLon, autreLat]) {
  const [est, nord] = metresParDegre((lat + autreLat) / 2);
  return Math.hypot((autreLon - lon) * est, (autreLat - lat) * nord);
}

function cercle([lon, lat], rayon) {
  const [est, nord] = metresParDegre(lat);
  const points = Array.from({ length: COTES + 1 }, (_, rang) => {
    const angle = (2 * Math.PI * rang) / COTES;
    return [lon + (rayon * Math.cos(angle)) / est, lat + (rayon * Math.sin(angle)) / nord];
  });
  return [points];
}

// Ce qui se dessine : les sommets posés, et la forme telle qu'elle serait si l'on posait le suivant ici.
export function tracer(outil, sommets, curseur) {
  const entites = sommets.map((point) => ({ type: "Point", coordinates: point }));
  const suite = curseur ? [...sommets, curseur] : sommets;
  if (outil === "cercle" && suite.length === 2) {
    entites.push({ type: "Polygon", coordinates: cercle(suite[0], rayonEntre(...suite)) });
  } else if (outil === "polygone" && suite.length > 2) {
    entites.push({ type: "Polygon", coordinates: [[...suite, suite[0]]] });
  } else if (outil === "polygone" && suite.length === 2) {
    entites.push({ type: "LineString", coordinates: suite });
  }
  return { type: "FeatureCollection", features: entites.map((geometry) => ({ type: "Feature", properties: {}, geometry })) };
}

// La forme écrite pour une adresse, ou une chaîne vide si elle n'en est pas une.
export function enForme(outil, sommets) {
  if (outil === "cercle") {
    const rayon = sommets.length === 2 ? Math.min(Math.round(rayonEntre(...sommets)), RAYON_AU_PLUS_M) : 0;
    return rayon >= PRECISION_M ? `cercle:${sommets[0].map(degres).join(",")},${rayon}` : "";
  }
  return sommets.length >= 3 ? `polygone:${serrer(sommets.slice(0, SOMMETS_AU_PLUS))}` : "";
}

const degres = (valeur) => String(Math.round(valeur * FINESSE) / FINESSE);

// L'écart de chaque sommet au précédent, cinq bits par signe.
export function serrer(sommets) {
  let [avantLon, avantLat, texte] = [0, 0, ""];
  for (const [lon, lat] of sommets) {
    const ici = [Math.round(lon * FINESSE), Math.round(lat * FINESSE)];
    for (const ecart of [ici[0] - avantLon, ici[1] - avantLat]) {
      let reste = ecart >= 0 ? ecart * 2 : -ecart * 2 - 1;
      while (reste >= 32) {
        texte += SIGNES[(reste & 31) | 32];
        reste >>>= 5;
      }
      texte += SIGNES[reste];
    }
    [avantLon, avantLat] = ici;
  }
  return texte;
}

// Met le centre de la carte dans les champs d'un formulaire.
export function centreDe(plan, formulaire) {
  const { lng, lat } = plan.getCenter();
  formulaire.querySelector('[name$="-lon"]').value = degres(lng).replace(".", ",");
  formulaire.querySelector('[name$="-lat"]').value = degres(lat).replace(".", ",");
  const rayon = formulaire.querySelector('[name$="-rayon"]');
  rayon.focus();
}

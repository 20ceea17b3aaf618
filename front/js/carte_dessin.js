// Choisir sur la carte : dessiner un polygone ou un cercle à la souris, au doigt ou au clavier, et montrer ce qui est
// choisi. Une forme finie entre dans l'adresse (`dans=` ou `hors=`), que le serveur applique partout ; la même chose se
// saisit dans un formulaire (voir tissu/cartes/templates/cartes/_choisir.html).
//
// Avec carte_vue.js : `carte:dessinee` donne la carte (`detail`) ; `carte.dessin` réserve les clics au dessin ;
// `carte.page.aller(adresse)` y va sans perdre la carte. Avec carte_parties.js : `carte:partie` dit qu'une partie de la
// page a été refaite par le serveur.
import { centreDe, enForme, PRECISION_M, rayonEntre, tracer } from "./carte_formes.js";

const SOURCES = { choisi: "choix", encours: "dessin" };
const PROCHE_PX = 14;
const AIDES = {
  polygone: "Cliquez ou touchez pour poser chaque sommet ; le premier, ou « Terminer », ferme le polygone. Au clavier : flèches, puis Entrée au centre de la carte ; Retour arrière ôte le dernier.",
  cercle: "Cliquez ou touchez le centre, puis le bord. Au clavier : flèches, puis Entrée au centre de la carte.",
};

export class Dessin {
  constructor(carte) {
    this.carte = carte;
    this.plan = carte.plan;
    this.outil = null;
    this.sommets = [];
    this.curseur = null;
    this.aides = AIDES;
    this.rattacher();
    this.plan.on("styledata", () => this.poserLesCouches());
    this.plan.on("click", (evenement) => this.cliquer(evenement));
    this.plan.on("mousemove", ({ lngLat }) => this.suivre(lngLat));
    this.plan.on("move", () => this.auClavier && this.suivre(this.plan.getCenter()));
    this.plan.getCanvas().addEventListener("keydown", (evenement) => this.taper(evenement), { capture: true });
    document.addEventListener("click", (evenement) => this.presser(evenement));
    document.addEventListener("carte:partie", ({ detail }) => detail.matches('[data-carte-partie="choisir"]') && this.rattacher());
  }

  // Le panneau vient d'être rendu : ses boutons paraissent, et la carte montre ce qu'il dit choisi.
  async rattacher() {
    this.panneau = document.querySelector("[data-carte-dessin]");
    if (!this.panneau) return;
    for (const un of this.panneau.querySelectorAll("[data-dessin-outils], [data-dessin-centre]")) un.hidden = false;
    this.dire("");
    const adresse = this.panneau.querySelector("[data-dessin]")?.dataset.dessin;
    this.choisi = adresse ? await (await fetch(adresse)).json() : vide();
    this.poserLesCouches();
    this.plan.getSource(SOURCES.choisi)?.setData(this.choisi);
  }

  // Le style change avec le thème, le mode, les filtres : il emporte nos couches, on les remet.
  poserLesCouches() {
    if (!this.choisi || this.plan.getSource(SOURCES.choisi)) return;
    const { accent, texte, fond } = this.carte.jetons;
    for (const [nom, source] of Object.entries(SOURCES)) {
      this.plan.addSource(source, { type: "geojson", data: nom === "choisi" ? this.choisi : this.trace() });
    }
    const dedans = ["!=", ["get", "sens"], "hors"];
    const couches = [
      { id: "choix-aplat", type: "fill", source: SOURCES.choisi, paint: { "fill-color": ["case", dedans, accent, texte], "fill-opacity": 0.1 } },
      { id: "choix-trait", type: "line", source: SOURCES.choisi, filter: dedans, paint: { "line-color": accent, "line-width": 2 } },
      { id: "choix-exclu", type: "line", source: SOURCES.choisi, filter: ["!", dedans], paint: { "line-color": texte, "line-width": 2, "line-dasharray": [3, 2] } },
      { id: "dessin-aplat", type: "fill", source: SOURCES.encours, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": accent, "fill-opacity": 0.15 } },
      { id: "dessin-trait", type: "line", source: SOURCES.encours, paint: { "line-color": accent, "line-width": 2 } },
      {
        id: "dessin-sommets", type: "circle", source: SOURCES.encours, filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 5, "circle-color": fond, "circle-stroke-color": accent, "circle-stroke-width": 2 },
      },
    ];
    for (const couche of couches) this.plan.addLayer(couche, couche.id === "choix-aplat" && this.plan.getLayer("objets") ? "objets" : undefined);
  }

  presser(evenement) {
    const bouton = evenement.target.closest("button");
    if (!bouton || !this.panneau?.contains(bouton)) return;
    if (bouton.dataset.dessinOutil) this.prendre(bouton.dataset.dessinOutil);
    else if ("dessinFinir" in bouton.dataset) this.finir();
    else if ("dessinAnnuler" in bouton.dataset) this.laisser();
    else if ("dessinCentre" in bouton.dataset) centreDe(this.plan, bouton.form);
  }

  prendre(outil) {
    this.laisser();
    this.outil = outil;
    this.carte.dessin = this;
    this.plan.doubleClickZoom.disable();
    this.carte.page.voir("carte");
    this.montrerLesBoutons();
    this.plan.getCanvas().style.cursor = "crosshair";
    this.plan.getCanvas().focus({ preventScroll: true });
    this.dire(this.aides[outil]);
    this.carte.element.scrollIntoView({ block: "nearest" });
  }

  laisser() {
    this.outil = null;
    this.sommets = [];
    this.curseur = null;
    this.viser(false);
    this.plan.getCanvas().style.cursor = "";
    this.montrerLesBoutons();
    this.dire("");
    this.dessiner();
    // Le clic qui finit une forme ne doit pas aussi ouvrir la bulle de ce qui est dessous.
    setTimeout(() => {
      if (this.outil) return;
      this.carte.dessin = null;
      this.plan.doubleClickZoom.enable();
    });
  }

  montrerLesBoutons() {
    for (const un of this.panneau.querySelectorAll("[data-dessin-outil]")) {
      un.setAttribute("aria-pressed", String(un.dataset.dessinOutil === this.outil));
    }
    this.panneau.querySelector("[data-dessin-finir]").hidden = this.outil !== "polygone" || this.sommets.length < 3;
    this.panneau.querySelector("[data-dessin-annuler]").hidden = !this.outil;
  }

  cliquer({ lngLat, point }) {
    if (!this.outil) return;
    this.viser(false);
    const premier = this.sommets[0] && this.plan.project(this.sommets[0]);
    if (this.outil === "polygone" && this.sommets.length >= 3 && Math.hypot(premier.x - point.x, premier.y - point.y) < PROCHE_PX) this.finir();
    else this.poser([lngLat.lng, lngLat.lat]);
  }

  poser(sommet) {
    this.sommets.push(sommet);
    if (this.outil === "cercle" && this.sommets.length === 2) this.finir();
    else {
      this.montrerLesBoutons();
      this.dessiner();
    }
  }

  oter() {
    this.sommets.pop();
    this.montrerLesBoutons();
    this.dessiner();
  }

  suivre({ lng, lat }) {
    if (!this.outil || !this.sommets.length) return;
    this.curseur = [lng, lat];
    if (this.outil === "cercle") this.dire(`Rayon : ${enMetres(rayonEntre(this.sommets[0], this.curseur))}.`);
    this.dessiner();
  }

  taper(evenement) {
    if (!this.outil) return;
    if (evenement.key.startsWith("Arrow")) this.viser(true);
    else if (evenement.key === "Enter") this.poser(this.plan.getCenter().toArray());
    else if (evenement.key === "Backspace") this.oter();
    else if (evenement.key === "Escape") this.laisser();
    else return;
    if (evenement.key.startsWith("Arrow")) return;
    evenement.preventDefault();
    evenement.stopPropagation();
    if (this.outil) {
      this.montrerLesBoutons();
      this.dessiner();
    }
  }

  // Au clavier, le point visé est le centre de la carte : une croix le marque.
  viser(auClavier) {
    this.auClavier = auClavier;
    this.croix ??= Object.assign(document.createElement("div"), { className: "carte__visee" });
    if (auClavier) this.carte.element.append(this.croix);
    else this.croix.remove();
  }

  trace() {
    return tracer(this.outil, this.sommets, this.curseur);
  }

  dessiner() {
    this.plan.getSource(SOURCES.encours)?.setData(this.trace());
  }

  finir() {
    const forme = enForme(this.outil, this.sommets);
    if (!forme) {
      this.dire(this.outil === "cercle" ? `Un cercle a au moins ${PRECISION_M} m de rayon : recommencez.` : "Un polygone a au moins trois sommets.");
      if (this.outil === "cercle") this.sommets.pop();
      return;
    }
    const sens = this.panneau.querySelector("[name=dessin-sens]:checked").value;
    const adresse = new URL(location.href);
    adresse.searchParams.delete("page");
    adresse.searchParams.append(sens, forme);
    this.laisser();
    if (this.carte.page.embarquee) location.assign(adresse);
    else this.carte.page.aller(adresse.href);
  }

  dire(texte) {
    const aide = this.panneau?.querySelector("[data-dessin-aide]");
    if (aide) aide.textContent = texte;
  }
}

export const vide = () => ({ type: "FeatureCollection", features: [] });

function enMetres(metres) {
  if (metres < 1000) return `${Math.round(metres)} m`;
  return `${(metres / 1000).toLocaleString("fr", { maximumFractionDigits: 2 })} km`;
}

document.addEventListener("carte:dessinee", ({ detail }) => document.querySelector("[data-carte-dessin]") && new Dessin(detail));

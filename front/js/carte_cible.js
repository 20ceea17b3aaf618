// La cible d'une alerte sur la carte : là où une page porte [data-carte-cible], la carte montre ce que dit [data-cible] (le
// lieu, la portée tracée par le serveur), relu à chaque aperçu. Dans un formulaire, on y dessine aussi un contour, gardé dans
// son champ « contour » ; le serveur le vérifie. L'adresse et le rayon suffisent à qui n'a ni carte ni script.
import { Dessin, vide } from "./carte_dessin.js";
import { enForme } from "./carte_formes.js";
import { tous } from "./selecteur.js";

const MARGE = { padding: 32, maxZoom: 16, animate: false };
const AIDE =
  "Touchez la carte pour poser chaque sommet ; le premier, ou « Fermer le contour », le ferme. Au clavier : flèches, puis Entrée au centre de la carte ; Retour arrière ôte le dernier.";
const [CONTOUR, RAYON] = ["polygone", "rayon"];

class Cible extends Dessin {
  rattacher() {
    this.aides = { [CONTOUR]: AIDE };
    this.panneau = document.querySelector("[data-carte-cible]");
    this.champs = this.panneau.querySelector("[name=contour]")?.form.elements;
    this.choisi = vide();
    this.poserLesCouches();
    for (const un of this.panneau.querySelectorAll("[data-carte-cible-outils]")) un.hidden = false;
    if (this.champs) this.montrerLesBoutons();
    this.relire(document);
    document.addEventListener("htmx:load", ({ target }) => this.relire(target));
  }

  // Ce que le serveur dit de la cible, dans la page ou dans un aperçu.
  relire(racine) {
    for (const { dataset } of tous(racine, "[data-cible]")) {
      this.lieu = dataset.lieu ? dataset.lieu.split(",").map(Number) : null;
      document.dispatchEvent(new CustomEvent("carte:lieu", { detail: this.lieu }));
      this.tracerLaPortee(dataset.trace ? JSON.parse(dataset.trace) : null);
      if (!this.champs) this.dessiner();
    }
  }

  tracerLaPortee(geometry) {
    this.choisi = { type: "FeatureCollection", features: geometry ? [{ type: "Feature", properties: {}, geometry }] : [] };
    this.plan.getSource("choix")?.setData(this.choisi);
    if (!geometry || this.outil) return;
    // La carte ne se recadre que si la portée change de taille : déplacer un lieu la laisse où on l'a mise.
    const [ouest, sud, est, nord] = emprise(geometry);
    const taille = [est - ouest, nord - sud].map((cote) => cote.toPrecision(2)).join();
    if (taille !== this.taille) this.plan.fitBounds([ouest, sud, est, nord], MARGE);
    this.taille = taille;
  }

  presser(evenement) {
    super.presser(evenement);
    const bouton = evenement.target.closest("button");
    if (!bouton || !this.panneau.contains(bouton)) return;
    if ("dessinOter" in bouton.dataset) this.oter();
    else if ("dessinEffacer" in bouton.dataset) this.effacer();
  }

  // Pendant le dessin, les mêmes boutons du début à la fin, grisés au besoin : la carte ne bouge pas sous le doigt.
  montrerLesBoutons() {
    super.montrerLesBoutons();
    const [finir, oter, annuler, effacer, outil, centre] = ["dessin-finir", "dessin-oter", "dessin-annuler", "dessin-effacer", "dessin-outil", "carte-point-centre"].map(
      (nom) => this.panneau.querySelector(`[data-${nom}]`),
    );
    for (const bouton of [finir, oter, annuler]) bouton.hidden = !this.outil;
    for (const bouton of [outil, centre]) bouton.hidden = !!this.outil;
    effacer.hidden = !!this.outil || !this.champs.contour.value;
    finir.disabled = this.sommets.length < 3;
    oter.disabled = !this.sommets.length;
  }

  finir() {
    const forme = enForme(CONTOUR, this.sommets);
    if (!forme) {
      this.dire("Un contour a au moins trois sommets.");
      return;
    }
    const anneau = [...this.sommets, this.sommets[0]];
    this.laisser();
    this.tracerLaPortee({ type: "Polygon", coordinates: [anneau] });
    this.garder(forme, CONTOUR);
    this.dire("Contour fermé : les commerces qu’il contient sont comptés dans « Ce qui partira ».");
  }

  effacer() {
    this.tracerLaPortee(null);
    this.garder("", RAYON);
    this.dire("Contour effacé.");
  }

  garder(forme, sorte) {
    this.champs.contour.value = forme;
    this.champs.sorte.value = sorte;
    this.champs.contour.dispatchEvent(new Event("change", { bubbles: true }));
    this.montrerLesBoutons();
  }

  // À la relecture, sans formulaire, le lieu se montre comme un sommet seul.
  trace() {
    if (this.champs || !this.lieu) return super.trace();
    return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: this.lieu } }] };
  }
}

function emprise({ coordinates }) {
  const points = coordinates.flat(Infinity);
  const [x, y] = [0, 1].map((axe) => points.filter((_, rang) => rang % 2 === axe));
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

document.addEventListener("carte:dessinee", ({ detail }) => document.querySelector("[data-carte-cible]") && new Cible(detail));

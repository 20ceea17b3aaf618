// La bulle d'un objet : son contenu vient du serveur, elle prend le focus, Échap la ferme et rend le focus.
import { Popup } from "maplibre-gl";
import { demander } from "./carte_parties.js";

export class Bulle {
  constructor(carte) {
    this.carte = carte;
  }

  async ouvrir(ids, place, { retour } = {}) {
    this.fermer();
    const { plan, reglages } = this.carte;
    const adresse = new URL(reglages.objets, location.href);
    for (const [nom, valeur] of new URL(this.carte.description.tuiles, location.href).searchParams) {
      if (nom !== "v") adresse.searchParams.append(nom, valeur);
    }
    for (const id of ids) adresse.searchParams.append("id", id);
    this.interrompre?.abort();
    this.interrompre = new AbortController();
    let contenu;
    try {
      contenu = (await demander(adresse, this.interrompre.signal)).querySelector(".bulle");
    } catch (erreur) {
      if (erreur.name === "AbortError") return;
    }
    contenu ??= Object.assign(document.createElement("p"), { textContent: "Cet objet n’a pas pu être lu. Réessayez dans un instant." });
    this.montree = new Popup({ maxWidth: "20rem", focusAfterOpen: false, closeOnClick: true })
      .setLngLat(place).setDOMContent(document.importNode(contenu, true)).addTo(plan);
    const element = this.montree.getElement();
    element.setAttribute("role", "dialog");
    element.setAttribute("aria-label", element.querySelector("h3")?.textContent ?? "Objet de la carte");
    element.addEventListener("keydown", (evenement) => {
      if (evenement.key === "Escape") this.fermer();
    });
    this.montree.on("close", () => {
      this.montree = null;
      if (document.activeElement === document.body || element.contains(document.activeElement)) this.rendreLeFocus(ids[0], retour);
    });
    element.querySelector("h3")?.focus({ preventScroll: true });
  }

  // Au bouton d'où l'on vient, même si la liste a été refaite entre-temps ; sinon à la carte.
  rendreLeFocus(id, retour) {
    const jumeau = retour && document.querySelector(`[data-objet="${CSS.escape(id)}"] [data-carte-situer]`);
    (retour?.isConnected ? retour : jumeau || this.carte.plan.getCanvas()).focus({ preventScroll: true });
  }

  fermer() {
    this.montree?.remove();
  }
}

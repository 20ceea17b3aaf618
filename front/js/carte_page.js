// Ce qui entoure une carte : filtres, date, thème, liste et tableau redemandés au serveur, adresse tenue à jour.
import { annoncer, demander, partie, remplacer } from "./carte_parties.js";

const PARTIES = ["compte", "sorties", "filtres", "puces", "legende", "choisir", "tableau"];
const REPIT_MS = 250;
const ADRESSE_DE_LISTE = ["page", "page_liste", "cadre", "vue"];

export class PageDeCarte {
  constructor(carte) {
    this.carte = carte;
    this.racine = carte.element.closest("[data-carte-page]") ?? document;
    this.embarquee = !carte.reglages.liste;
    this.suivre = this.racine.querySelector("[data-carte-suivre]");
    if (this.suivre) this.suivre.checked = new URLSearchParams(location.search).get("cadre") !== "non";
    this.recherche = location.search;
    this.brancherLaListe();
    this.brancherLaBascule();
    document.addEventListener("click", (evenement) => this.suivreUnLien(evenement));
    if (this.embarquee) return;
    this.brancherLesFiltres();
    this.brancherLeTemps();
    for (const repli of document.querySelectorAll("[data-carte-repli]")) repli.open = !matchMedia("(max-width: 63.99rem)").matches;
  }

  // La position que porte l'adresse : « latitude,longitude,zoom ».
  vue() {
    if (this.embarquee) return null;
    const nombres = (new URLSearchParams(location.search).get("vue") ?? "").split(",").map(Number);
    if (nombres.length !== 3 || nombres.some(Number.isNaN)) return null;
    const [latitude, longitude, zoom] = nombres;
    return Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 ? { center: [longitude, latitude], zoom } : null;
  }

  bouger({ premiere = false }) {
    for (const un of document.querySelectorAll("[data-carte-situer]")) un.hidden = false;
    const cadre = this.racine.querySelector("[data-carte-suivre-cadre]");
    if (cadre) cadre.hidden = false;
    if (!this.embarquee && !premiere) this.noterLaVue();
    clearTimeout(this.repit);
    if (this.suivre?.checked) this.repit = setTimeout(() => this.redemanderLaListe(), REPIT_MS);
  }

  noterLaVue() {
    const { lat, lng } = this.carte.plan.getCenter();
    const vue = `${lat.toFixed(5)},${lng.toFixed(5)},${this.carte.plan.getZoom().toFixed(2)}`;
    const adresse = new URL(location.href);
    adresse.searchParams.set("vue", vue);
    this.noterLAdresse(adresse);
    for (const champ of document.querySelectorAll("[data-carte-vue], input[name=vue]")) champ.value = vue;
  }

  noterLAdresse(adresse) {
    history.replaceState(null, "", lisible(adresse));
    this.recherche = location.search;
  }

  async redemanderLaListe(numero = "") {
    const ancienne = partie("liste");
    if (!ancienne) return;
    const adresse = new URL(this.carte.reglages.liste || location.pathname, location.href);
    for (const [nom, valeur] of new URLSearchParams(location.search)) {
      if (!ADRESSE_DE_LISTE.includes(nom)) adresse.searchParams.append(nom, valeur);
    }
    if (this.suivre?.checked && this.carte.plan) adresse.searchParams.set("cadre", this.carte.cadre());
    if (numero) adresse.searchParams.set(this.embarquee ? "page" : "page_liste", numero);
    this.interrompre?.abort();
    this.interrompre = new AbortController();
    try {
      const lue = await demander(adresse, this.interrompre.signal);
      remplacer(ancienne, partie("liste", lue) ?? lue.body);
      remplacer(partie("compte-de-liste"), partie("compte-de-liste", lue));
      for (const un of ancienne.querySelectorAll("[data-carte-situer]")) un.hidden = !this.carte.plan;
    } catch (erreur) {
      if (erreur.name !== "AbortError") annoncer("La liste n’a pas pu suivre la carte. Réessayez dans un instant.");
    }
  }

  // Va à une autre adresse de la même page sans perdre la carte : le serveur la rend, ses parties remplacent celles-ci.
  async aller(cible, { pousser = true } = {}) {
    const adresse = new URL(cible, location.href);
    const vue = new URLSearchParams(location.search).get("vue");
    if (vue && !adresse.searchParams.get("vue")) adresse.searchParams.set("vue", vue);
    for (const [nom, valeur] of [...adresse.searchParams]) if (!valeur) adresse.searchParams.delete(nom, valeur);
    this.enRoute?.abort();
    this.enRoute = new AbortController();
    this.racine.setAttribute("aria-busy", "true");
    try {
      const lue = await demander(adresse, this.enRoute.signal);
      if (pousser) history.pushState(null, "", lisible(adresse));
      this.recherche = location.search;
      for (const nom of PARTIES) remplacer(partie(nom), partie(nom, lue));
      remplacer(partie("liste"), partie("liste", lue));
      this.carte.decrire(JSON.parse(lue.querySelector("[data-carte]").dataset.carte).description);
      this.brancherLeTemps();
      if (this.carte.plan) this.bouger({});
    } catch (erreur) {
      // Ce que le serveur refuse ou ne sait pas rendre en partie, il le dira en page entière.
      if (erreur.name !== "AbortError") location.assign(adresse);
    } finally {
      this.racine.removeAttribute("aria-busy");
    }
  }

  brancherLesFiltres() {
    document.addEventListener("submit", (evenement) => {
      if (!evenement.target.matches("[data-carte-filtres]")) return;
      evenement.preventDefault();
      this.aller(this.adresseDuFormulaire(evenement.target));
    });
    document.addEventListener("change", (evenement) => {
      const formulaire = evenement.target.closest("[data-carte-filtres]");
      if (formulaire) this.aller(this.adresseDuFormulaire(formulaire));
    });
    addEventListener("popstate", async () => {
      // Un lien vers une ancre de la page passe aussi par ici : rien à redemander, et le foyer du clavier reste en place.
      if (location.search === this.recherche) return;
      await this.aller(location.href, { pousser: false });
      const vue = this.vue();
      if (vue) this.carte.plan?.jumpTo(vue);
    });
  }

  adresseDuFormulaire(formulaire) {
    const adresse = new URL(location.pathname, location.href);
    const parDefaut = new Set([...formulaire.querySelectorAll("select")].filter(estParDefaut).map((choix) => choix.name));
    for (const [nom, valeur] of new FormData(formulaire)) {
      if (valeur && (!parDefaut.has(nom) || formulaire.querySelector(`input[name="${nom}"]`))) adresse.searchParams.append(nom, valeur);
    }
    for (const nom of ["tri", "cadre"]) {
      const valeur = new URLSearchParams(location.search).get(nom);
      if (valeur) adresse.searchParams.set(nom, valeur);
    }
    return adresse;
  }

  suivreUnLien(evenement) {
    if (evenement.defaultPrevented || evenement.ctrlKey || evenement.metaKey || evenement.shiftKey) return;
    const lien = evenement.target.closest("[data-carte-partie] a[href]");
    if (!lien || lien.download) return;
    const adresse = new URL(lien.href);
    if (adresse.origin !== location.origin || adresse.pathname !== location.pathname || !lien.getAttribute("href").includes("?")) return;
    const page = adresse.searchParams.get(this.embarquee ? "page" : "page_liste") ?? "1";
    if (lien.closest('[data-carte-partie="liste"]')) {
      // À côté d'une liste de la page, seules ses pages passent par ici ; ses autres liens s'ouvrent comme toujours.
      if (this.embarquee && !(this.suivre?.checked && lien.closest("nav"))) return;
      evenement.preventDefault();
      this.redemanderLaListe(page).then(() => partie("liste").scrollIntoView({ block: "start" }));
    } else if (!this.embarquee) {
      evenement.preventDefault();
      this.aller(adresse.href.split("#")[0]);
    }
  }

  brancherLeTemps() {
    const curseur = document.querySelector("[data-carte-temps]");
    const choix = document.querySelector("[data-carte-dates] select");
    if (!curseur || !choix) return;
    const [glissiere, dit] = [curseur.querySelector("input"), curseur.querySelector("[data-carte-temps-dit]")];
    glissiere.max = choix.options.length - 1;
    glissiere.value = choix.selectedIndex;
    const dire = () => {
      const jour = choix.options[glissiere.value].textContent;
      dit.textContent = jour;
      glissiere.setAttribute("aria-valuetext", jour);
    };
    dire();
    curseur.hidden = choix.options.length < 2;
    glissiere.oninput = dire;
    glissiere.onchange = () => {
      choix.selectedIndex = glissiere.value;
      this.aller(this.adresseDuFormulaire(choix.form));
    };
  }

  brancherLaListe() {
    this.suivre?.addEventListener("change", () => {
      if (!this.embarquee) {
        const adresse = new URL(location.href);
        if (this.suivre.checked) adresse.searchParams.delete("cadre");
        else adresse.searchParams.set("cadre", "non");
        this.noterLAdresse(adresse);
      }
      this.redemanderLaListe();
    });
    const montrer = (evenement) => this.carte.montrer(objetDe(evenement.target.closest?.("[data-objet]")));
    document.addEventListener("pointerover", montrer);
    document.addEventListener("focusin", montrer);
    document.addEventListener("click", (evenement) => {
      const bouton = evenement.target.closest("[data-carte-situer]");
      if (!bouton || !this.carte.plan) return;
      this.voir("carte");
      this.carte.situer({ ...objetDe(bouton.closest("[data-objet]")), bouton });
    });
  }

  surligner(id, { defiler = false } = {}) {
    if (id === this.surligne && !defiler) return;
    this.surligne = id;
    for (const ligne of document.querySelectorAll("[data-objet]")) {
      const elle = ligne.dataset.objet === id;
      ligne.toggleAttribute("data-surlignee", elle);
      if (elle && defiler && ligne.closest('[data-carte-partie="liste"]')) ligne.scrollIntoView({ block: "nearest" });
    }
  }

  brancherLaBascule() {
    for (const bouton of this.racine.querySelectorAll("[data-carte-montrer]")) {
      bouton.addEventListener("click", () => this.voir(bouton.dataset.carteMontrer));
    }
    if (this.racine !== document) this.racine.dataset.montre = "carte";
  }

  // Au téléphone, la carte ou la liste ; au bureau les deux se voient et ceci ne change rien.
  voir(quoi) {
    if (this.racine === document) return;
    this.racine.dataset.montre = quoi;
    for (const bouton of this.racine.querySelectorAll("[data-carte-montrer]")) {
      bouton.setAttribute("aria-pressed", String(bouton.dataset.carteMontrer === quoi));
    }
    this.carte.plan?.resize();
  }
}

// Le choix que la page ferait sans rien dans l'adresse : le premier, ou la date la plus récente.
function estParDefaut(choix) {
  return choix.selectedIndex === (choix.name === "au" ? choix.options.length - 1 : 0);
}

function objetDe(ligne) {
  if (!ligne) return null;
  const { objet, lon, lat } = ligne.dataset;
  return { id: objet, place: lon ? [Number(lon), Number(lat)] : null };
}

// Une adresse à recopier : virgules et deux-points tels quels.
function lisible(adresse) {
  return adresse.href.replaceAll("%2C", ",").replaceAll("%3A", ":");
}

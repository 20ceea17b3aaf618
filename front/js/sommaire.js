// data-sommaire sur une liste de liens internes : marque la section qu'on est en train de lire.
import { tous } from "./selecteur.js";

export function attacher(racine) {
  for (const sommaire of tous(racine, "[data-sommaire]")) {
    const liens = new Map(
      [...sommaire.querySelectorAll("a[href^='#']")].map((lien) => [lien.getAttribute("href").slice(1), lien]),
    );
    const observateur = new IntersectionObserver(
      (entrees) => {
        const vue = entrees.find((entree) => entree.isIntersecting);
        if (!vue) return;
        for (const lien of liens.values()) lien.removeAttribute("aria-current");
        liens.get(vue.target.id)?.setAttribute("aria-current", "true");
      },
      { rootMargin: "-15% 0px -70% 0px" },
    );
    for (const identifiant of liens.keys()) {
      const section = document.getElementById(identifiant);
      if (section) observateur.observe(section);
    }
  }
}

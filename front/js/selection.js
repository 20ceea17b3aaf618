// data-selection sur un formulaire qui contient un tableau de cases « selection » : tout cocher (case de l'en-tête, ou
// data-selection-toutes, visible aussi au téléphone), compter, montrer la barre d'actions groupées (data-selection-barre) dès qu'une ligne est retenue.
import { tous } from "./selecteur.js";

export function attacher(racine) {
  for (const formulaire of tous(racine, "form[data-selection]")) {
    const cases = [...formulaire.querySelectorAll("tbody input[type=checkbox]")];
    const toutes = formulaire.querySelector("thead input[type=checkbox], input[data-selection-toutes]");
    const barre = formulaire.querySelector("[data-selection-barre]");
    const compte = formulaire.querySelector("[data-selection-compte]");

    const rafraichir = () => {
      const retenues = cases.filter((une) => une.checked);
      for (const une of cases) une.closest("tr").toggleAttribute("data-retenue", une.checked);
      if (toutes) {
        toutes.checked = retenues.length > 0 && retenues.length === cases.length;
        toutes.indeterminate = retenues.length > 0 && retenues.length < cases.length;
      }
      if (barre) barre.hidden = retenues.length === 0;
      if (compte) {
        const pluriel = retenues.length > 1 ? "s" : "";
        compte.textContent = `${retenues.length} ligne${pluriel} retenue${pluriel}`;
      }
    };
    toutes?.addEventListener("change", () => {
      for (const une of cases) une.checked = toutes.checked;
      rafraichir();
    });
    formulaire.addEventListener("change", rafraichir);
    rafraichir();
  }
}

// Menus <details class="menu"> : se ferment au clic à côté et avec Échap, qui rend le focus au bouton.
export function installer() {
  document.addEventListener("click", (evenement) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(evenement.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (evenement) => {
    if (evenement.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

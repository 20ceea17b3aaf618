// « / » va à la recherche, sauf quand on écrit déjà quelque part.
export function installer() {
  document.addEventListener("keydown", (evenement) => {
    if (evenement.key !== "/" || evenement.ctrlKey || evenement.metaKey || evenement.altKey) return;
    if (evenement.target.closest("input, textarea, select, [contenteditable]")) return;
    const champ = document.querySelector("[data-recherche]");
    if (!champ) return;
    evenement.preventDefault();
    champ.focus();
    champ.select();
  });
}

// Les éléments d'un fragment qui répondent au sélecteur, la racine du fragment comprise.
export function tous(racine, selecteur) {
  const trouves = [...racine.querySelectorAll(selecteur)];
  return racine.matches?.(selecteur) ? [racine, ...trouves] : trouves;
}

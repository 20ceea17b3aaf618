"""La porte de la fiche 7."""

from tissu.socle.action import Action

ACTION = Action(
    slug="fichier_entreprises",
    titre="Fichier des entreprises de la métropole",
    titre_court="Fichier des entreprises",
    resume="Flux mensuels, liste des plus de 50 salariés, pistes et veilles.",
    urls="tissu.actions.fichier_entreprises.urls",
    fiche=7,
)

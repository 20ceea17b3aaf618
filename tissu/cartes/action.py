"""La porte des cartes : un service, dont chaque couche vient d'une autre pièce."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="cartes",
    titre="Cartes",
    titre_court="Cartes",
    resume="Les couches du territoire, leur liste, leurs exports et leur impression.",
    liens=(
        Lien("Cartes", "cartes:index"),
        Lien("Périmètres", "cartes:perimetres"),
        Lien("Accès pour QGIS", "cartes:sig"),
    ),
)

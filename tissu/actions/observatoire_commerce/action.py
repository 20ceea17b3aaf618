"""La porte de la fiche 5."""

from tissu.socle.action import Action

ACTION = Action(
    slug="observatoire_commerce",
    titre="Observatoire de l'activité commerciale et de services",
    titre_court="Observatoire du commerce",
    resume="Géoshop : les locaux, la vacance et son histoire, les comparaisons, les dossiers de CDAC.",
    fiche=5,
    sources=("Ville de Dijon, commerces", "Relevés sur place", "Insee, base Sirene"),
)

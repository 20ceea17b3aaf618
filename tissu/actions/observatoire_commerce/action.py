"""La porte de la fiche 5."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="observatoire_commerce",
    titre="Observatoire de l'activité commerciale et de services",
    titre_court="Observatoire du commerce",
    resume="Géoshop : les locaux, la vacance et son histoire, les comparaisons, les dossiers de CDAC.",
    urls="tissu.actions.observatoire_commerce.urls",
    urls_publiques="tissu.actions.observatoire_commerce.urls.geoshop",
    fiche=5,
    liens=(
        Lien("Tableau de bord", "observatoire_commerce:bord"),
        Lien("Vacance commerciale", "observatoire_commerce:vacance"),
        Lien("Géoshop, page publique", "geoshop:accueil"),
        Lien("Comparer avec d'autres villes", "observatoire_commerce:comparer"),
        Lien("Projets de CDAC", "observatoire_commerce:cdac_projets"),
    ),
    accueil="tissu.actions.observatoire_commerce.accueil.accueil",
    documents="tissu.actions.observatoire_commerce.publications.diffusion.documents",
    indicateurs="tissu.actions.observatoire_commerce.indicateurs.INDICATEURS",
    messages="tissu.actions.observatoire_commerce.messages.MESSAGES",
    couches="tissu.actions.observatoire_commerce.couches.COUCHES",
    demo="tissu.actions.observatoire_commerce.demo.installer",
    sources=("Ville de Dijon, commerces", "Relevés sur place", "Insee, base Sirene"),
)

"""La porte du registre : un service, mais qui a ses écrans dans la navigation."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="registre",
    titre="Registre des établissements",
    titre_court="Registre",
    resume="Tous les établissements du territoire, leurs périodes et ce que l'on en sait.",
    liens=(
        Lien("Établissements", "registre:liste"),
        Lien("Recherches et listes", "registre:recherches"),
        Lien("Corrections à revoir", "registre:corrections"),
        Lien("Zones", "registre:zones"),
        Lien("Fichier consulaire", "registre:consulaire"),
        Lien("Imports", "registre:imports"),
    ),
    accueil="tissu.registre.accueil.accueil",
    couches="tissu.registre.couches.COUCHES",
    demo="tissu.registre.demo.charger",
)

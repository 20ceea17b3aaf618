"""La porte des locaux : un service, mais qui a ses écrans dans la navigation."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="locaux",
    titre="Locaux du territoire",
    titre_court="Locaux",
    resume="Chaque local, ses occupants et ses états dans le temps, les campagnes qui les relèvent.",
    liens=(
        Lien("Locaux", "locaux:liste"),
        Lien("À vérifier", "locaux:signalements"),
        Lien("Rapprochements", "locaux:rapprochements"),
        Lien("Campagnes", "locaux:campagnes"),
        Lien("Relevé sur place", "locaux:terrain"),
        Lien("Fichiers de locaux", "locaux:imports"),
    ),
    accueil="tissu.locaux.accueil.accueil",
    fiche_etablissement="tissu.locaux.accueil.fiche_etablissement",
    apres_import="tissu.locaux.operations.rapprochement.apres_import",
    couches="tissu.locaux.couches.COUCHES",
    demo="tissu.locaux.demo.installer",
    sources=("Données ouvertes de la ville", "Relevés sur place des partenaires"),
)

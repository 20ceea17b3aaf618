"""La porte des publications : un service, mais qui a ses écrans."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="publications",
    titre="Publications et données ouvertes",
    titre_court="Publications",
    resume="Documents diffusés, leurs éditions, leurs téléchargements, et les données ouvertes à côté.",
    liens=(
        Lien("Publications", "publications:liste"),
        Lien("Diffusion", "publications:gestion"),
        Lien("Gabarits", "publications:gabarits"),
        Lien("Données ouvertes", "donnees:liste"),
    ),
    apres_import="tissu.publications.operations.rendu.apres_import",
    demo="tissu.publications.demo.installer",
)

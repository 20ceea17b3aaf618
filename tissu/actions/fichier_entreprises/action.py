"""La porte de la fiche 7."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="fichier_entreprises",
    titre="Fichier des entreprises de la métropole",
    titre_court="Fichier des entreprises",
    resume="Flux mensuels, liste des plus de 50 salariés, pistes et veilles.",
    urls="tissu.actions.fichier_entreprises.urls",
    fiche=7,
    liens=(
        Lien("Tableau de bord", "fichier_entreprises:bord"),
        Lien("Flux du mois", "fichier_entreprises:flux_choisir"),
        Lien("Plus de 50 salariés", "fichier_entreprises:grands_choisir"),
        Lien("Pistes", "fichier_entreprises:pistes"),
        Lien("Veilles", "fichier_entreprises:veilles"),
    ),
    accueil="tissu.actions.fichier_entreprises.accueil.accueil",
    fiche_etablissement="tissu.actions.fichier_entreprises.accueil.fiche_etablissement",
    apres_import="tissu.actions.fichier_entreprises.operations.apres_import",
    publications="tissu.actions.fichier_entreprises.publications.flux.document_flux",
    messages="tissu.actions.fichier_entreprises.messages.MESSAGES",
    indicateurs="tissu.actions.fichier_entreprises.indicateurs.INDICATEURS",
    couches="tissu.actions.fichier_entreprises.couches.COUCHES",
    documents="tissu.actions.fichier_entreprises.publications.diffusion.documents",
    demo="tissu.actions.fichier_entreprises.demo.installer",
    sources=("Insee, base Sirene", "DILA, BODACC", "Fichier consulaire de la chambre"),
)

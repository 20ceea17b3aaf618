"""La porte du programme : un service, mais qui a ses écrans dans la navigation."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="programme",
    titre="Le partenariat",
    titre_court="Partenariat",
    resume="Conventions, fiches de l'année, budget, temps, indicateurs et revues.",
    liens=(
        Lien("Le partenariat", "programme:tableau"),
        Lien("Calendrier", "programme:calendrier"),
        Lien("Bilans et points d'étape", "programme:revues"),
        Lien("Ma semaine", "programme:semaine_courante"),
        Lien("Temps à valider", "programme:temps_a_valider"),
        Lien("Valeurs à valider", "programme:mesures_a_valider"),
        Lien("État pour un financeur", "programme:etat_financeur"),
        Lien("Aides de minimis", "programme:de_minimis"),
        Lien("Importer un programme", "programme:importer"),
    ),
    apres_import="tissu.programme.operations.mesures.apres_import",
    accueil="tissu.programme.accueil.accueil",
    documents="tissu.programme.publications.revue.documents",
    messages="tissu.programme.messages.MESSAGES",
    demo="tissu.programme.demo.installer",
)

"""La porte des messages : un service, dont l'administration suit les envois."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="messages",
    titre="Messages",
    titre_court="Messages",
    resume="SMS, courriels et espace personnel : ce qui part, ce qui arrive, l'état des opérateurs.",
    liens=(
        Lien("Mes messages", "messages:boite"),
        Lien("Suivi des messages", "messages:suivi"),
        Lien("Longueur d'un SMS", "messages:compter"),
    ),
    accueil="tissu.messages.accueil.accueil",
)

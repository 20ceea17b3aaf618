"""La porte des comptes : un service, mais qui a ses écrans et ses attentes."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="comptes",
    titre="Comptes et droits",
    titre_court="Comptes",
    resume="Les personnes, leurs organisations, leurs rôles, et le journal de ce qu'elles ont vu.",
    liens=(
        Lien("Personnes", "comptes:personnes"),
        Lien("Invitations", "comptes:invitations"),
        Lien("Organisations", "comptes:organisations"),
        Lien("Droits", "comptes:droits"),
        Lien("Journal", "comptes:journal"),
    ),
    accueil="tissu.comptes.accueil.accueil",
)

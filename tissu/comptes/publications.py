"""Le tableau des droits, en Markdown, pour `docs/droits.md`."""

from tissu.comptes import queries
from tissu.comptes.choices import Role

ENTETE = """# Qui peut ouvrir quoi

Ce fichier est écrit par `tissu droits --ecrire` à partir des déclarations des vues ; les essais le comparent au
code et à ce que le produit répond vraiment. Une adresse sans déclaration est fermée à tous.

« tous » : toute personne connectée. « public » : sans connexion. Un écran peut encore borner ce qu'il montre : un
responsable ne voit que son organisation, un travail de fond n'est montré qu'à qui l'a lancé.

| Adresse | Écran | Ouverte à |
|---|---|---|
"""


def tableau_en_markdown() -> str:
    """Une ligne par adresse, dans l'ordre des chemins."""
    return ENTETE + "".join(_ligne(adresse) for adresse in queries.tableau_des_droits())


def _ligne(adresse: queries.Adresse) -> str:
    chemin = adresse.chemin.replace("|", "\\|")
    if adresse.ecran is None:
        return f"| `{chemin}` | non déclaré | personne |\n"
    return f"| `{chemin}` | {adresse.ecran.titre} | {_ouverte_a(adresse)} |\n"


def _ouverte_a(adresse: queries.Adresse) -> str:
    if adresse.ecran is not None and adresse.ecran.public:
        return "public"
    roles = [role.value for role in Role if adresse.ouverte_a(role)]
    return "tous" if len(roles) == len(Role) else ", ".join(roles)

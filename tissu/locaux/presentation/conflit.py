"""Un relevé en conflit, tel qu'une personne le tranche : ce qui est écrit aujourd'hui, ce qui a été vu sur place."""

from decimal import Decimal
from typing import Any

from tissu.locaux.models import Releve
from tissu.locaux.operations.releves import LOCAL, NOMBRES
from tissu.locaux.queries.montre import valeurs_montrees
from tissu.locaux.queries.terrain import NOMS, en_clair

SANS_VALEUR = "(vide)"


def champs(releve: Releve) -> list[dict[str, str]]:
    """Les deux versions de chaque champ en conflit, et ce que le releveur avait sous les yeux.

    `actuel` se lit à l'instant : le local a pu changer depuis que le relevé est arrivé.
    """
    actuelles = valeurs_montrees(releve.local) if releve.local else {}
    return [
        {
            "champ": conflit["champ"], "nom": NOMS.get(conflit["champ"], conflit["champ"]),
            "vu": _dire(conflit["champ"], conflit["vu"]), "releve": _dire(conflit["champ"], conflit["releve"]),
            "actuel": _dire(conflit["champ"], actuelles.get(conflit["champ"], conflit["actuel"])),
        }
        for conflit in releve.conflits
        if conflit["champ"] != LOCAL
    ]  # fmt: skip


def constats(releve: Releve) -> list[dict[str, str]]:
    """Tout ce que le releveur a dit de ce local, pour une liste de définitions."""
    return [
        {"nom": NOMS.get(champ, champ.capitalize()), "valeur": _dire(champ, valeur)}
        for champ, valeur in releve.donnees.items()
        if valeur not in (None, "")
    ]


def resume(releve: Releve) -> dict[str, Any]:
    """Une ligne de la file : le local, ce qui se contredit."""
    nouveau = releve.local is None
    adresse = " ".join(str(releve.donnees.get(cle) or "") for cle in ("numero", "voie")).strip()
    return {
        "objet": releve, "nouveau": nouveau,
        "titre": (adresse or "Local nouveau, sans adresse") if nouveau else str(releve.local),
        "enseigne": releve.donnees.get("enseigne") or "",
        "noms": "local dit nouveau, qui ressemble à un local connu" if nouveau else
        ", ".join(NOMS.get(conflit["champ"], conflit["champ"]).lower() for conflit in releve.conflits),
    }  # fmt: skip


def _dire(champ: str, valeur: Any) -> str:
    """Un nombre s'écrit à la française, sans zéro de trop : « 60 » vaut « 60.00 »."""
    if champ in NOMBRES and valeur not in (None, ""):
        return f"{Decimal(str(valeur)).normalize():f}".replace(".", ",")
    return en_clair(champ, valeur) or SANS_VALEUR

"""Le verrou optimiste : deux personnes qui modifient la même chose ne s'effacent pas l'une l'autre.

Le formulaire porte le compteur lu (`revision`, `version`) ; l'opération n'écrit que s'il n'a pas bougé.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django.db.models import F, Model


class ConflitDeSaisie(Exception):
    """Quelqu'un a écrit entre la lecture et l'enregistrement.

    `ancien` : ce qui est maintenant en base ; `nouveau` : ce que la personne voulait écrire. Champ → valeur.
    """

    def __init__(self, ancien: Mapping[str, Any], nouveau: Mapping[str, Any]) -> None:
        super().__init__(
            "Une autre personne a enregistré cette page pendant votre saisie. Rien n'est perdu : comparez les deux "
            "versions, puis enregistrez de nouveau."
        )
        self.ancien = dict(ancien)
        self.nouveau = dict(nouveau)


def prendre_la_main(
    objet: Model,
    *,
    revision: int,
    ancien: Mapping[str, Any] | None = None,
    nouveau: Mapping[str, Any] | None = None,
    compteur: str = "revision",
) -> None:
    """Fait passer l'objet du compteur lu au suivant, ou lève `ConflitDeSaisie` sans rien écrire.

    À appeler en premier dans la transaction : la ligne reste verrouillée jusqu'à la fin. L'objet en mémoire porte
    ensuite le nouveau compteur, si bien qu'un `save()` le garde.
    """
    modele: Any = type(objet)
    pris = modele.objects.filter(pk=objet.pk, **{compteur: revision}).update(**{compteur: F(compteur) + 1})
    if not pris:
        raise ConflitDeSaisie(ancien or {}, nouveau or {})
    setattr(objet, compteur, revision + 1)


def confronter(objet: Model, champs: Iterable[str], *, revision: int) -> None:
    """`prendre_la_main` sur un objet déjà changé en mémoire : ses anciennes valeurs se lisent en base."""
    noms, modele = tuple(champs), cast(Any, type(objet))
    enregistre = modele.objects.get(pk=objet.pk)
    prendre_la_main(
        objet, revision=revision, ancien={nom: getattr(enregistre, nom) for nom in noms},
        nouveau={nom: getattr(objet, nom) for nom in noms},
    )  # fmt: skip


def comparer(
    conflit: ConflitDeSaisie,
    *,
    nommer: Callable[[str], str],
    dire: Callable[[str, Any], Any] = lambda _, valeur: valeur,
) -> list[dict[str, Any]]:  # fmt: skip
    """Les champs que deux personnes ont écrits différemment : {nom, ancien, nouveau}, en mots."""
    return [
        {"nom": nommer(cle), "ancien": dire(cle, conflit.ancien.get(cle)), "nouveau": dire(cle, valeur)}
        for cle, valeur in conflit.nouveau.items()
        if conflit.ancien.get(cle) != valeur
    ]


def nom_de_champ(modele: type[Model]) -> Callable[[str], str]:
    """De quoi nommer, pour `comparer`, les champs de ce modèle."""
    noms = {champ.name: str(champ.verbose_name) for champ in modele._meta.fields}
    return noms.__getitem__

"""Le verrou optimiste : deux personnes qui modifient la même chose ne s'effacent pas l'une l'autre.

Le formulaire porte le compteur lu (`revision`, `version`) ; l'opération n'écrit que s'il n'a pas bougé.
"""

from collections.abc import Mapping
from typing import Any

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

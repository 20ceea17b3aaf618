"""Deux personnes sur le même objet : la seconde est arrêtée, voit les deux versions, et ne perd rien."""

from typing import Any

from django.db.models import F, Model


class EcritureRefusee(Exception):
    """L'écriture n'est pas permise ; le message, en français, dit pourquoi et quoi faire."""


class ConflitDeSaisie(EcritureRefusee):
    """L'objet a changé depuis qu'il a été lu. `actuel` : ce que la base porte maintenant."""

    def __init__(self, actuel: Any) -> None:
        super().__init__(
            "Quelqu'un a modifié cette page pendant que vous l'écriviez. Rien n'est perdu : votre texte est gardé "
            "ci-dessous, à côté de la version actuelle. Reprenez ce qu'il faut, puis enregistrez à nouveau."
        )
        self.actuel = actuel


def avancer_la_revision(objet: Model, *, lue: int) -> None:
    """Fait avancer `objet.revision` si elle est encore celle qui a été lue, dans la transaction en cours.

    Lève `ConflitDeSaisie` sinon. À appeler avant d'écrire : la ligne est ainsi prise pour toute la transaction.
    """
    modele: Any = type(objet)
    if not modele.objects.filter(pk=objet.pk, revision=lue).update(revision=F("revision") + 1):
        raise ConflitDeSaisie(modele.objects.get(pk=objet.pk))
    objet.revision = lue + 1  # type: ignore[attr-defined]

"""Ce que toute écriture d'un local fait d'abord : vérifier le droit, prendre la main, signer l'historique."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from tissu.locaux import permissions
from tissu.locaux.models import Local, Numerotation
from tissu.socle.conflits import prendre_la_main

LOT = 500


class LocalRefuse(Exception):
    """Ce geste n'est pas possible ; le message dit pourquoi et quoi faire."""


def exiger(permis: Callable[[Any], bool], auteur: Any, refus: str) -> None:
    """Lève `LocalRefuse` si l'auteur n'a pas ce droit. Sans auteur, c'est la machine (commande, démonstration)."""
    if auteur is not None and not permis(auteur):
        raise LocalRefuse(refus)


def exiger_de_modifier(auteur: Any) -> None:
    """Lève `LocalRefuse`."""
    exiger(permissions.peut_modifier, auteur, "Seuls les agents des deux partenaires modifient les locaux.")


def exiger_texte(texte: str, manque: str) -> str:
    """Le texte sans blancs autour. Lève `LocalRefuse` avec ce message s'il est vide."""
    if not texte.strip():
        raise LocalRefuse(manque)
    return texte.strip()


def prendre(
    local: Local, version: int, *, ancien: Mapping[str, Any] | None = None, nouveau: Mapping[str, Any] | None = None
) -> None:
    """Verrouille le local à la version lue et le relit. Lève `ConflitDeSaisie`, ou `LocalRefuse` s'il est écarté."""
    prendre_la_main(local, revision=version, ancien=ancien, nouveau=nouveau, compteur="version")
    local.refresh_from_db()
    if local.ecarte_le:
        raise LocalRefuse("Ce local a été écarté : il ne se modifie plus. Revenez d'abord sur la décision.")


def enregistrer(objet: Any, *, auteur: Any, au: datetime, motif: str = "") -> None:
    """Enregistre en signant l'historique."""
    signer(objet, auteur=auteur, au=au, motif=motif)
    objet.save()


def supprimer(objet: Any, *, auteur: Any, au: datetime, motif: str = "") -> None:
    """Efface en signant l'historique, qui garde la ligne."""
    signer(objet, auteur=auteur, au=au, motif=motif)
    objet.delete()


def signer(objet: Any, *, auteur: Any, au: datetime, motif: str = "") -> None:
    objet._history_user, objet._history_date, objet._change_reason = auteur, au, motif[:100] or None


def creer_en_nombre(objets: Iterable[Model], *, auteur: Any, au: datetime, motif: str = "") -> list[Any]:
    """Crée les objets d'un même modèle et leur historique ; rend ceux de la base, dans l'ordre."""
    liste = list(objets)
    if not liste:
        return []
    return bulk_create_with_history(
        liste, type(liste[0]), batch_size=LOT, default_user=auteur, default_date=au,
        default_change_reason=motif[:100] or None,
    )  # fmt: skip


def changer_en_nombre(
    objets: Iterable[Model], champs: Iterable[str], *, auteur: Any, au: datetime, motif: str = ""
) -> None:
    """Enregistre ces champs des objets d'un même modèle, et leur historique."""
    liste = list(objets)
    if liste:
        bulk_update_with_history(
            liste, type(liste[0]), list(champs), batch_size=LOT, default_user=auteur, default_date=au,
            default_change_reason=motif[:100] or None,
        )  # fmt: skip


def references(combien: int) -> list[str]:
    """Les prochaines références. À appeler dans la transaction de la création : la suite y reste verrouillée."""
    Numerotation.objects.get_or_create(pk=1)
    suite = Numerotation.objects.select_for_update().get(pk=1)
    debut, suite.dernier = suite.dernier, suite.dernier + combien
    suite.save(update_fields=["dernier"])
    return [f"L{numero:06d}" for numero in range(debut + 1, suite.dernier + 1)]

"""Les livrables promis et remis."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.programme.models import Livrable, Piece
from tissu.programme.queries.calendrier import lisibles


def page(personne: Any, *, annee: str, etat: str, au: date) -> dict[str, Any]:
    """Les livrables d'une année, fiche par fiche ; `etat` : « remis », « dus », « retard », ou vide pour tous."""
    fiches = lisibles(personne)
    annees = sorted({fiche.annee for fiche in fiches}, reverse=True)
    voulue = int(annee) if annee in {str(une) for une in annees} else (annees[0] if annees else au.year)
    par_pk = {fiche.pk: fiche for fiche in fiches if fiche.annee == voulue}
    tous: list[dict[str, Any]] = [
        {
            "livrable": un,
            "fiche": par_pk[un.fiche_id],
            "retard": un.remis_le is None and un.attendu_le is not None and un.attendu_le < au,
        }
        for un in Livrable.objects.filter(fiche__in=list(par_pk))
        .select_related("piece")
        .order_by("fiche__numero", "attendu_le", "pk")
    ]
    gardes = {
        "remis": [ligne for ligne in tous if ligne["livrable"].remis_le],
        "dus": [ligne for ligne in tous if not ligne["livrable"].remis_le],
        "retard": [ligne for ligne in tous if ligne["retard"]],
    }
    adresse = reverse("programme:livrables")
    vues = (("", "Tous", tous), ("remis", "Remis", gardes["remis"]), ("dus", "À remettre", gardes["dus"]),
            ("retard", "En retard", gardes["retard"]))  # fmt: skip
    return {
        "lignes": gardes.get(etat, tous),
        "total": len(tous),
        "remis": len(gardes["remis"]),
        "annee": voulue,
        "annees": [{"titre": str(une), "url": f"{adresse}?annee={une}", "actif": une == voulue} for une in annees],
        "onglets": [
            {
                "titre": titre,
                "url": f"{adresse}?annee={voulue}&etat={cle}",
                "actif": cle == (etat if etat in gardes else ""),
                "compte": len(liste),
            }
            for cle, titre, liste in vues
        ],
    }


def remises(livrable: Livrable) -> list[dict[str, Any]]:
    """Toutes les remises d'un livrable et leurs retraits, du dernier au premier, lus de son historique."""
    traces = list(livrable.historique.select_related("history_user").order_by("history_id"))
    pieces = Piece.objects.in_bulk({trace.piece_id for trace in traces if trace.piece_id})
    trouvees: list[dict[str, Any]] = []
    precedente = (None, None, "")
    for trace in traces:
        remise = (trace.remis_le, trace.piece_id, trace.adresse)
        if remise != precedente and (trace.remis_le or precedente[0]):
            trouvees.append(_retrait(trace) if trace.remis_le is None else _remise(trace, pieces.get(trace.piece_id)))
        precedente = remise
    return trouvees[::-1]


def _remise(trace: Any, piece: Piece | None) -> dict[str, Any]:
    return {
        "date": trace.remis_le,
        "titre": piece.nom if piece else trace.adresse,
        "url": reverse("programme:piece", args=[piece.pk]) if piece else trace.adresse,
        "texte": f"{_par(trace)}, enregistré le {timezone.localtime(trace.history_date):%d/%m/%Y}.",
    }


def _retrait(trace: Any) -> dict[str, Any]:
    raison = f" : {trace.history_change_reason}" if trace.history_change_reason else ""
    return {
        "date": timezone.localdate(trace.history_date),
        "titre": f"Remise retirée{raison}",
        "texte": f"{_par(trace)}.",
    }


def _par(trace: Any) -> str:
    return f"Par {trace.history_user or 'une personne inconnue'}"

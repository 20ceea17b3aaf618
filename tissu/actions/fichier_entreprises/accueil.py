"""Ce que la fiche 7 apporte aux pages des autres : la page d'accueil et la fiche d'un établissement."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from tissu.actions.fichier_entreprises import permissions
from tissu.actions.fichier_entreprises.choices import Secteurs
from tissu.actions.fichier_entreprises.queries import bord, cadre, flux
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.socle.accueil import BlocAccueil, Chiffre, Ligne, Urgence
from tissu.socle.formats import mois_long, variation


def accueil(personne: Any, *, au: datetime) -> BlocAccueil | None:
    """Le dernier mois complet en trois chiffres, les derniers rapports, et ce qui attend la personne."""
    if permissions.LECTEURS.isdisjoint(personne.roles_actifs("fichier_entreprises")):
        return None
    try:
        instantane = courant()
    except RegistreAbsent:
        return None
    periode = cadre.dernier_mois_complet(instantane)
    points = flux.serie(periode, cadre.perimetre(Secteurs.INDUSTRIE_SERVICES, au=periode.fin))
    return BlocAccueil(
        nouveautes=_nouveautes(),
        attentes=[
            Ligne(
                attente.titre,
                attente.url,
                attente.detail,
                urgence=Urgence.PRESSE if attente.presse else Urgence.A_FAIRE,
            )
            for attente in bord.attentes(personne, au=au)
        ],
        chiffres=_chiffres(points[-1], points[0], periode.fin),
    )


def _nouveautes() -> list[Ligne]:
    return [
        Ligne(
            titre=f"Flux {cadre.de_mois(edition.mois)} : {bord.solde_fige(edition)}",
            url=reverse("fichier_entreprises:flux", args=[edition.mois]),
            detail="Rapport mensuel publié",
            date=edition.publiee_le,
        )
        for edition in bord.dernieres_editions(2)
    ]


def _chiffres(dernier: flux.PointDeSerie, avant: flux.PointDeSerie, au: Any) -> list[Chiffre]:
    adresse = reverse("fichier_entreprises:flux", args=[dernier.mois])
    lignes = [
        ("Créations pures", "creation_pure"),
        ("Fermetures", "fermeture_etablissement"),
    ]
    chiffres = []
    for titre, type_ in lignes:
        valeur, valeur_avant = dernier.totaux[type_]["etablissements"], avant.totaux[type_]["etablissements"]
        chiffres.append(
            Chiffre(
                libelle=titre,
                valeur=valeur,
                unite=f"en {mois_long(dernier.mois)}",
                au=au,
                tendance=f"{variation(valeur - valeur_avant)} sur un an",
                url=adresse,
                source="Insee, Sirene",
            )
        )
    solde, solde_avant = dernier.solde["etablissements"]["solde"], avant.solde["etablissements"]["solde"]
    chiffres.append(
        Chiffre(
            libelle="Solde des établissements",
            valeur=variation(solde),
            unite=f"en {mois_long(dernier.mois)}",
            au=au,
            tendance=f"{variation(solde - solde_avant)} sur un an",
            sens="hausse" if solde > solde_avant else "baisse" if solde < solde_avant else "stable",
            url=adresse,
            definition="Entrées moins sorties, transferts internes exclus.",
            source="Insee, Sirene",
        )
    )
    return chiffres


def fiche_etablissement(siret: str, personne: Any) -> dict[str, Any] | None:
    """Ce que la fiche sait d'un établissement : `{titre, html}`, ou None si elle n'en sait rien."""
    if permissions.LECTEURS.isdisjoint(personne.roles_actifs("fichier_entreprises")):
        return None
    su = bord.sur_l_etablissement(siret, personne)
    if not any(su.values()):
        return None
    html = render_to_string("fichier_entreprises/_etablissement.html", su)
    return {"titre": "Fichier des entreprises", "html": html}

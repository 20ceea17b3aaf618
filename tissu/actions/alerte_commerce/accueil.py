"""Ce que la fiche 3 apporte aux pages des autres : ce qui attend la chambre ou la police, l'adhésion d'un commerce."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from tissu.actions.alerte_commerce import permissions
from tissu.actions.alerte_commerce.choices import EtatAdherent, EtatAlerte
from tissu.actions.alerte_commerce.models import Adherent, Alerte
from tissu.actions.alerte_commerce.queries import gestion
from tissu.socle.accueil import BlocAccueil, Chiffre, Ligne, Urgence
from tissu.socle.formats import nombre, pluriel


def accueil(personne: Any, *, au: datetime) -> BlocAccueil | None:
    """Le nombre d'adhérents, et pour la chambre ce qui attend : demandes, numéros à revoir, stock bas."""
    if permissions.LECTEURS_DES_CHIFFRES.isdisjoint(personne.roles_actifs("alerte_commerce")):
        return None
    comptes = gestion.comptes()
    if not any(comptes.values()):
        return None
    gere = permissions.peut_gerer(personne)
    chiffre = Chiffre(
        libelle="Adhérents d'Alerte Commerce", valeur=nombre(comptes[EtatAdherent.ACTIF]), unite="commerces",
        au=au.date(), url=reverse("alerte_commerce:adherents") if gere else reverse("adhesion:accueil"),
        definition="Commerces dont l'adhésion est active.", source="Liste des adhérents de la chambre",
    )  # fmt: skip
    attentes = _attentes(comptes, au) if gere else _alertes_en_attente(personne)
    return BlocAccueil(attentes=attentes, chiffres=[chiffre])


def fiche_etablissement(siret: str, personne: Any) -> dict[str, Any] | None:
    """Pour la chambre seule : l'établissement est-il du réseau ?"""
    if not permissions.peut_gerer(personne):
        return None
    adherents = list(Adherent.objects.filter(siret=siret).order_by("pk"))
    if not adherents:
        return None
    html = render_to_string("alerte_commerce/_etablissement.html", {"adherents": adherents})
    return {"titre": "Alerte Commerce", "html": html}


def _alertes_en_attente(personne: Any) -> list[Ligne]:
    """Pour les forces de l'ordre : les alertes d'une autre personne à approuver, les siennes à reprendre."""
    if not permissions.peut_alerter(personne):
        return []
    ouvertes = Alerte.objects.filter(
        Q(etat=EtatAlerte.A_APPROUVER) & ~Q(auteur=personne) | Q(etat=EtatAlerte.RENVOYEE, auteur=personne)
    ).order_by("redigee_le", "pk")
    return [
        Ligne(
            f"{une.get_nature_display()} : alerte {une.get_etat_display().lower()}",
            reverse("alerte_commerce:alerte", args=[une.pk]), urgence=Urgence.A_FAIRE,
        )
        for une in ouvertes[:10]
    ]  # fmt: skip


def _attentes(comptes: dict[str, int], au: datetime) -> list[Ligne]:
    demandes = reverse("alerte_commerce:demandes")
    bas = [un["nom"].lower() for un in gestion.stock(au) if un["bas"]]
    lignes = []
    if comptes[EtatAdherent.A_VERIFIER]:
        dit = pluriel(comptes[EtatAdherent.A_VERIFIER], "demande d'adhésion", "demandes d'adhésion")
        lignes.append(Ligne(f"{dit} à vérifier", demandes, urgence=Urgence.A_FAIRE))
    if comptes["a_rappeler"]:
        dit = pluriel(comptes["a_rappeler"], "numéro d'adhérent", "numéros d'adhérents")
        lignes.append(Ligne(f"{dit} à revoir", reverse("alerte_commerce:numeros_a_revoir"), urgence=Urgence.A_FAIRE))
    if bas:
        lignes.append(Ligne(f"Stock bas : {', '.join(bas)}", reverse("alerte_commerce:stock")))
    return lignes

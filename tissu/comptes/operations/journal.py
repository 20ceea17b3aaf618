"""Écrire dans les journaux : accès aux données protégées, événements des comptes."""

from datetime import datetime

from django.db import models

from tissu.comptes.choices import NatureAcces, TypeEvenementDeCompte
from tissu.comptes.models import Acces, EvenementDeCompte, Personne

TYPES_PAR_LONGUEUR = {14: "etablissement", 9: "unite_legale"}


def journaliser_acces(
    *,
    personne: Personne,
    nature: NatureAcces | str,
    objet: models.Model | tuple[str, str] | str,
    au: datetime,
    motif: str = "",
    adresse_ip: str | None = None,
) -> Acces:
    """Note que `personne` a vu des données protégées de `objet`.

    `objet` est un SIRET, un SIREN, un enregistrement, ou un couple (type, identifiant). Lève `ValueError` sur une
    nature inconnue ou un texte qui n'est ni un SIRET ni un SIREN.
    """
    objet_type, objet_id = _designer(objet)
    return Acces.objects.create(
        personne=personne,
        moment=au,
        nature=NatureAcces(nature),
        objet_type=objet_type,
        objet_id=objet_id,
        motif=motif[:300],
        adresse_ip=adresse_ip or None,
    )


def _designer(objet: models.Model | tuple[str, str] | str) -> tuple[str, str]:
    if isinstance(objet, models.Model):
        return objet._meta.model_name or "", str(objet.pk)
    if isinstance(objet, tuple):
        return objet[0], str(objet[1])
    if objet.isdigit() and len(objet) in TYPES_PAR_LONGUEUR:
        return TYPES_PAR_LONGUEUR[len(objet)], objet
    raise ValueError(f"« {objet} » n'est ni un SIRET ni un SIREN : donnez un couple (type, identifiant).")


def journaliser_evenement(
    *,
    type: TypeEvenementDeCompte,
    au: datetime,
    auteur: Personne | None,
    personne: Personne | None = None,
    detail: str = "",
    adresse_ip: str | None = None,
) -> EvenementDeCompte:
    """Note un événement des comptes. `auteur` est None quand on ne sait pas qui agit (échec de connexion)."""
    return EvenementDeCompte.objects.create(
        type=type, moment=au, auteur=auteur, personne=personne, detail=detail[:300], adresse_ip=adresse_ip or None
    )

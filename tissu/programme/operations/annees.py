"""Préparer la fiche de l'année suivante : même promesse, mêmes lignes, mêmes critères, rien de mesuré."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tissu.programme.choices import EtatContribution, EtatFiche
from tissu.programme.models import Contribution, Convention, Critere, Fiche, LigneDepense, SectionRedigee, TauxJour
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.series import promettre_serie


def preparer_annee(
    *, fiche: Fiche, annee: int, auteur: Any, au: datetime, convention: Convention | None = None,
    total_declare_eur: Decimal | None = None, cibles: Mapping[str, Decimal] | None = None,
) -> Fiche:  # fmt: skip
    """Prépare la fiche d'une autre année à partir de celle-ci : rubriques, lignes, taux, contributions, critères, et
    le rythme des réunions, à dater.

    Les contributions y redeviennent prévues (ou sous réserve) : ce qui a été notifié ou versé l'a été pour l'an passé.
    `cibles` remplace celles des critères nommés par leur clé ; `total_declare_eur`, le total écrit. Lève
    `ModificationRefusee` si l'année n'est pas dans la convention ou si la fiche y existe déjà.
    """
    dans = convention or fiche.convention
    if not dans.debut <= annee <= dans.fin:
        raise ModificationRefusee(
            f"L'année {annee} n'est pas dans la convention « {dans} » ({dans.debut}-{dans.fin}) : choisissez une année "
            "de la convention, ou enregistrez d'abord la convention suivante."
        )
    if Fiche.objects.filter(convention=dans, numero=fiche.numero, annee=annee).exists():
        raise ModificationRefusee(f"La fiche {fiche.numero} de {annee} existe déjà dans « {dans} » : modifiez-la.")
    with transaction.atomic():
        suivante = _copier_identite(fiche, annee, dans, total_declare_eur, auteur)
        for une in fiche.sections.order_by("pk"):
            _copie(une, SectionRedigee, auteur, fiche=suivante)
        lignes = _copier_lignes(fiche, suivante, auteur)
        _copier_taux(fiche, suivante, lignes, auteur)
        _copier_contributions(fiche, suivante, lignes, auteur)
        for critere in fiche.criteres.order_by("ordre", "pk"):
            _copie(critere, Critere, auteur, fiche=suivante, cible=(cibles or {}).get(critere.cle, critere.cible))
        for serie in fiche.series.order_by("pk"):
            promettre_serie(fiche=suivante, titre=serie.titre, frequence=serie.frequence, auteur=auteur)
    return suivante


def _copie(objet: Any, modele: Any, auteur: Any, **champs: Any) -> Any:
    """Une ligne neuve du même modèle, aux mêmes valeurs sauf celles données, signée de l'auteur dans l'histoire."""
    gardes = {champ.attname: getattr(objet, champ.attname) for champ in modele._meta.concrete_fields
              if not champ.primary_key}  # fmt: skip
    for nom in champs:
        gardes.pop(f"{nom}_id", None)
    neuve = modele(**(gardes | champs))
    neuve._history_user = auteur
    neuve.save()
    return neuve


def _an(jour: date | None, ecart: int) -> date | None:
    """Le même jour, décalé d'autant d'années ; le 29 février devient le 28."""
    if jour is None:
        return None
    try:
        return jour.replace(year=jour.year + ecart)
    except ValueError:
        return jour.replace(year=jour.year + ecart, day=28)


def _copier_identite(fiche: Fiche, annee: int, dans: Convention, total: Decimal | None, auteur: Any) -> Fiche:
    ecart = annee - fiche.annee
    suivante: Fiche = _copie(
        fiche,
        Fiche,
        auteur,
        convention=dans,
        annee=annee,
        etat=EtatFiche.PREPARATION,
        # Une période d'en-tête ne se devine pas : elle sera écrite à la signature.
        periode_entete="",
        calendrier_debut=_an(fiche.calendrier_debut, ecart),
        calendrier_fin=_an(fiche.calendrier_fin, ecart),
        observations="",
        total_declare_eur=fiche.total_declare_eur if total is None else total,
        precedente=fiche,
        revision=1,
    )
    suivante.maitres_ouvrage.set(fiche.maitres_ouvrage.all())
    suivante.pilotes.set(fiche.pilotes.all())
    return suivante


def _copier_lignes(fiche: Fiche, suivante: Fiche, auteur: Any) -> dict[int | None, LigneDepense | None]:
    """Les lignes en vigueur ; rend l'ancienne clé → la nouvelle ligne (None → None : toute la fiche)."""
    nouvelles: dict[int | None, LigneDepense | None] = {None: None}
    for ligne in fiche.lignes.filter(retiree_par__isnull=True).order_by("ordre", "pk"):
        nouvelles[ligne.pk] = _copie(ligne, LigneDepense, auteur, fiche=suivante, ajoutee_par=None, retiree_par=None)
    return nouvelles


def _copier_taux(fiche: Fiche, suivante: Fiche, lignes: dict[int | None, LigneDepense | None], auteur: Any) -> None:
    """Le dernier taux de chaque portée vaut dès le premier jour de l'exercice suivant."""
    derniers = {taux.ligne_id: taux for taux in fiche.taux.order_by("debut", "pk") if taux.ligne_id in lignes}
    for portee, taux in derniers.items():
        debut = date(suivante.annee, suivante.premier_mois, 1)
        _copie(taux, TauxJour, auteur, fiche=suivante, ligne=lignes[portee], debut=debut, fin=None, avenant=None)


def _copier_contributions(
    fiche: Fiche, suivante: Fiche, lignes: dict[int | None, LigneDepense | None], auteur: Any
) -> None:
    for une in fiche.contributions.order_by("ordre", "pk"):
        if une.ligne_id not in lignes:
            continue
        sous_reserve = une.etat == EtatContribution.SOUS_RESERVE
        etat = EtatContribution.SOUS_RESERVE if sous_reserve else EtatContribution.PREVUE
        _copie(une, Contribution, auteur, fiche=suivante, ligne=lignes[une.ligne_id], etat=etat)

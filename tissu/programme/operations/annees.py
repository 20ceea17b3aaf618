"""Préparer la fiche de l'année suivante à partir de celle qui s'achève."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tissu.programme.choices import EtatContribution, EtatFiche
from tissu.programme.models import Contribution, Convention, Critere, Fiche, LigneDepense, SectionRedigee
from tissu.programme.operations.conflits import EcritureRefusee

CHAMPS_REPRIS = ("numero", "action", "titre", "titre_court", "premier_mois")


@transaction.atomic
def preparer_annee(
    *,
    fiche: Fiche,
    annee: int,
    auteur: Any,
    au: datetime,
    convention: Convention | None = None,
    total_declare_eur: Decimal | None = None,
    cibles: Mapping[str, Decimal] | None = None,
) -> Fiche:
    """Crée la fiche d'une autre année, en préparation : rubriques, lignes, financeurs et critères sont repris.

    Les montants des financeurs sont repris comme prévus, jamais leur état de versement. `cibles` remplace celles des
    critères nommés par leur clé ; `total_declare_eur`, le total écrit. Lève `EcritureRefusee` si la fiche existe ou si
    l'année sort de la convention.
    """
    cadre = convention or fiche.convention
    if not cadre.debut <= annee <= cadre.fin:
        raise EcritureRefusee(f"{annee} n'est pas une année de la convention « {cadre} » ({cadre.debut}-{cadre.fin}).")
    if Fiche.objects.filter(convention=cadre, numero=fiche.numero, annee=annee).exists():
        raise EcritureRefusee(f"La fiche {fiche.numero} de {annee} existe déjà : ouvrez-la pour la modifier.")
    nouvelle = Fiche.objects.create(
        **{champ: getattr(fiche, champ) for champ in CHAMPS_REPRIS},
        convention=cadre,
        annee=annee,
        etat=EtatFiche.PREPARATION,
        periode_entete=f"{cadre.debut}/{cadre.fin}",
        total_declare_eur=fiche.total_declare_eur if total_declare_eur is None else total_declare_eur,
        precedente=fiche,
    )
    nouvelle.maitres_ouvrage.set(fiche.maitres_ouvrage.all())
    nouvelle.pilotes.set(fiche.pilotes.all())
    for section in fiche.sections.all():
        SectionRedigee.objects.create(fiche=nouvelle, section=section.section, texte=section.texte)
    _reprendre_le_budget(fiche, nouvelle)
    _reprendre_les_criteres(fiche, nouvelle, cibles or {})
    return nouvelle


def _reprendre_le_budget(fiche: Fiche, nouvelle: Fiche) -> None:
    reprises: dict[int, LigneDepense] = {}
    for ligne in fiche.lignes.filter(retiree_par=None):
        reprises[ligne.pk] = LigneDepense.objects.create(
            fiche=nouvelle, ordre=ligne.ordre, libelle=ligne.libelle, nature=ligne.nature, jours=ligne.jours,
            montant_eur=ligne.montant_eur, note=ligne.note,
        )  # fmt: skip
    for apport in fiche.contributions.all():
        sous_reserve = apport.etat == EtatContribution.SOUS_RESERVE
        Contribution.objects.create(
            fiche=nouvelle, ligne=reprises.get(apport.ligne_id or 0), financeur=apport.financeur,
            organisation=apport.organisation, montant_eur=apport.montant_eur, taux=apport.taux,
            etat=EtatContribution.SOUS_RESERVE if sous_reserve else EtatContribution.PREVUE,
            condition=apport.condition, ordre=apport.ordre,
        )  # fmt: skip


def _reprendre_les_criteres(fiche: Fiche, nouvelle: Fiche, cibles: Mapping[str, Decimal]) -> None:
    for critere in fiche.criteres.all():
        Critere.objects.create(
            fiche=nouvelle, cle=critere.cle, ordre=critere.ordre, libelle=critere.libelle,
            definition=critere.definition, indicateur=critere.indicateur, unite=critere.unite, sens=critere.sens,
            cumulatif=critere.cumulatif, qualitatif=critere.qualitatif,
            cible=cibles.get(critere.cle, critere.cible), reference=critere.reference,
            reference_au=critere.reference_au, source=critere.source,
        )  # fmt: skip

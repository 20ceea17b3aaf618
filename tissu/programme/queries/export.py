"""Relire une convention chargée sous la forme d'un programme, pour l'exporter comme elle s'importe."""

from django.db.models import QuerySet
from django.utils import timezone

from tissu.programme.choices import TypeEcheance
from tissu.programme.models import Convention, Fiche, SerieDeReunions
from tissu.programme.sources.lecture import (
    ContributionLue,
    CritereLu,
    DateLue,
    FicheLue,
    LigneLue,
    PartenaireLu,
    ProgrammeLu,
    ReunionLue,
)

CHAMPS_DE_CRITERE = tuple(CritereLu.__dataclass_fields__)


def programme_lu(convention: Convention) -> ProgrammeLu:
    """La convention et ses fiches en vigueur. La clé d'un partenaire est la sorte de son organisation."""
    partenaires = list(convention.partenaires.order_by("pk"))
    cles = {organisation.pk: organisation.type for organisation in partenaires}
    return ProgrammeLu(
        titre=convention.titre,
        debut=convention.debut,
        fin=convention.fin,
        taux_jour_eur=convention.taux_jour_eur,
        partenaires=tuple(PartenaireLu(un.type, un.type, un.nom) for un in partenaires),
        fiches=tuple(_fiche(fiche, cles) for fiche in _fiches(convention)),
    )


def _fiches(convention: Convention) -> QuerySet[Fiche]:
    return convention.fiches.order_by("numero", "annee").prefetch_related(
        "maitres_ouvrage", "sections", "lignes", "contributions__ligne", "criteres", "echeances", "livrables", "series"
    )


def fiche_lue(fiche: Fiche) -> FicheLue:
    """La fiche telle que la base la porte, sous la forme où un fichier l'apporte."""
    return _fiche(fiche, {organisation.pk: organisation.type for organisation in fiche.convention.partenaires.all()})


def _fiche(fiche: Fiche, cles: dict[int, str]) -> FicheLue:
    return FicheLue(
        numero=fiche.numero,
        annee=fiche.annee,
        action=fiche.action,
        titre=fiche.titre,
        titre_court=fiche.titre_court,
        periode_entete=fiche.periode_entete,
        calendrier_debut=fiche.calendrier_debut,
        calendrier_fin=fiche.calendrier_fin,
        premier_mois=fiche.premier_mois,
        regle_d_aide=fiche.regle_d_aide,
        maitres_ouvrage=tuple(cles[maitre.pk] for maitre in fiche.maitres_ouvrage.all() if maitre.pk in cles),
        total_declare_eur=fiche.total_declare_eur,
        rubriques={section.section: section.texte for section in fiche.sections.all()},
        lignes=tuple(
            LigneLue(
                ligne.libelle, ligne.nature, ligne.jours, ligne.montant_eur, ligne.note, ligne.poste_d_aide, ligne.etp
            )
            for ligne in fiche.lignes.all()
            if ligne.retiree_par_id is None
        ),
        contributions=tuple(
            ContributionLue(
                apport.financeur,
                cles.get(apport.organisation_id or 0, ""),
                apport.ligne.libelle if apport.ligne else "",
                apport.montant_eur,
                apport.taux,
                apport.etat,
                apport.condition,
            )
            for apport in fiche.contributions.all()
        ),
        criteres=tuple(
            CritereLu(**{champ: getattr(critere, champ) for champ in CHAMPS_DE_CRITERE})
            for critere in fiche.criteres.all()
        ),
        jalons=tuple(
            DateLue(une.titre, une.echeance) for une in fiche.echeances.all() if une.type == TypeEcheance.JALON
        ),
        livrables=tuple(DateLue(un.titre, un.attendu_le) for un in fiche.livrables.all() if un.attendu_le),
        reunions=tuple(_reunion(serie) for serie in sorted(fiche.series.all(), key=lambda serie: serie.pk)),
    )


def _reunion(serie: SerieDeReunions) -> ReunionLue:
    if serie.premiere_le is None:
        return ReunionLue(serie.titre, serie.frequence)
    premiere = timezone.localtime(serie.premiere_le)
    return ReunionLue(serie.titre, serie.frequence, premiere.date(), premiere.time(), serie.jusqu_au)

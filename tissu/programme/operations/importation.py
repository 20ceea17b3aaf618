"""Charger un programme lu d'un fichier : tout ou rien, sans jamais écraser ce que quelqu'un a modifié.

Qui charge décide de ce que valent les fiches (`docs/decisions/2026-11-26-import-et-signature.md`) : de la ligne de
commande, une convention déjà signée sur papier arrive signée ; de l'écran, elle arrive en préparation, avec l'accord
de l'organisation qui la charge, et l'autre partenaire la signe.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.comptes.models import Organisation
from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, NatureDepense, RepereDeSerie, SectionDeFiche, TypeEcheance
from tissu.programme.models import (
    Contribution,
    Convention,
    Critere,
    Echeance,
    Fiche,
    LigneDepense,
    Livrable,
    SectionRedigee,
    TauxJour,
)
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.etats import signer
from tissu.programme.operations.reunions import ContenuDeReunion
from tissu.programme.operations.series import poser_les_dates, promettre_serie
from tissu.programme.operations.temps import bilan_verrouille
from tissu.programme.operations.versions import etablir_version
from tissu.programme.queries.export import fiche_lue
from tissu.programme.rules.budget import taux_implicite
from tissu.programme.sources.lecture import FicheLue, PartenaireLu, ProgrammeLu, ReunionLue


@dataclass
class Rapport:
    """Ce que l'import a fait : fiches créées, déjà là à l'identique, et différentes (laissées telles quelles).

    `ecarts` : pour chaque fiche différente, ce que le fichier dit autrement.
    """

    convention: Convention
    creees: list[Fiche] = field(default_factory=list)
    inchangees: list[Fiche] = field(default_factory=list)
    differentes: list[Fiche] = field(default_factory=list)
    ecarts: dict[str, list[str]] = field(default_factory=dict)


@transaction.atomic
def importer_programme(*, programme: ProgrammeLu, auteur: Any, au: datetime, signees: bool) -> Rapport:
    """Charge la convention et ses fiches, chacune avec sa première version.

    `signees` : elles l'ont été sur papier ; sinon elles arrivent en préparation, et l'organisation de l'auteur, s'il
    peut les signer, y donne son accord. Une fiche déjà présente n'est jamais réécrite : elle est comptée inchangée, ou
    différente si le fichier ne dit plus la même chose qu'elle. Rejoué, l'import ne change rien. Lève
    `ModificationRefusee` si le fichier ajoute une fiche à une année dont le bilan est verrouillé.
    """
    convention, organisations = _convention(programme)
    rapport = Rapport(convention)
    for lue in programme.fiches:
        existante = Fiche.objects.filter(convention=convention, numero=lue.numero, annee=lue.annee).first()
        if existante is None:
            if bilan_verrouille(convention.pk, lue.annee):
                raise ModificationRefusee(
                    f"Le bilan {lue.annee} de « {convention} » est verrouillé : la fiche {lue.numero} ne s'y ajoute "
                    "plus. Rien n'est chargé ; retirez-la du fichier."
                )
            creee = _creer(lue, convention, organisations, signee=signees, auteur=auteur, au=au)
            rapport.creees.append(creee)
        elif ecarts := differences(existante, lue):
            rapport.differentes.append(existante)
            rapport.ecarts[str(existante)] = ecarts
        else:
            rapport.inchangees.append(existante)
    return rapport


def _convention(programme: ProgrammeLu) -> tuple[Convention, dict[str, Organisation]]:
    organisations = {partenaire.cle: _organisation(partenaire) for partenaire in programme.partenaires}
    convention, nouvelle = Convention.objects.get_or_create(
        titre=programme.titre,
        debut=programme.debut,
        fin=programme.fin,
        defaults={"taux_jour_eur": programme.taux_jour_eur},
    )
    if nouvelle:
        convention.partenaires.set(organisations.values())
    return convention, organisations


def partenaires_connus(programme: ProgrammeLu) -> set[int]:
    """Les organisations de la plateforme que l'import tiendrait pour partenaires : de la convention si elle est déjà
    là, sinon de celles que le fichier nomme. N'écrit rien."""
    deja = Convention.objects.filter(titre=programme.titre, debut=programme.debut, fin=programme.fin).first()
    if deja is not None:
        return {organisation.pk for organisation in deja.partenaires.all()}
    trouvees = [_organisation_connue(partenaire) for partenaire in programme.partenaires]
    return {organisation.pk for organisation in trouvees if organisation is not None}


def _organisation(partenaire: PartenaireLu) -> Organisation:
    """Le partenaire de ce nom ; à défaut le seul de sa sorte sur la plateforme ; à défaut, il est créé."""
    connue = _organisation_connue(partenaire)
    return connue or Organisation.objects.create(nom=partenaire.nom, type=partenaire.type)


def _organisation_connue(partenaire: PartenaireLu) -> Organisation | None:
    nommee = Organisation.objects.filter(nom=partenaire.nom).first()
    if nommee is not None:
        return nommee
    semblables = list(Organisation.objects.filter(type=partenaire.type)[:2])
    return semblables[0] if len(semblables) == 1 else None


def _creer(
    lue: FicheLue, convention: Convention, organisations: dict[str, Organisation], *, signee: bool, auteur: Any,
    au: datetime,
) -> Fiche:  # fmt: skip
    fiche = Fiche.objects.create(
        convention=convention,
        numero=lue.numero,
        annee=lue.annee,
        action=lue.action,
        titre=lue.titre,
        titre_court=lue.titre_court,
        etat=EtatFiche.SIGNEE if signee else EtatFiche.PREPARATION,
        periode_entete=lue.periode_entete,
        calendrier_debut=lue.calendrier_debut,
        calendrier_fin=lue.calendrier_fin,
        premier_mois=lue.premier_mois,
        regle_d_aide=lue.regle_d_aide,
        total_declare_eur=lue.total_declare_eur,
    )
    fiche.maitres_ouvrage.set([organisations[cle] for cle in lue.maitres_ouvrage])
    for section in SectionDeFiche.values:
        if lue.rubriques.get(section):
            SectionRedigee.objects.create(fiche=fiche, section=section, texte=lue.rubriques[section])
    _creer_le_budget(fiche, lue, organisations)
    for rang, critere in enumerate(lue.criteres):
        Critere.objects.create(fiche=fiche, ordre=rang, **vars(critere))
    _creer_le_calendrier(fiche, lue, auteur=auteur, au=au)
    if signee:
        etablir_version(fiche=fiche, motif="Fiche signée, telle qu'importée", auteur=auteur, au=au)
        return fiche
    etablir_version(fiche=fiche, motif="Fiche en préparation, telle qu'importée", auteur=auteur, au=au)
    return signer(fiche=fiche, auteur=auteur, au=au) if permissions.est_redacteur(auteur, fiche) else fiche


def _creer_le_calendrier(fiche: Fiche, lue: FicheLue, *, auteur: Any, au: datetime) -> None:
    for jalon in lue.jalons:
        Echeance.objects.create(
            fiche=fiche, type=TypeEcheance.JALON, titre=jalon.titre, echeance=jalon.le, creee_le=au, creee_par=auteur
        )
    for livrable in lue.livrables:
        Livrable.objects.create(fiche=fiche, titre=livrable.titre, attendu_le=livrable.le)
    for reunion in lue.reunions:
        _creer_la_serie(fiche, reunion, auteur=auteur, au=au)


def _creer_la_serie(fiche: Fiche, lue: ReunionLue, *, auteur: Any, au: datetime) -> None:
    """Le rythme que la fiche promet ; ses réunions aussi, quand le fichier les date."""
    serie = promettre_serie(fiche=fiche, titre=lue.titre, frequence=lue.frequence, auteur=auteur)
    if lue.premiere_le is not None and lue.heure is not None and lue.jusqu_au is not None:
        debut = timezone.make_aware(datetime.combine(lue.premiere_le, lue.heure))
        poser_les_dates(
            serie=serie, contenu=ContenuDeReunion(titre=lue.titre, debut=debut), repere=RepereDeSerie.RANG,
            jusqu_au=lue.jusqu_au, auteur=auteur, au=au,
        )  # fmt: skip


def _creer_le_budget(fiche: Fiche, lue: FicheLue, organisations: dict[str, Organisation]) -> None:
    par_libelle = {
        ligne.libelle: LigneDepense.objects.create(fiche=fiche, ordre=rang, **vars(ligne))
        for rang, ligne in enumerate(lue.lignes)
    }
    _poser_les_taux(fiche, par_libelle.values())
    for rang, apport in enumerate(lue.contributions):
        Contribution.objects.create(
            fiche=fiche,
            ordre=rang,
            ligne=par_libelle.get(apport.ligne),
            financeur=apport.financeur,
            organisation=organisations.get(apport.partenaire),
            montant_eur=apport.montant_eur,
            taux=apport.taux,
            etat=apport.etat,
            condition=apport.condition,
        )


def _poser_les_taux(fiche: Fiche, lignes: Iterable[LigneDepense]) -> None:
    """Date le prix d'une journée du premier jour de l'exercice : celui de la convention, sauf sur une ligne dont le
    montant et les jours en disent un autre. Une fiche sans ligne en jours n'a pas de taux."""
    debut, usuel = date(fiche.annee, fiche.premier_mois, 1), fiche.convention.taux_jour_eur
    en_jours = [ligne for ligne in lignes if ligne.nature == NatureDepense.JOURS]
    if en_jours:
        TauxJour.objects.create(fiche=fiche, debut=debut, montant_eur=usuel)
    for ligne in en_jours:
        ecrit = taux_implicite(montant=ligne.montant_eur, jours=ligne.jours)
        if ecrit and ecrit != usuel:
            TauxJour.objects.create(fiche=fiche, ligne=ligne, debut=debut, montant_eur=ecrit)


# Ce que l'on signe ; les jalons et les livrables vivent leur vie ensuite et ne se comparent pas.
SIGNE = {
    "action": "action", "titre": "titre", "titre_court": "titre court", "periode_entete": "période d'en-tête",
    "calendrier_debut": "début du calendrier", "calendrier_fin": "fin du calendrier", "premier_mois": "premier mois",
    "regle_d_aide": "règle d'aide", "total_declare_eur": "total écrit", "lignes": "lignes de dépense",
    "contributions": "financements", "criteres": "critères",
}  # fmt: skip


def differences(fiche: Fiche, lue: FicheLue) -> list[str]:
    """Ce que le fichier dit autrement que la base : une phrase par champ, les deux valeurs quand elles sont courtes."""
    en_base, phrases = fiche_lue(fiche), []
    for champ, nom in SIGNE.items():
        avant, apres = getattr(en_base, champ), getattr(lue, champ)
        if avant != apres:
            phrases.append(
                nom if isinstance(avant, tuple) else f"{nom} : « {_dit(avant)} » ici, « {_dit(apres)} » au fichier"
            )
    if set(en_base.maitres_ouvrage) != set(lue.maitres_ouvrage):
        phrases.append("maîtres d'ouvrage")
    ecrites = {cle: texte for cle, texte in lue.rubriques.items() if texte}
    for section in SectionDeFiche:
        if en_base.rubriques.get(section.value) != ecrites.get(section.value):
            phrases.append(f"rubrique « {section.label} »")
    return phrases


def _dit(valeur: Any) -> str:
    return "vide" if valeur in (None, "") else str(valeur)

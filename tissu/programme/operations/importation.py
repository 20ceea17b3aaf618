"""Charger un programme lu d'un fichier : tout ou rien, sans jamais écraser ce que quelqu'un a modifié."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.comptes.models import Organisation
from tissu.programme.choices import EtatFiche, SectionDeFiche, TypeEcheance
from tissu.programme.models import (
    Contribution,
    Convention,
    Critere,
    Echeance,
    Fiche,
    LigneDepense,
    Livrable,
    SectionRedigee,
)
from tissu.programme.operations.versions import etablir_version
from tissu.programme.sources.lecture import FicheLue, PartenaireLu, ProgrammeLu


@dataclass
class Rapport:
    """Ce que l'import a fait : fiches créées, déjà là à l'identique, et différentes (laissées telles quelles)."""

    convention: Convention
    creees: list[Fiche] = field(default_factory=list)
    inchangees: list[Fiche] = field(default_factory=list)
    differentes: list[Fiche] = field(default_factory=list)


@transaction.atomic
def importer_programme(*, programme: ProgrammeLu, auteur: Any, au: datetime) -> Rapport:
    """Charge la convention et ses fiches, signées, chacune avec sa première version.

    Une fiche déjà présente n'est jamais réécrite : elle est comptée inchangée, ou différente si le fichier ne dit plus
    la même chose qu'elle. Rejoué, l'import ne change rien.
    """
    convention, organisations = _convention(programme)
    rapport = Rapport(convention)
    for lue in programme.fiches:
        existante = Fiche.objects.filter(convention=convention, numero=lue.numero, annee=lue.annee).first()
        if existante is None:
            rapport.creees.append(_creer(lue, convention, organisations, auteur=auteur, au=au))
        elif _dit_la_meme_chose(existante, lue):
            rapport.inchangees.append(existante)
        else:
            rapport.differentes.append(existante)
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


def _organisation(partenaire: PartenaireLu) -> Organisation:
    """Le partenaire de ce nom ; à défaut le seul de sa sorte sur la plateforme ; à défaut, il est créé."""
    nommee = Organisation.objects.filter(nom=partenaire.nom).first()
    if nommee is not None:
        return nommee
    semblables = list(Organisation.objects.filter(type=partenaire.type)[:2])
    if len(semblables) == 1:
        return semblables[0]
    return Organisation.objects.create(nom=partenaire.nom, type=partenaire.type)


def _creer(
    lue: FicheLue, convention: Convention, organisations: dict[str, Organisation], *, auteur: Any, au: datetime
) -> Fiche:
    fiche = Fiche.objects.create(
        convention=convention,
        numero=lue.numero,
        annee=lue.annee,
        action=lue.action,
        titre=lue.titre,
        titre_court=lue.titre_court,
        etat=EtatFiche.SIGNEE,
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
    for jalon in lue.jalons:
        Echeance.objects.create(
            fiche=fiche, type=TypeEcheance.JALON, titre=jalon.titre, echeance=jalon.le, creee_le=au, creee_par=auteur
        )
    for livrable in lue.livrables:
        Livrable.objects.create(fiche=fiche, titre=livrable.titre, attendu_le=livrable.le)
    etablir_version(fiche=fiche, motif="Fiche signée, telle qu'importée", auteur=auteur, au=au)
    return fiche


def _creer_le_budget(fiche: Fiche, lue: FicheLue, organisations: dict[str, Organisation]) -> None:
    par_libelle = {
        ligne.libelle: LigneDepense.objects.create(fiche=fiche, ordre=rang, **vars(ligne))
        for rang, ligne in enumerate(lue.lignes)
    }
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


def _dit_la_meme_chose(fiche: Fiche, lue: FicheLue) -> bool:
    """Compare ce que le fichier apporte à ce que la base porte : total, lignes, financements, rubriques, critères."""
    lignes = [(ligne.libelle, ligne.nature, ligne.jours, ligne.montant_eur) for ligne in lue.lignes]
    apports = [(apport.financeur, apport.montant_eur, apport.etat) for apport in lue.contributions]
    actuelles = fiche.lignes.filter(retiree_par=None).order_by("ordre", "pk")
    return (
        (fiche.titre, fiche.total_declare_eur) == (lue.titre, lue.total_declare_eur)
        and list(actuelles.values_list("libelle", "nature", "jours", "montant_eur")) == lignes
        and list(fiche.contributions.order_by("ordre", "pk").values_list("financeur", "montant_eur", "etat")) == apports
        and dict(fiche.sections.values_list("section", "texte")) == {n: t for n, t in lue.rubriques.items() if t}
        and list(fiche.criteres.order_by("ordre", "pk").values_list("cle", "cible"))
        == [(critere.cle, critere.cible) for critere in lue.criteres]
    )

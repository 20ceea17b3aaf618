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
from tissu.programme.queries.export import fiche_lue
from tissu.programme.sources.lecture import FicheLue, PartenaireLu, ProgrammeLu


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

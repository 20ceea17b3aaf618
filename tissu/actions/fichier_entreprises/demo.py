"""Données de démonstration de la fiche 7, écrites par ses opérations sur le registre de démonstration."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tissu.actions.fichier_entreprises import operations, rules
from tissu.actions.fichier_entreprises.choices import EtatPiste, EvenementVeille, Frequence, GestePiste, MotifFermeture
from tissu.actions.fichier_entreprises.models import (
    EditionMensuelle,
    EditionPlusDe50,
    FiliereExcellence,
    Piste,
    RegleDePiste,
    Veille,
)
from tissu.actions.fichier_entreprises.publications.diffusion import documents
from tissu.actions.fichier_entreprises.queries import cadre, grands
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.entrepot.instantane import courant
from tissu.publications import operations as diffusions
from tissu.publications.choices import Audience
from tissu.publications.models import Publication
from tissu.publications.operations.rendu import rendre_edition
from tissu.registre.choices import TypeEvenement
from tissu.socle.periodes import mois, mois_precedent
from tissu.socle.travaux import SansSuivi

FILIERES = (
    ("agroalimentaire", "Agroalimentaire", ["10", "11", "46.3", "72.11"]),
    ("sante", "Santé", ["21", "26.60", "32.5", "46.46", "72.19", "86"]),
    ("numerique", "Numérique", ["58.2", "61", "62", "63.1", "95.11"]),
)
ENTREES = [TypeEvenement.CREATION_PURE, TypeEvenement.ETABLISSEMENT_SECONDAIRE, TypeEvenement.TRANSFERT_ENTRANT]


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Filières, règles, éditions, pistes et veilles. Relancée, elle n'ajoute que ce qui manque.

    `dossier` (les fichiers fabriqués) ne sert pas : tout se lit du registre importé.
    """
    mission = _premiere(Role.CHARGE_MISSION)
    filiere = _premiere(Role.CHARGE_FILIERE)
    if mission is None or filiere is None:
        suivi.avancer(1, "Comptes de démonstration absents : fiche 7 laissée vide.")
        return
    _filieres_et_regles(mission, filiere, au)
    suivi.avancer(0.1, "Publication des douze derniers rapports mensuels")
    _publier(mission, au)
    suivi.avancer(0.6, "Veilles, pistes et leur suivi")
    _veilles(mission, filiere, au)
    operations.apres_import(au=au)
    _suivre(mission, filiere, au)
    suivi.avancer(0.8, "Diffusion des derniers rapports")
    _diffuser(mission, au)


def _premiere(role: Role) -> Personne | None:
    """La première personne qui porte ce rôle, dans l'ordre de création."""
    return Personne.objects.filter(attributions__role=role, is_active=True).order_by("pk").first()


def _filieres_et_regles(mission: Personne, filiere: Personne, au: datetime) -> None:
    for slug, nom, codes in FILIERES:
        if not FiliereExcellence.objects.filter(slug=slug).exists():
            responsable = filiere if slug == "numerique" else mission
            operations.enregistrer_filiere(
                filiere=FiliereExcellence(slug=slug, nom=nom, codes_naf=codes, responsable=responsable), auteur=mission
            )
    numerique = FiliereExcellence.objects.get(slug="numerique")
    valmy = [zone for zone, nom in cadre.noms_des_zones().items() if "valmy" in nom.lower()]
    regles = [
        RegleDePiste(nom="Numérique à Valmy", types=ENTREES, filiere=numerique, zones=valmy, effectif_min=10),
        RegleDePiste(
            nom="Agroalimentaire, dix salariés et plus",
            types=ENTREES,
            filiere=FiliereExcellence.objects.get(slug="agroalimentaire"),
            effectif_min=10,
            effectif_inconnu_accepte=False,
        ),
        RegleDePiste(
            nom="Industrie venue d'ailleurs",
            types=[TypeEvenement.TRANSFERT_ENTRANT],
            sections=["B", "C", "D", "E"],
            assignee=mission,
        ),
    ]
    for regle in regles:
        # Sans la zone Valmy dans le territoire, la règle prendrait toute la métropole : elle n'est pas posée.
        if (regle.nom != "Numérique à Valmy" or valmy) and not RegleDePiste.objects.filter(nom=regle.nom).exists():
            operations.enregistrer_regle(regle=regle, auteur=mission, au=au)


def _publier(mission: Personne, au: datetime) -> None:
    """Les douze derniers mois complets, du plus ancien au plus récent, et les deux dernières listes."""
    instantane = courant()
    dernier = cadre.dernier_mois_complet(instantane)
    for rang in range(11, -1, -1):
        code = mois_precedent(dernier, rang).code
        if not EditionMensuelle.objects.filter(mois=code).exists():
            # Chaque rapport porte la date où il aurait paru : le lendemain de son gel, à neuf heures.
            operations.publier_mois(mois=code, auteur=mission, au=_lendemain_du_gel(code, au))
    due = grands.derniere_edition_due(cadre.source_au(instantane))
    for semestre in (grands.semestre_precedent(due), due):
        if not EditionPlusDe50.objects.filter(semestre=semestre.code).exists():
            operations.publier_semestre(semestre=semestre.code, auteur=mission, au=_matin(semestre.fin, 30, au))


def _diffuser(mission: Personne, au: datetime) -> None:
    """Les cinq derniers rapports figés, au public, chacun trois jours après son gel ; le premier retiré depuis, le
    dernier sous embargo."""
    flux = next(source for source in documents() if source.cle == "fichier_entreprises.flux")
    figees = list(EditionMensuelle.objects.order_by("-mois").only("mois", "publiee_le")[:5])[::-1]
    if mission.organisation is None or Publication.objects.filter(slug=flux.slug).exists():
        return
    for rang, figee in enumerate(figees):
        preparee_le, diffusee_le, retiree_le = (
            min(au, figee.publiee_le + timedelta(days=jours, hours=heures))
            for jours, heures in ((1, 1), (3, 0), (12, 6))
        )
        edition = diffusions.preparer_depuis(source=flux, reference=figee.mois, auteur=mission, au=preparee_le)
        embargo = au + timedelta(days=10) if rang == len(figees) - 1 else None
        edition = diffusions.diffuser(
            edition=edition, audience=Audience.PUBLIC, embargo_jusqu_au=embargo, confirmee=True, auteur=mission,
            au=diffusee_le,
        )  # fmt: skip
        rendre_edition(edition=edition.pk, suivi=SansSuivi(), au=diffusee_le)
        if rang == 0 and len(figees) > 1:
            motif = "Démonstration : une zone d'activités était comptée deux fois."
            diffusions.retirer(edition=edition, motif=motif, auteur=mission, au=retiree_le)


def _lendemain_du_gel(code: str, au: datetime) -> datetime:
    fin = mois(code).fin
    return _matin(fin, cadre.reglage("jours_avant_gel", fin) + 1, au)


def _matin(fin: date, jours: int, au: datetime) -> datetime:
    """Neuf heures, tant de jours après la fin d'une période, et jamais après l'installation."""
    jour = rules.date_de_gel(fin, jours=jours)
    return min(au, datetime.combine(jour, time(9), tzinfo=timezone.get_current_timezone()))


def _veilles(mission: Personne, filiere: Personne, au: datetime) -> None:
    liste = EditionPlusDe50.objects.order_by("-semestre").first()
    grands_comptes = [ligne["identifiant"] for ligne in liste.etablissements if not ligne["filiere"]] if liste else []
    voulues: Sequence[Veille] = (
        Veille(
            personne=mission,
            nom="Grands comptes hors filières",
            sirets=grands_comptes,
            evenements=list(EvenementVeille.values),
            frequence=Frequence.HEBDOMADAIRE,
        ),
        Veille(
            personne=filiere,
            nom="Éditeurs et services numériques",
            codes_naf=["58.2", "62.01"],
            evenements=[EvenementVeille.DEMENAGEMENT, EvenementVeille.FERMETURE, EvenementVeille.PROCEDURE],
            frequence=Frequence.QUOTIDIENNE,
        ),
    )
    for veille in voulues:
        if not Veille.objects.filter(personne=veille.personne, nom=veille.nom).exists():
            operations.enregistrer_veille(veille=veille, auteur=veille.personne, au=au)


def _suivre(mission: Personne, filiere: Personne, au: datetime) -> None:
    """Quelques pistes avancent, pour que chaque état se voie ; la mieux notée de chacun reste à prendre."""
    if Piste.objects.exclude(etat=EtatPiste.NOUVELLE).exists():
        return
    le = au - timedelta(days=6)
    siennes = _sauf_la_meilleure(filiere)
    if siennes:
        operations.prendre_piste(piste=siennes[0], auteur=filiere, au=le)
    if len(siennes) > 1:
        operations.suivre_piste(
            piste=siennes[1],
            geste=GestePiste.CONTACT,
            texte="Appel : l'entreprise cherche 120 m² de bureaux d'ici le printemps.",
            prochaine_action="Visite des bureaux",
            echeance=(au + timedelta(days=8)).date(),
            auteur=filiere,
            au=le,
        )
    autres = _sauf_la_meilleure(mission)
    if autres:
        operations.fermer_piste(
            piste=autres[0],
            motif=MotifFermeture.DEJA_SUIVIE,
            texte="Suivie par l'agence de développement.",
            auteur=mission,
            au=le,
        )
    if len(autres) > 1:
        operations.suivre_piste(
            piste=autres[1], geste=GestePiste.NOTE, texte="Vu dans la presse locale.", auteur=mission, au=le
        )


def _sauf_la_meilleure(personne: Personne) -> list[Piste]:
    """Les pistes d'une personne, de la moins bien notée à la mieux notée, sans cette dernière."""
    return list(Piste.objects.filter(assignee=personne).order_by("score", "-pk"))[:-1]

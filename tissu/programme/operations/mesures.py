"""Mesurer les critères : ceux que les actions calculent, et ceux qu'un partenaire saisit et que l'autre valide.

Une valeur ne s'efface jamais : la nouvelle s'ajoute, l'ancienne est marquée remplacée dans la même transaction.
"""

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, EtatMesure, OrigineMesure
from tissu.programme.models import Critere, Fiche, Mesure
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.pieces import deposer_piece
from tissu.programme.queries.indicateurs import annee_de
from tissu.programme.rules.indicateurs import periodes_de
from tissu.socle.indicateurs import Indicateur, Releve, indicateurs
from tissu.socle.periodes import Periode
from tissu.socle.travaux import lancer

QUATRE_DECIMALES = Decimal("0.0001")
COMPARES = ("valeur", "numerateur", "denominateur", "effectif", "secret", "ventilation", "preuves", "version_methode")

journal = logging.getLogger(__name__)


class MesureRefusee(ModificationRefusee):
    """Cette valeur ne peut pas être enregistrée, validée ou refusée ; le message dit pourquoi et quoi faire."""


@dataclass
class BilanDeMesure:
    """Ce qu'un passage a fait. `erreurs` : {critere, indicateur, periode, message}, une par période en échec."""

    nouvelles: int = 0
    inchangees: int = 0
    erreurs: list[dict[str, Any]] = field(default_factory=list)


def mesurer(*, fiches: Iterable[Fiche] | None = None, au: datetime, suivi: Any) -> dict[str, Any]:
    """Calcule chaque critère qu'une action déclare, période par période jusqu'à ce jour ; rend le bilan.

    Rejouable : une valeur inchangée n'ajoute rien. L'échec d'un indicateur n'arrête pas les autres : il est gardé au
    bilan. Une fiche close se mesure encore : sa revue verrouillée n'en bouge pas, l'écart s'y lit à côté.
    """
    declares = indicateurs()
    criteres = Critere.objects.select_related("fiche").filter(indicateur__in=declares)
    criteres = criteres.order_by("fiche", "ordre", "pk")
    if fiches is not None:
        criteres = criteres.filter(fiche__in=[fiche.pk for fiche in fiches])
    bilan, a_faire = BilanDeMesure(), list(criteres)
    for rang, critere in enumerate(a_faire, start=1):
        _mesurer_critere(critere, declares[critere.indicateur], au, bilan)
        suivi.avancer(rang / len(a_faire), f"{critere.libelle}, {critere.fiche.annee}")
    return asdict(bilan)


def _mesurer_critere(critere: Critere, indicateur: Indicateur, au: datetime, bilan: BilanDeMesure) -> None:
    for periode in periodes_de(critere.fiche.annee, critere.fiche.premier_mois, indicateur.rythme):
        if periode.debut > timezone.localdate(au):
            break
        try:
            releve = indicateur.relever(periode, au=au)
            neuve = _garder(critere, indicateur, periode, releve, au)
        except IntegrityError:
            # Un autre passage vient d'écrire la même période : sa valeur vaut la nôtre.
            neuve = False
        except Exception as erreur:
            journal.exception("Mesure de %s sur %s", indicateur.code, periode.code)
            bilan.erreurs.append(
                {
                    "critere": critere.pk,
                    "indicateur": indicateur.code,
                    "periode": periode.code,
                    "message": f"{type(erreur).__name__} : {erreur}"[:300],
                }
            )
            continue
        bilan.nouvelles += neuve
        bilan.inchangees += not neuve


@transaction.atomic
def _garder(critere: Critere, indicateur: Indicateur, periode: Periode, releve: Releve, au: datetime) -> bool:
    """Vrai si la valeur est neuve. À valeur égale, seule avance la date des données de la mesure en vigueur."""
    Critere.objects.select_for_update().get(pk=critere.pk)
    nouvelle = _mesure_calculee(critere, indicateur, periode, releve, au)
    ancienne = en_vigueur(critere, periode.code)
    if ancienne is None and releve.valeur is None and not releve.secret:
        return False
    if ancienne is not None and all(getattr(ancienne, nom) == getattr(nouvelle, nom) for nom in COMPARES):
        if ancienne.source_au != nouvelle.source_au:
            Mesure.objects.filter(pk=ancienne.pk).update(source_au=nouvelle.source_au)
        return False
    _remplacer(ancienne)
    nouvelle.save()
    return True


def _mesure_calculee(
    critere: Critere, indicateur: Indicateur, periode: Periode, releve: Releve, au: datetime
) -> Mesure:
    return Mesure(
        critere=critere,
        periode=periode.code,
        debut=periode.debut,
        fin=periode.fin,
        valeur=None if releve.secret else _arrondie(releve.valeur),
        numerateur=None if releve.secret else _arrondie(releve.numerateur),
        denominateur=None if releve.secret else _arrondie(releve.denominateur),
        effectif=releve.effectif,
        secret=releve.secret,
        ventilation=[[titre, None if part is None else str(_arrondie(part))] for titre, part in releve.ventilation],
        preuves={
            "colonnes": [list(colonne) for colonne in releve.preuves.colonnes],
            "lignes": [{cle: _en_json(v) for cle, v in ligne.items()} for ligne in releve.preuves.lignes],
        },
        source=indicateur.source[:200],
        source_au=releve.source_au,
        version_methode=indicateur.version,
        origine=OrigineMesure.CALCULEE,
        etat=EtatMesure.VALIDEE,
        etablie_le=au,
    )


def _arrondie(valeur: Decimal | None) -> Decimal | None:
    return None if valeur is None else valeur.quantize(QUATRE_DECIMALES)


def _en_json(valeur: Any) -> Any:
    if isinstance(valeur, date):
        return valeur.isoformat()
    return str(valeur) if isinstance(valeur, Decimal) else valeur


def en_vigueur(critere: Critere, periode: str) -> Mesure | None:
    """La mesure validée et non remplacée d'un critère sur une période."""
    return Mesure.objects.filter(critere=critere, periode=periode, remplacee=False, etat=EtatMesure.VALIDEE).first()


def _remplacer(ancienne: Mesure | None) -> None:
    if ancienne is not None:
        Mesure.objects.filter(pk=ancienne.pk).update(remplacee=True)


@dataclass(frozen=True)
class Saisie:
    """Ce qu'une personne écrit : une valeur, ou un numérateur et un dénominateur, ou un constat en mots."""

    periode: Periode
    valeur: Decimal | None = None
    numerateur: Decimal | None = None
    denominateur: Decimal | None = None
    texte: str = ""
    source: str = ""
    fichier: File | None = None


@transaction.atomic
def saisir_mesure(*, critere: Critere, saisie: Saisie, auteur: Any, au: datetime) -> Mesure:
    """Propose une valeur ; l'autre partenaire la validera. Lève `MesureRefusee` ou `PieceRefusee`."""
    valeur = _verifier_saisie(critere, saisie, auteur, au)
    piece = deposer_piece(fiche=critere.fiche, fichier=saisie.fichier, auteur=auteur, au=au) if saisie.fichier else None
    return Mesure.objects.create(
        critere=critere,
        periode=saisie.periode.code,
        debut=saisie.periode.debut,
        fin=saisie.periode.fin,
        valeur=_arrondie(valeur),
        numerateur=saisie.numerateur,
        denominateur=saisie.denominateur,
        texte=saisie.texte,
        source=saisie.source or critere.source,
        source_au=min(saisie.periode.fin, timezone.localdate(au)),
        origine=OrigineMesure.MANUELLE,
        etat=EtatMesure.PROPOSEE,
        piece=piece,
        etablie_le=au,
        etablie_par=auteur,
    )


def exiger_saisissable(critere: Critere, auteur: Any) -> None:
    """Lève `MesureRefusee` si cette personne ne peut pas saisir de valeur pour ce critère."""
    if not permissions.est_redacteur(auteur, critere.fiche):
        raise MesureRefusee("Seul un chargé de mission d'un partenaire de la convention saisit une valeur.")
    if critere.fiche.etat == EtatFiche.CLOSE:
        raise MesureRefusee("Cette fiche est close : une correction se fait par rectification dans la revue.")
    if critere.indicateur in indicateurs():
        raise MesureRefusee("Ce critère est calculé par son action : demandez un nouveau calcul au lieu de le saisir.")


def _verifier_saisie(critere: Critere, saisie: Saisie, auteur: Any, au: datetime) -> Decimal | None:
    """Rend la valeur à garder. Lève `MesureRefusee`."""
    exiger_saisissable(critere, auteur)
    annee = annee_de(critere.fiche)
    if saisie.periode.debut < annee.debut or saisie.periode.fin > annee.fin:
        raise MesureRefusee(f"La période « {saisie.periode.libelle} » n'est pas dans l'exercice de la fiche.")
    if saisie.periode.debut > timezone.localdate(au):
        raise MesureRefusee(f"La période « {saisie.periode.libelle} » n'a pas commencé.")
    _verifier_chevauchement(critere, saisie.periode)
    if saisie.numerateur is not None or saisie.denominateur is not None:
        return _rapport(critere, saisie)
    if saisie.valeur is None and not saisie.texte.strip():
        raise MesureRefusee("Écrivez une valeur, un numérateur et un dénominateur, ou un constat.")
    return saisie.valeur


def _rapport(critere: Critere, saisie: Saisie) -> Decimal:
    if saisie.numerateur is None or not saisie.denominateur:
        raise MesureRefusee("Écrivez le numérateur et un dénominateur qui n'est pas nul.")
    facteur = 100 if critere.unite == "%" else 1
    valeur = facteur * saisie.numerateur / saisie.denominateur
    if saisie.valeur is not None and abs(saisie.valeur - valeur) > Decimal("0.1"):
        raise MesureRefusee("La valeur n'est pas le rapport du numérateur au dénominateur : laissez-la vide.")
    return valeur


def _verifier_chevauchement(critere: Critere, periode: Periode) -> None:
    """Un critère qui se cumule compterait deux fois un mois déjà compris dans un trimestre."""
    if not critere.cumulatif:
        return
    autre = (
        Mesure.objects.filter(critere=critere, remplacee=False, debut__lte=periode.fin, fin__gte=periode.debut)
        .exclude(etat=EtatMesure.REFUSEE)
        .exclude(periode=periode.code)
        .first()
    )
    if autre is not None:
        raise MesureRefusee(
            f"Ce critère a déjà une valeur sur {autre.periode}, qui recouvre « {periode.libelle} » : elle serait "
            f"comptée deux fois. Corrigez {autre.periode}, ou choisissez une autre période."
        )


@transaction.atomic
def valider_mesure(*, mesure: Mesure, auteur: Any, au: datetime) -> None:
    """L'autre partenaire fait sienne la valeur ; elle remplace la précédente de la période. Lève `MesureRefusee`."""
    Critere.objects.select_for_update().get(pk=mesure.critere_id)
    _verifier_decision(mesure, auteur)
    _remplacer(en_vigueur(mesure.critere, mesure.periode))
    _decider(mesure, etat=EtatMesure.VALIDEE, auteur=auteur, au=au)


@transaction.atomic
def refuser_mesure(*, mesure: Mesure, motif: str, auteur: Any, au: datetime) -> None:
    """L'autre partenaire refuse la valeur et dit pourquoi. Lève `MesureRefusee`."""
    _verifier_decision(mesure, auteur)
    if not motif.strip():
        raise MesureRefusee("Dites pourquoi vous refusez cette valeur : son auteur doit pouvoir la corriger.")
    _decider(mesure, etat=EtatMesure.REFUSEE, auteur=auteur, au=au, motif_refus=motif.strip()[:300])


def _verifier_decision(mesure: Mesure, auteur: Any) -> None:
    if mesure.etablie_par_id == auteur.pk:
        raise MesureRefusee("On ne valide pas sa propre saisie : une personne de l'autre partenaire la relira.")
    if not permissions.peut_valider(auteur, mesure.critere.fiche, auteur=mesure.etablie_par):
        raise MesureRefusee("Seul un chargé de mission de l'autre partenaire valide ou refuse cette valeur.")
    if mesure.critere.fiche.etat == EtatFiche.CLOSE:
        raise MesureRefusee("Cette fiche est close : ses valeurs ne changent plus.")


def _decider(mesure: Mesure, *, etat: EtatMesure, auteur: Any, au: datetime, **champs: Any) -> None:
    prises = Mesure.objects.filter(pk=mesure.pk, etat=EtatMesure.PROPOSEE).update(
        etat=etat, decidee_par=auteur, decidee_le=au, **champs
    )
    if not prises:
        raise MesureRefusee("Cette valeur vient d'être validée ou refusée par quelqu'un d'autre : relisez-la.")


def apres_import(*, au: datetime, **contexte: Any) -> dict[str, int]:
    """De nouvelles données changent ce qui s'en calcule : met la mesure en file, une seule fois."""
    lancer("programme.mesurer", unique=True)
    return {"mesures_en_file": 1}

"""Recevoir le fichier consulaire : l'apercevoir, l'appliquer d'un coup, annuler la dernière édition."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from tissu.registre.models import (
    Correspondance,
    DonneeConsulaire,
    EditionConsulaire,
    EffectifConsulaire,
    EtatEdition,
)
from tissu.registre.operations.depots import Depot, retrouver
from tissu.registre.operations.zones import recomposer_si_possible
from tissu.registre.queries.recherche import connus
from tissu.registre.recherche import normaliser
from tissu.registre.sources.consulaire import (
    CHAMPS,
    Fiche,
    FichierConsulaireRefuse,
    deviner,
    lire_fiches,
    lire_tableau,
)
from tissu.socle.identifiants import siret_valide

RAYON = "consulaire"
VALEURS = tuple(champ for champ in CHAMPS if champ != "siret")
LOT = 1_000
AJOUTEE, MODIFIEE, INCHANGEE, REJETEE, INCONNUE = "ajoutee", "modifiee", "inchangee", "rejetee", "hors_territoire"
LIBELLES_STATUTS = {
    AJOUTEE: "Ajoutée",
    MODIFIEE: "Modifiée",
    INCHANGEE: "Inchangée",
    REJETEE: "Rejetée",
    INCONNUE: "Hors du registre",
}


@dataclass
class LigneApercue:
    """Ce que l'application ferait d'une ligne. `differences` : (champ, avant, après)."""

    fiche: Fiche
    statut: str
    differences: list[tuple[str, Any, Any]] = field(default_factory=list)
    motif: str = ""


class EditionRefusee(ValueError):
    """L'édition ne peut être appliquée ou annulée dans son état."""


@transaction.atomic
def deposer_edition(
    *, depot: Depot, date_source: date, auteur: int | None, le: datetime, correspondance: str = ""
) -> EditionConsulaire:  # fmt: skip
    """Enregistre un fichier reçu, ses colonnes devinées ou lues de la correspondance nommée, sans rien appliquer.

    Lève `FichierConsulaireRefuse` si le fichier ne se lit pas ou si la correspondance n'existe pas.
    """
    tableau = lire_tableau(depot.chemin, nom=depot.nom)
    colonnes = deviner(tableau.entetes)
    if correspondance:
        gardee = Correspondance.objects.filter(nom=correspondance).first()
        if gardee is None:
            connues = ", ".join(Correspondance.objects.values_list("nom", flat=True)) or "aucune"
            raise FichierConsulaireRefuse(f"La correspondance « {correspondance} » n'existe pas. Connues : {connues}.")
        colonnes = gardee.colonnes
    return EditionConsulaire.objects.create(
        nom=depot.nom[:255], fichier=depot.reference, sha256=depot.sha256, octets=depot.octets,
        colonnes=dict(colonnes), date_source=date_source, deposee_le=le, auteur_id=auteur,
    )  # fmt: skip


@transaction.atomic
def regler_colonnes(*, edition: EditionConsulaire, colonnes: Mapping[str, str], garder_sous: str = "") -> None:
    """Change la correspondance d'une édition à vérifier, et la garde pour les suivantes si on lui donne un nom.

    Lève `FichierConsulaireRefuse` sans colonne de SIRET, `EditionRefusee` si l'édition est déjà appliquée.
    """
    if edition.etat != EtatEdition.DEPOSEE:
        raise EditionRefusee("Cette édition n'est plus à vérifier : ses colonnes ne changent plus.")
    if not colonnes.get("siret"):
        raise FichierConsulaireRefuse("Dites quelle colonne porte le SIRET : sans elle, rien ne se rattache.")
    edition.colonnes = {champ: entete for champ, entete in colonnes.items() if entete}
    edition.save(update_fields=["colonnes"])
    if garder_sous:
        Correspondance.objects.update_or_create(nom=garder_sous[:100], defaults={"colonnes": edition.colonnes})


def apercevoir(edition: EditionConsulaire) -> list[LigneApercue]:
    """Chaque ligne du fichier, confrontée à ce que l'on sait. Une cellule vide n'efface rien.

    Lève `FichierConsulaireRefuse`, `DepotIntrouvable` ou `RegistreAbsent`.
    """
    tableau = lire_tableau(retrouver(edition.fichier, rayon=RAYON), nom=edition.nom)
    fiches = list(lire_fiches(tableau, edition.colonnes, date_source=edition.date_source))
    sirets = [fiche.siret for fiche in fiches if not fiche.motif]
    du_registre = connus(sirets) if sirets else set()
    existantes = {donnee.siret: donnee for donnee in _par_lots(sirets)}
    return [_confronter(fiche, existantes.get(fiche.siret), du_registre) for fiche in fiches]


def _par_lots(sirets: list[str]) -> list[DonneeConsulaire]:
    """SQLite borne le nombre de paramètres d'une requête."""
    trouvees: list[DonneeConsulaire] = []
    for debut in range(0, len(sirets), LOT):
        trouvees += DonneeConsulaire.objects.filter(siret__in=sirets[debut : debut + LOT]).order_by("siret")
    return trouvees


def _confronter(fiche: Fiche, existante: DonneeConsulaire | None, du_registre: set[str]) -> LigneApercue:
    if fiche.motif:
        return LigneApercue(fiche, REJETEE, motif=fiche.motif)
    if fiche.siret not in du_registre:
        return LigneApercue(fiche, INCONNUE, motif="Ce SIRET n'est pas dans le registre du territoire.")
    differences = [
        (champ, getattr(existante, champ, None), valeur)
        for champ, valeur in fiche.valeurs.items()
        if existante is None or getattr(existante, champ) != valeur
    ]
    statut = AJOUTEE if existante is None else MODIFIEE if differences else INCHANGEE
    return LigneApercue(fiche, statut, differences)


def compter(lignes: list[LigneApercue]) -> dict[str, int]:
    """Nombre de lignes par statut, dans l'ordre des libellés, et celles dont une cellule a été ignorée."""
    comptes = Counter(ligne.statut for ligne in lignes)
    avec_avis = sum(bool(ligne.fiche.avis) for ligne in lignes)
    return {statut: comptes[statut] for statut in LIBELLES_STATUTS} | {"cellules_ignorees": avec_avis}


@transaction.atomic
def appliquer_edition(*, edition_id: int, auteur: int | None, le: datetime) -> EditionConsulaire:
    """Écrit toutes les lignes ajoutées ou modifiées, ou aucune. Rejouée, ne fait rien de plus.

    Lève `EditionRefusee` si l'édition a été annulée, et ce que lève `apercevoir`.
    """
    edition = EditionConsulaire.objects.select_for_update().get(pk=edition_id)
    if edition.etat == EtatEdition.APPLIQUEE:
        return edition
    if edition.etat == EtatEdition.ANNULEE:
        raise EditionRefusee("Cette édition a été annulée : déposez le fichier à nouveau.")
    lignes = apercevoir(edition)
    a_ecrire = [ligne for ligne in lignes if ligne.statut in {AJOUTEE, MODIFIEE}]
    existantes = {donnee.siret: donnee for donnee in _par_lots([ligne.fiche.siret for ligne in a_ecrire])}
    edition.avant = {ligne.fiche.siret: _etat(existantes.get(ligne.fiche.siret)) for ligne in a_ecrire}
    nouvelles: list[DonneeConsulaire] = []
    changees: list[DonneeConsulaire] = []
    effectifs: list[EffectifConsulaire] = []
    for ligne in a_ecrire:
        donnee = existantes.get(ligne.fiche.siret) or DonneeConsulaire(siret=ligne.fiche.siret)
        _remplir(donnee, ligne.fiche.valeurs, edition)
        (changees if ligne.statut == MODIFIEE else nouvelles).append(donnee)
        mesure_change = any(champ in {"effectif", "effectif_date"} for champ, _, _ in ligne.differences)
        if mesure_change and donnee.effectif is not None:
            effectifs.append(_effectif(donnee, donnee.effectif, edition, auteur, le))
    bulk_create_with_history(nouvelles, DonneeConsulaire, batch_size=LOT, default_date=le)
    bulk_update_with_history(
        changees, DonneeConsulaire, [*VALEURS, "dirigeant_normalise", "edition"], batch_size=200, default_date=le
    )
    EffectifConsulaire.objects.bulk_create(effectifs, batch_size=LOT)
    edition.etat, edition.appliquee_le, edition.comptes = EtatEdition.APPLIQUEE, le, compter(lignes)
    edition.save()
    recomposer_si_possible(auteur)
    return edition


def _remplir(donnee: DonneeConsulaire, valeurs: Mapping[str, Any], edition: EditionConsulaire) -> None:
    for champ, valeur in valeurs.items():
        setattr(donnee, champ, valeur)
    if "effectif" in valeurs and not valeurs.get("effectif_source"):
        donnee.effectif_source = "Fichier consulaire"
    donnee.dirigeant_normalise = normaliser(donnee.dirigeant)[:200]
    donnee.edition = edition


def _effectif(
    donnee: DonneeConsulaire, valeur: int, edition: EditionConsulaire | None, auteur: int | None, le: datetime
) -> EffectifConsulaire:
    return EffectifConsulaire(
        siret=donnee.siret, valeur=valeur, date=donnee.effectif_date, source=donnee.effectif_source,
        auteur_id=auteur, saisi_le=le, edition=edition,
    )  # fmt: skip


def _etat(donnee: DonneeConsulaire | None) -> dict[str, Any] | None:
    """Ce qu'on savait d'un établissement, en JSON ; None si rien."""
    if donnee is None:
        return None
    etat = {champ: getattr(donnee, champ) for champ in VALEURS} | {"edition_id": donnee.edition_id}
    return {champ: str(v) if isinstance(v, date | Decimal) else v for champ, v in etat.items()}


@transaction.atomic
def annuler_edition(*, edition_id: int, auteur: int | None) -> EditionConsulaire:
    """Rend à chaque établissement ce qu'on en savait avant la dernière édition appliquée.

    Lève `EditionRefusee` si ce n'est pas la dernière : défaire au milieu mêlerait des valeurs d'époques différentes.
    """
    edition = EditionConsulaire.objects.select_for_update().get(pk=edition_id)
    derniere = EditionConsulaire.objects.filter(etat=EtatEdition.APPLIQUEE).order_by("-appliquee_le", "-pk").first()
    if derniere is None or derniere.pk != edition.pk:
        raise EditionRefusee("Seule la dernière édition appliquée peut être annulée.")
    for siret, avant in edition.avant.items():
        if avant is None:
            DonneeConsulaire.objects.filter(siret=siret).delete()
            continue
        donnee = DonneeConsulaire(siret=siret, **_typer(avant))
        donnee.dirigeant_normalise = normaliser(donnee.dirigeant)[:200]
        donnee.save()
    EffectifConsulaire.objects.filter(edition=edition).delete()
    edition.etat = EtatEdition.ANNULEE
    edition.save()
    recomposer_si_possible(auteur)
    return edition


def _typer(avant: Mapping[str, Any]) -> dict[str, Any]:
    types: dict[str, Callable[[Any], Any]] = {
        "effectif_date": date.fromisoformat,
        "chiffre_affaires_eur": Decimal,
        "capital_eur": Decimal,
    }
    return {champ: types[champ](v) if champ in types and v is not None else v for champ, v in avant.items()}


@transaction.atomic
def noter_effectif(
    *, siret: str, valeur: int, date_effectif: date, source: str, auteur: int | None, le: datetime
) -> DonneeConsulaire:
    """Retient un effectif confirmé : combien, quand, dit par qui. Le plus récent devient celui du registre.

    Lève `FichierConsulaireRefuse` sur un SIRET faux ou une source vide.
    """
    if not siret_valide(siret) or valeur < 0:
        raise FichierConsulaireRefuse("Le SIRET ou l'effectif n'est pas juste.")
    if not source.strip():
        raise FichierConsulaireRefuse("Dites de qui vient cet effectif.")
    donnee = DonneeConsulaire.objects.filter(siret=siret).first() or DonneeConsulaire(siret=siret)
    if donnee.effectif_date is None or donnee.effectif_date <= date_effectif:
        donnee.effectif, donnee.effectif_date, donnee.effectif_source = valeur, date_effectif, source.strip()[:100]
        donnee.save()
        recomposer_si_possible(auteur)
    EffectifConsulaire.objects.create(
        siret=siret, valeur=valeur, date=date_effectif, source=source.strip()[:100], auteur_id=auteur, saisi_le=le
    )
    return donnee

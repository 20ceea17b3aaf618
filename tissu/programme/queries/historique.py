"""Tout ce qui a changé dans une fiche, champ par champ : qui, quand, avant, après. Requêtes constantes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tissu.programme.choices import SectionDeFiche
from tissu.programme.models import Contribution, Critere, Fiche, LigneDepense, SectionRedigee, TauxJour
from tissu.socle.formats import date_courte, euros, nombre

GESTES = {"+": "ajout", "~": "modification", "-": "retrait"}
IGNORES = {"id", "fiche", "revision", "convention", "precedente", "ordre"}
NOMS = {
    "titre": "Titre", "titre_court": "Titre court", "etat": "État", "total_declare_eur": "Total écrit",
    "montant_eur": "Montant", "libelle": "Libellé", "jours": "Jours", "nature": "Nature", "taux": "Taux",
    "debut": "Depuis le", "fin": "Jusqu'au", "financeur": "Financeur", "condition": "Condition", "cible": "Cible",
    "texte": "Texte", "calendrier_debut": "Début", "calendrier_fin": "Fin", "observations": "Observations",
    "periode_entete": "Période de l'en-tête", "premier_mois": "Premier mois", "reference": "Valeur de départ",
    "retiree_par": "Retirée par l'avenant", "ajoutee_par": "Ajoutée par l'avenant",
}  # fmt: skip


@dataclass(frozen=True)
class Changement:
    """Un champ qui a changé : `objet` le nomme (« Ligne Entretiens »), `avant` et `apres` sont des textes."""

    le: datetime
    qui: str
    geste: str
    objet: str
    champ: str
    avant: str
    apres: str


def historique(fiche: Fiche) -> list[Changement]:
    """Les changements de la fiche et de ce qu'elle contient, du plus récent au plus ancien. Six requêtes."""
    # (modèle, filtre, comment le nommer)
    sources: tuple[tuple[Any, dict[str, Any], str], ...] = (
        (Fiche, {"id": fiche.pk}, "Identité"),
        (SectionRedigee, {"fiche_id": fiche.pk}, "Rubrique"),
        (LigneDepense, {"fiche_id": fiche.pk}, "Ligne"),
        (TauxJour, {"fiche_id": fiche.pk}, "Taux journalier"),
        (Contribution, {"fiche_id": fiche.pk}, "Financement"),
        (Critere, {"fiche_id": fiche.pk}, "Critère"),
    )
    changements: list[Changement] = []
    for modele, filtre, sorte in sources:
        lignes = modele.historique.filter(**filtre).select_related("history_user")
        changements += _changements(lignes.order_by("history_date", "history_id"), sorte)
    return sorted(changements, key=lambda un: un.le, reverse=True)


def _changements(lignes: Iterable[Any], sorte: str) -> list[Changement]:
    precedentes: dict[int, Any] = defaultdict(lambda: None)
    rendus: list[Changement] = []
    for ligne in lignes:
        avant = precedentes[ligne.id]
        precedentes[ligne.id] = ligne
        for champ in ligne.tracked_fields:
            if champ.name in IGNORES:
                continue
            ancienne = "" if avant is None else _dit(avant, champ)
            nouvelle = "" if ligne.history_type == "-" else _dit(ligne, champ)
            # Une création se dit en une ligne par valeur écrite ; une modification, par valeur changée.
            if ancienne == nouvelle or (sorte == "Identité" and avant is None):
                continue
            rendus.append(
                Changement(
                    ligne.history_date, str(ligne.history_user or "import"), GESTES[ligne.history_type],
                    _objet(ligne, sorte), NOMS.get(champ.name, str(champ.verbose_name)).capitalize(), ancienne,
                    nouvelle,
                )
            )  # fmt: skip
    return rendus


def _objet(ligne: Any, sorte: str) -> str:
    if sorte == "Rubrique":
        return f"Rubrique {SectionDeFiche(ligne.section).label}"
    nom = getattr(ligne, "libelle", "") or getattr(ligne, "financeur", "")
    return f"{sorte} {nom}".strip()


def _dit(ligne: Any, champ: Any) -> str:
    valeur = getattr(ligne, champ.attname)
    if valeur is None or valeur == "":
        return ""
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Decimal):
        return euros(valeur, 2) if champ.name.endswith("_eur") else nombre(valeur, 2)
    return date_courte(valeur) if isinstance(valeur, date) else str(valeur)

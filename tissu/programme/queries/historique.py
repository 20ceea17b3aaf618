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
ESSENTIELS = ("titre", "nature", "jours", "montant_eur", "debut", "etat", "cible", "unite")
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
        if avant is None or ligne.history_type == "-":
            # Un ajout ou un retrait se dit en une ligne, par l'essentiel de ce qui est ajouté ou retiré.
            arrive = avant is None
            resume = _resume(ligne)
            rendus.append(_changement(ligne, sorte, "", "" if arrive else resume, resume if arrive else ""))
            continue
        for champ in ligne.tracked_fields:
            ancienne, nouvelle = _dit(avant, champ), _dit(ligne, champ)
            if champ.name not in IGNORES and ancienne != nouvelle:
                nom = NOMS.get(champ.name, str(champ.verbose_name)).capitalize()
                rendus.append(_changement(ligne, sorte, nom, ancienne, nouvelle))
    return rendus


def _changement(ligne: Any, sorte: str, champ: str, avant: str, apres: str) -> Changement:
    geste = "ajout" if not champ and apres else GESTES[ligne.history_type]
    qui = str(ligne.history_user or "import")
    return Changement(ligne.history_date, qui, geste, _objet(ligne, sorte), champ, avant, apres)


def _resume(ligne: Any) -> str:
    """L'essentiel d'une ligne : son texte, ou ses jours, montant et cible."""
    if getattr(ligne, "texte", ""):
        return str(ligne.texte)
    champs = {champ.name: champ for champ in ligne.tracked_fields}
    essentiels = [_dit(ligne, champs[nom]) for nom in ESSENTIELS if nom in champs]
    return ", ".join(dit for dit in essentiels if dit) or "montant non écrit"


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

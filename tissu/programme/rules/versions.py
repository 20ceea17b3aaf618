"""Ce qui change d'une version de fiche à l'autre, dit en mots."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tissu.programme.choices import EtatContribution, EtatFiche, NatureDepense, SectionDeFiche, SensIndicateur
from tissu.socle.formats import date_longue, euros, nombre

NOMS = {
    "titre": "Titre", "titre_court": "Titre court", "etat": "État", "periode_entete": "Période de l'en-tête",
    "observations": "Observations", "calendrier_debut": "Début du calendrier", "calendrier_fin": "Fin du calendrier",
    "premier_mois": "Premier mois", "total_declare_eur": "Total écrit", "maitres_ouvrage": "Maîtrise d'ouvrage",
    "action": "Action", "libelle": "libellé", "nature": "nature", "jours": "jours", "montant_eur": "montant",
    "etp": "part d'ETP", "note": "note", "debut": "depuis le", "fin": "jusqu'au", "financeur": "financeur",
    "taux": "taux", "condition": "condition", "cible": "cible", "definition": "définition", "unite": "unité",
    "source": "source", "reference": "valeur de départ", "reference_au": "valeur de départ mesurée le",
    "sens": "sens", "ordre": "rang", "cumulatif": "se cumule", "qualitatif": "constat écrit",
}  # fmt: skip
LISTES = {"lignes": "Ligne", "taux": "Taux journalier", "contributions": "Financement", "criteres": "Critère"}
# Les mots fermés, par champ : une fiche et un financement ont chacun leur état.
MOTS = {
    "etat": dict(EtatFiche.choices) | dict(EtatContribution.choices),
    "nature": dict(NatureDepense.choices),
    "sens": dict(SensIndicateur.choices),
}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CHIFFRE = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Difference:
    """`objet` · `champ` : de `avant` à `apres` ; l'un est vide pour un ajout ou un retrait."""

    objet: str
    champ: str
    avant: str
    apres: str


def differences(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> list[Difference]:
    """Les différences, dans l'ordre du document : identité, rubriques, lignes, taux, financements, critères."""
    trouvees = [
        Difference("Identité", NOMS.get(cle, cle), _dit(cle, avant.get(cle)), _dit(cle, apres.get(cle)))
        for cle in dict.fromkeys([*avant, *apres])
        if cle not in {*LISTES, "sections"} and avant.get(cle) != apres.get(cle)
    ]
    rubriques = (avant.get("sections", {}), apres.get("sections", {}))
    trouvees += [
        Difference("Rubrique", SectionDeFiche(cle).label, rubriques[0].get(cle, ""), rubriques[1].get(cle, ""))
        for cle in dict.fromkeys([*rubriques[0], *rubriques[1]])
        if rubriques[0].get(cle) != rubriques[1].get(cle)
    ]
    for cle, nom in LISTES.items():
        trouvees += _de_liste(nom, avant.get(cle, []), apres.get(cle, []))
    return trouvees


def _de_liste(nom: str, avant: list[dict[str, Any]], apres: list[dict[str, Any]]) -> list[Difference]:
    anciens, nouveaux = ({objet["id"]: objet for objet in liste} for liste in (avant, apres))
    trouvees = []
    for pk in dict.fromkeys([*anciens, *nouveaux]):
        ancien, nouveau = anciens.get(pk), nouveaux.get(pk)
        objet = f"{nom} {_nom_de(nouveau or ancien or {})}".strip()
        if ancien is None or nouveau is None:
            trouvees.append(
                Difference(objet, "ajout" if ancien is None else "retrait", _resume(ancien), _resume(nouveau))
            )
            continue
        trouvees += [
            Difference(objet, NOMS.get(cle, cle), _dit(cle, ancien.get(cle)), _dit(cle, nouveau.get(cle)))
            for cle in nouveau
            if ancien.get(cle) != nouveau.get(cle)
        ]
    return trouvees


def _nom_de(objet: Mapping[str, Any]) -> str:
    return f"« {objet[cle]} »" if (cle := next((c for c in ("libelle", "financeur") if objet.get(c)), "")) else ""


def _resume(objet: Mapping[str, Any] | None) -> str:
    """L'essentiel d'un objet ajouté ou retiré : son montant et sa date, ou sa cible."""
    if objet is None:
        return ""
    if "montant_eur" not in objet:
        return _dit("cible", objet.get("cible"))
    depuis = f" depuis le {_dit('debut', objet['debut'])}" if objet.get("debut") else ""
    return _dit("montant_eur", objet["montant_eur"]) + depuis


def _dit(cle: str, valeur: Any) -> str:
    if valeur is None or valeur == "":
        return "non écrit"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(map(str, valeur)) or "non écrit"
    if cle in MOTS:
        return str(MOTS[cle].get(valeur, valeur))
    if isinstance(valeur, str) and DATE.fullmatch(valeur):
        return date_longue(date.fromisoformat(valeur))
    if isinstance(valeur, str) and CHIFFRE.fullmatch(valeur):
        return _chiffre(cle, Decimal(valeur))
    return str(valeur)


def _chiffre(cle: str, valeur: Decimal) -> str:
    decimales = 0 if valeur == valeur.to_integral_value() else 2
    return euros(valeur, decimales) if cle.endswith("_eur") else nombre(valeur, decimales)

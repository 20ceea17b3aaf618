"""Ce qui change d'une version de fiche à l'autre, dit en mots."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NOMS = {
    "titre": "Titre", "titre_court": "Titre court", "etat": "État", "periode_entete": "Période de l'en-tête",
    "observations": "Observations", "calendrier_debut": "Début du calendrier", "calendrier_fin": "Fin du calendrier",
    "premier_mois": "Premier mois", "total_declare_eur": "Total écrit", "maitres_ouvrage": "Maîtrise d'ouvrage",
    "action": "Action", "libelle": "libellé", "nature": "nature", "jours": "jours", "montant_eur": "montant",
    "etp": "part d'ETP", "note": "note", "debut": "depuis le", "fin": "jusqu'au", "financeur": "financeur",
    "taux": "taux", "condition": "condition", "cible": "cible", "definition": "définition", "unite": "unité",
    "source": "source",
}  # fmt: skip
LISTES = {"lignes": "Ligne", "taux": "Taux journalier", "contributions": "Financement", "criteres": "Critère"}


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
        Difference("Identité", NOMS.get(cle, cle), _dit(avant.get(cle)), _dit(apres.get(cle)))
        for cle in dict.fromkeys([*avant, *apres])
        if cle not in {*LISTES, "sections"} and avant.get(cle) != apres.get(cle)
    ]
    rubriques = (avant.get("sections", {}), apres.get("sections", {}))
    trouvees += [
        Difference("Rubrique", cle, rubriques[0].get(cle, ""), rubriques[1].get(cle, ""))
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
            Difference(objet, NOMS.get(cle, cle), _dit(ancien.get(cle)), _dit(nouveau.get(cle)))
            for cle in nouveau
            if ancien.get(cle) != nouveau.get(cle)
        ]
    return trouvees


def _nom_de(objet: Mapping[str, Any]) -> str:
    return f"« {objet[cle]} »" if (cle := next((c for c in ("libelle", "financeur") if objet.get(c)), "")) else ""


def _resume(objet: Mapping[str, Any] | None) -> str:
    if objet is None:
        return ""
    montant = objet.get("montant_eur", objet.get("cible"))
    return f"{_dit(montant)} €" if montant is not None and "montant_eur" in objet else _dit(montant) or "non écrit"


def _dit(valeur: Any) -> str:
    if valeur is None or valeur == "":
        return "non écrit"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return (
        ", ".join(map(str, valeur))
        if isinstance(valeur, list)
        else str(valeur).replace(".", ",")
        if _chiffre(valeur)
        else str(valeur)
    )


def _chiffre(valeur: Any) -> bool:
    return isinstance(valeur, str) and valeur.replace(".", "", 1).isdecimal()

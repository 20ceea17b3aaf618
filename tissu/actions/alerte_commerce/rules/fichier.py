"""Le fichier des adhérents : ses colonnes, comment on les reconnaît, ce qu'une ligne dit ou pourquoi elle sort."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from tissu.messages.rules.numeros import NumeroRefuse, lire_mobile
from tissu.registre.recherche import normaliser
from tissu.socle.identifiants import siret_valide

CHAMPS: Mapping[str, str] = {
    "nom": "Nom du commerce",
    "siret": "SIRET",
    "adresse": "Adresse",
    "commune": "Commune (nom ou code)",
    "activite": "Activité",
    "contact": "Nom du contact",
    "mobile": "Mobile",
    "mobile2": "Second mobile",
    "courriel": "Courriel",
    "adhere_le": "Date d'adhésion",
    "charte_le": "Date de la charte ou de l'accord",
}
OBLIGATOIRES = ("nom", "mobile", "commune")
ENTETES: Mapping[str, tuple[str, ...]] = {
    "siret": ("siret", "n siret", "numero siret", "no siret"),
    "nom": ("nom du commerce", "enseigne", "raison sociale", "commerce", "nom commercial", "nom enseigne", "nom"),
    "adresse": ("adresse", "numero et rue", "voie", "rue"),
    "commune": ("commune", "ville", "code insee", "code commune"),
    "activite": ("activite", "secteur", "type de commerce", "famille"),
    "mobile2": ("second mobile", "mobile 2", "portable 2", "tel 2", "autre mobile"),
    "mobile": ("mobile", "portable", "gsm", "telephone mobile", "tel portable", "numero de telephone", "telephone"),
    "courriel": ("courriel", "email", "e mail", "mail", "adresse electronique"),
    "contact": ("contact", "nom du contact", "responsable", "gerant", "nom prenom"),
    "charte_le": (
        "date de la charte",
        "date charte",
        "charte signee le",
        "charte",
        "date d accord",
        "accord",
        "consentement",
        "date de signature",
    ),
    "adhere_le": ("date d adhesion", "date adhesion", "adhesion", "date"),
}
_COURRIEL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Defaut:
    """Ce qui empêche une ligne d'entrer, et quoi faire."""

    champ: str
    valeur: str
    motif: str

    def en_json(self) -> dict[str, str]:
        return asdict(self)


def proposer(entetes: Iterable[str]) -> dict[str, str]:
    """Champ → colonne du fichier, pour celles que l'on reconnaît ; une colonne ne sert qu'une fois."""
    propres = {entete: normaliser(entete) for entete in entetes}
    trouvees: dict[str, str] = {}
    for exact in (True, False):
        for champ, dits in ENTETES.items():
            libres = [
                entete for dit in dits for entete, propre in propres.items()
                if entete not in trouvees.values() and (propre == dit if exact else propre.startswith(f"{dit} "))
            ]  # fmt: skip
            if champ not in trouvees and libres:
                trouvees[champ] = libres[0]
    return trouvees


def colonnes_manquantes(colonnes: Mapping[str, str], entetes: Iterable[str]) -> list[str]:
    """Les champs obligatoires sans colonne, et les colonnes dites qui ne sont pas dans le fichier."""
    presentes = set(entetes)
    sans = [CHAMPS[champ] for champ in OBLIGATOIRES if champ not in colonnes]
    return sans + sorted({colonne for colonne in colonnes.values() if colonne not in presentes})


def lire_ligne(
    brute: Mapping[str, str], *, communes: Mapping[str, str], activites: Mapping[str, str], au: date
) -> tuple[dict[str, Any], list[Defaut]]:
    """Les valeurs d'une ligne, et ses défauts ; sans défaut, elle peut entrer.

    `communes` : nom normalisé ou code → code ; `activites` : libellé normalisé → famille. Une activité inconnue n'est
    pas un défaut : elle reste vide.
    """
    defauts: list[Defaut] = []

    def noter(champ: str, motif: str) -> None:
        defauts.append(Defaut(champ, brute.get(champ, ""), motif))

    nom = " ".join(brute.get("nom", "").split())
    if not nom:
        noter("nom", "Donnez le nom du commerce.")
    siret = re.sub(r"[\s.]", "", brute.get("siret", ""))
    siret = siret.zfill(14) if re.fullmatch(r"\d{11,13}", siret) else siret
    if siret and not siret_valide(siret):
        noter("siret", "Ce n'est pas un SIRET juste : quatorze chiffres et leur clé, ou rien.")
    commune = communes.get(normaliser(brute.get("commune", "")), "")
    if not commune:
        noter("commune", "Cette commune n'est pas du territoire : corrigez son nom, ou écartez la ligne.")
    courriel = brute.get("courriel", "").strip().lower()
    if courriel and not _COURRIEL.fullmatch(courriel):
        noter("courriel", "Ce n'est pas une adresse électronique : corrigez-la, ou videz la case.")
    lue = {
        "nom": nom[:200], "siret": siret, "adresse": " ".join(brute.get("adresse", "").split())[:300],
        "code_commune": commune, "activite": activites.get(normaliser(brute.get("activite", "")), ""),
        "contact": " ".join(brute.get("contact", "").split())[:200], "courriel": courriel,
        "mobiles": _mobiles(brute, noter), "adhere_le": _date("adhere_le", brute, au, noter),
        "charte_le": _date("charte_le", brute, au, noter),
    }  # fmt: skip
    return lue, defauts


def _mobiles(brute: Mapping[str, str], noter: Any) -> list[str]:
    lus: list[str] = []
    for champ in ("mobile", "mobile2"):
        texte = brute.get(champ, "").strip()
        # Un tableur ôte le zéro de tête.
        texte = f"0{texte}" if re.fullmatch(r"[67]\d{8}", texte) else texte
        if not texte:
            if champ == "mobile":
                noter(champ, "Sans mobile, le commerce ne peut pas être prévenu.")
            continue
        try:
            lu = lire_mobile(texte)
        except NumeroRefuse as refus:
            noter(champ, str(refus))
        else:
            lus += [lu] if lu not in lus else []
    return lus


def _date(champ: str, brute: Mapping[str, str], au: date, noter: Any) -> str:
    texte = brute.get(champ, "").strip()
    if not texte:
        return ""
    for forme in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%y"):
        try:
            lue = datetime.strptime(texte[:10], forme).date()  # noqa: DTZ007 - un jour, sans heure
        except ValueError:
            continue
        if lue > au:
            noter(champ, "Cette date est dans l'avenir.")
        return lue.isoformat()
    noter(champ, "Ce n'est pas une date : écrivez-la jj/mm/aaaa.")
    return ""

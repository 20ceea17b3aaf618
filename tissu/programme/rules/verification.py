"""Vérifier une fiche : les neuf anomalies de la méthode (§ 3.3), une au plus par code, jamais corrigées.

Une anomalie garde ce qui est écrit et ce que le calcul donne ; la décision appartient à une personne.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tissu.programme.rules.budget import ecart, incomplet, somme, taux_implicite
from tissu.socle.formats import euros_au_plus_court

ERREUR, AVERTISSEMENT, INFORMATION = "erreur", "avertissement", "information"
TOLERANCE_EUR = Decimal("0.01")
SECTIONS_REQUISES = {
    "objectifs": "objectifs",
    "maitrise_ouvrage": "maîtrise d'ouvrage",
    "calendrier": "calendrier",
    "evaluation": "évaluation",
}
# La question qui finit une phrase n'est pas une mention provisoire ; un « ? » à la place d'un mot, si.
# Le premier groupe dit par quel caractère peut commencer une mention : quatre fois plus vite sur un long texte.
PROVISOIRE = re.compile(
    r"(?=[xàt?:;( \t])"
    r"(?:\bx{3,}\b|\bà (?:compléter|préciser|définir)\b|\bTODO\b|\?{2,}|(?:^|[:;(])[ \t]*\?[ \t]*(?:$|[;,)]))",
    re.IGNORECASE | re.MULTILINE,
)


class LigneAVerifier(NamedTuple):
    libelle: str
    jours: Decimal | None = None
    montant_eur: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class ContributionAVerifier:
    financeur: str
    montant_eur: Decimal | None = None
    sous_reserve: bool = False
    condition: str = ""


@dataclass(frozen=True)
class FicheAVerifier:
    """Ce que la vérification lit d'une fiche. `sections` : code de la rubrique → texte.

    `premier_mois` : celui de l'exercice, qui n'est pas toujours l'année civile.
    """

    numero: int
    annee: int
    total_declare_eur: Decimal | None
    periode_entete: str = ""
    calendrier_debut: date | None = None
    calendrier_fin: date | None = None
    sections: tuple[tuple[str, str], ...] = ()
    lignes: Sequence[LigneAVerifier] = ()
    contributions: Sequence[ContributionAVerifier] = ()
    titre: str = ""
    premier_mois: int = 1


@dataclass(frozen=True)
class CadreConvention:
    """Les années de la convention, comprises, et son prix usuel d'une journée, en euros."""

    debut: int
    fin: int
    taux_jour_eur: Decimal


@dataclass(frozen=True)
class Anomalie:
    """`declaree` et `calculee` : les deux valeurs, en texte ; `cle` change quand elles changent."""

    code: str
    severite: str
    message: str
    declaree: str = ""
    calculee: str = ""

    @property
    def cle(self) -> str:
        return f"{self.code}:{self.declaree}:{self.calculee}"[:120]


def verifier(fiche: FicheAVerifier, convention: CadreConvention) -> list[Anomalie]:
    """Toutes les anomalies de la fiche, dans l'ordre de la méthode."""
    trouvees: Iterable[Anomalie | None] = (
        somme_differente(fiche, convention),
        taux_inhabituel(fiche, convention),
        montant_absent(fiche),
        *financements(fiche),
        periode_incoherente(fiche, convention),
        section_absente(fiche),
        mention_provisoire(fiche),
    )
    return [anomalie for anomalie in trouvees if anomalie is not None]


def somme_differente(fiche: FicheAVerifier, convention: CadreConvention) -> Anomalie | None:
    """Le total écrit n'est pas la somme des lignes écrites."""
    montants = [ligne.montant_eur for ligne in fiche.lignes]
    calcule, declare = somme(montants), fiche.total_declare_eur
    difference = ecart(calcule=calcule, declare=declare)
    # Une ligne sans montant peut expliquer un total plus grand que la somme, jamais un total plus petit.
    if not difference or (difference < 0 and incomplet(montants)):
        return None
    usuel = convention.taux_jour_eur
    journee = f", exactement une journée à {_euros(usuel)}" if abs(difference) == usuel else ""
    return Anomalie(
        "somme_differente",
        ERREUR,
        f"Le total écrit est {_euros(declare)}, la somme des lignes {_euros(calcule)} : {_euros(abs(difference))} "
        f"{'manquent au' if difference > 0 else 'sont en trop dans le'} total{journee}.",
        _nombre(declare),
        _nombre(calcule),
    )


def taux_inhabituel(fiche: FicheAVerifier, convention: CadreConvention) -> Anomalie | None:
    """Une journée n'est pas au prix de la convention, à un centime près."""
    usuel = convention.taux_jour_eur
    ecarts = []
    for ligne in fiche.lignes:
        taux = taux_implicite(montant=ligne.montant_eur, jours=ligne.jours)
        if taux is not None and abs(taux - usuel) > TOLERANCE_EUR:
            attendu = usuel * (ligne.jours or 0)
            ecarts.append((ligne.libelle, taux, ligne.montant_eur, attendu))
    if not ecarts:
        return None
    details = " ; ".join(
        f"« {libelle} » : {_euros(taux)} par jour ({_euros(montant)} écrits, {_euros(attendu)} au taux usuel)"
        for libelle, taux, montant, attendu in ecarts
    )
    return Anomalie(
        "taux_inhabituel",
        AVERTISSEMENT,
        f"La journée n'est pas à {_euros(usuel)}. {details}.",
        ", ".join(dict.fromkeys(_nombre(taux) for _, taux, _, _ in ecarts)),
        _nombre(usuel),
    )


def montant_absent(fiche: FicheAVerifier) -> Anomalie | None:
    """Une ligne de dépense sans montant : il n'est pas nul, il n'est pas écrit."""
    absents = [ligne.libelle for ligne in fiche.lignes if ligne.montant_eur is None]
    if not absents:
        return None
    message = f"Aucun montant pour {_enumerer(absents)}."
    empilees = [ligne.libelle for ligne in fiche.lignes if ligne.montant_eur is not None and "empilées" in ligne.note]
    if empilees:
        message += (
            f" La cellule voisine porte {len(empilees)} valeurs sans libellé : les cellules du tableau sont sans doute "
            "décalées."
        )
    return Anomalie("montant_absent", INFORMATION, message, ", ".join(absents))


def financements(fiche: FicheAVerifier) -> list[Anomalie | None]:
    """Contributions : aucune d'écrite, une somme autre que le total, ou sous réserve."""
    ecrites = [apport for apport in fiche.contributions if apport.montant_eur is not None]
    return [
        _financement_different(fiche, ecrites) if ecrites else None,
        None
        if ecrites
        else Anomalie(
            "financement_non_precise",
            INFORMATION,
            "Aucune contribution n'est écrite : la part de chaque financeur est inconnue, elle n'est pas nulle.",
        ),
        _financement_conditionnel(fiche),
    ]


def _financement_different(fiche: FicheAVerifier, ecrites: Sequence[ContributionAVerifier]) -> Anomalie | None:
    apporte, total = somme(apport.montant_eur for apport in ecrites), fiche.total_declare_eur
    if total is None or apporte == total:
        return None
    message = f"Les contributions écrites font {_euros(apporte)}, le total {_euros(total)} : "
    message += f"{_euros(abs(total - apporte))} {'sans financeur' if apporte < total else 'de trop'}."
    sans_montant = [apport.financeur for apport in fiche.contributions if apport.montant_eur is None]
    if sans_montant:
        message += f" {_enumerer(sans_montant)} : nommé sans montant, l'écart est peut-être le sien."
    return Anomalie("financement_different", AVERTISSEMENT, message, _nombre(apporte), _nombre(total))


def _financement_conditionnel(fiche: FicheAVerifier) -> Anomalie | None:
    reserves = [apport for apport in fiche.contributions if apport.sous_reserve]
    if not reserves:
        return None
    details = " ; ".join(
        f"{apport.financeur} ({_euros(apport.montant_eur)}{_part(apport.montant_eur, fiche.total_declare_eur)})"
        f"{' : ' + apport.condition if apport.condition else ''}"
        for apport in reserves
    )
    montant = _nombre(somme(apport.montant_eur for apport in reserves))
    return Anomalie("financement_conditionnel", AVERTISSEMENT, f"Financement sous réserve : {details}", montant)


def periode_incoherente(fiche: FicheAVerifier, convention: CadreConvention) -> Anomalie | None:
    """L'en-tête, le calendrier et la convention ne disent pas les mêmes années."""
    raisons = []
    attendue = f"{convention.debut}/{convention.fin}"
    if fiche.periode_entete and fiche.periode_entete != attendue:
        raisons.append(f"l'en-tête dit « {fiche.periode_entete} », la convention {attendue}")
    debut, fin = fiche.calendrier_debut, fiche.calendrier_fin
    if debut is not None and debut.year < convention.debut:
        raisons.append(f"le calendrier commence en {debut.year}, avant la convention")
    # Un exercice décalé finit l'année suivante : celui de la dernière fiche d'une convention aussi.
    if fin is not None and fin >= _debut_d_exercice(convention.fin + 1, fiche.premier_mois):
        raisons.append(f"le calendrier finit en {fin.year}, après la convention")
    if fin is not None and fin < _debut_d_exercice(fiche.annee, fiche.premier_mois):
        raisons.append(f"le calendrier finit en {fin.year}, avant l'année {fiche.annee} de la fiche")
    if not raisons:
        return None
    ecrite = " à ".join(f"{jour:%d/%m/%Y}" for jour in (debut, fin) if jour)
    return Anomalie(
        "periode_incoherente",
        AVERTISSEMENT,
        f"Les périodes se contredisent : {' ; '.join(raisons)}.",
        f"{fiche.periode_entete} {ecrite}".strip(),
        attendue,
    )


def _debut_d_exercice(annee: int, premier_mois: int) -> date:
    return date(annee, premier_mois, 1)


def section_absente(fiche: FicheAVerifier) -> Anomalie | None:
    """Une rubrique que toute fiche doit porter manque : objectifs, maîtrise d'ouvrage, calendrier, évaluation, coût."""
    ecrites = {nom for nom, texte in fiche.sections if texte.strip()}
    manquantes = [libelle for nom, libelle in SECTIONS_REQUISES.items() if nom not in ecrites]
    if not fiche.lignes:
        manquantes.append("coût")
    if not manquantes:
        return None
    liste = ", ".join(manquantes)
    return Anomalie("section_absente", AVERTISSEMENT, f"Rubrique absente du document : {liste}.", "", liste)


def mention_provisoire(fiche: FicheAVerifier) -> Anomalie | None:
    """Un mot posé en attendant (« xxx », « ? », « à compléter ») est resté dans le document."""
    textes = [("titre", fiche.titre), *fiche.sections, *(("ligne", ligne.libelle) for ligne in fiche.lignes)]
    trouves = [(nom, trouve[0]) for nom, texte in textes if (trouve := PROVISOIRE.search(texte))]
    if not trouves:
        return None
    details = ", ".join(f"« {mot} » ({SECTIONS_REQUISES.get(nom, nom)})" for nom, mot in trouves)
    return Anomalie(
        "mention_provisoire",
        AVERTISSEMENT,
        f"Mention laissée en attente : {details}.",
        ", ".join(mot for _, mot in trouves),
    )


def _nombre(montant: Decimal | None) -> str:
    return "" if montant is None else format(montant.normalize(), "f")


def _euros(montant: Decimal | None) -> str:
    return "non écrit" if montant is None else euros_au_plus_court(montant)


def _part(montant: Decimal | None, total: Decimal | None) -> str:
    if montant is None or not total:
        return ""
    return f", {montant / total * 100:.0f} % du total"


def _enumerer(noms: Sequence[str]) -> str:
    entre = [f"« {nom} »" for nom in noms]
    return entre[0] if len(entre) == 1 else f"{', '.join(entre[:-1])} et {entre[-1]}"

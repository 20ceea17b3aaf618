"""Un programme lu d'un fichier, quelle qu'en soit la forme : des valeurs simples, et les défauts de forme relevés.

Un défaut de forme (un montant illisible, une fiche sans numéro) empêche l'import ; une anomalie de fond (une somme
fausse) ne l'empêche jamais : elle est gardée telle quelle et signalée (voir `rules.verification`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tissu.socle.argent import MontantInvalide, lire_montant


@dataclass(frozen=True)
class Defaut:
    """Ce qui ne se lit pas : où (fichier ou feuille, ligne, champ), la valeur, et quoi faire."""

    lieu: str
    champ: str
    valeur: str
    remede: str

    def __str__(self) -> str:
        valeur = f" « {self.valeur} »" if self.valeur else ""
        return f"{self.lieu}, {self.champ}{valeur} : {self.remede}"


class ProgrammeIllisible(ValueError):
    """Le fichier a des défauts de forme ; tous sont donnés d'un coup, et rien n'est importé."""

    def __init__(self, defauts: list[Defaut]) -> None:
        super().__init__("\n".join(str(defaut) for defaut in defauts))
        self.defauts = defauts


@dataclass(frozen=True)
class PartenaireLu:
    cle: str
    type: str
    nom: str


@dataclass(frozen=True)
class LigneLue:
    libelle: str
    nature: str
    jours: Decimal | None = None
    montant_eur: Decimal | None = None
    note: str = ""
    poste_d_aide: str = ""
    etp: Decimal | None = None


@dataclass(frozen=True)
class ContributionLue:
    """`partenaire` : la clé d'un partenaire ; `ligne` : le libellé de la ligne financée, vide pour toute la fiche."""

    financeur: str
    partenaire: str = ""
    ligne: str = ""
    montant_eur: Decimal | None = None
    taux: Decimal | None = None
    etat: str = "prevue"
    condition: str = ""


@dataclass(frozen=True)
class CritereLu:
    cle: str
    libelle: str
    definition: str = ""
    indicateur: str = ""
    unite: str = ""
    sens: str = "hausse"
    cumulatif: bool = True
    qualitatif: bool = False
    cible: Decimal | None = None
    reference: Decimal | None = None
    reference_au: date | None = None
    source: str = ""


@dataclass(frozen=True)
class DateLue:
    """Un jalon ou un livrable, et son jour."""

    titre: str
    le: date


@dataclass(frozen=True)
class ReunionLue:
    """Des réunions qui reviennent. Sans `premiere_le`, la fiche promet un rythme et ne dit pas encore de jour."""

    titre: str
    frequence: str
    premiere_le: date | None = None
    heure: time | None = None
    jusqu_au: date | None = None


@dataclass(frozen=True)
class FicheLue:
    numero: int
    annee: int
    action: str
    titre: str
    titre_court: str
    periode_entete: str = ""
    calendrier_debut: date | None = None
    calendrier_fin: date | None = None
    premier_mois: int = 1
    regle_d_aide: str = ""
    maitres_ouvrage: tuple[str, ...] = ()
    total_declare_eur: Decimal | None = None
    rubriques: dict[str, str] = field(default_factory=dict)
    lignes: tuple[LigneLue, ...] = ()
    contributions: tuple[ContributionLue, ...] = ()
    criteres: tuple[CritereLu, ...] = ()
    jalons: tuple[DateLue, ...] = ()
    livrables: tuple[DateLue, ...] = ()
    reunions: tuple[ReunionLue, ...] = ()


@dataclass(frozen=True)
class ProgrammeLu:
    titre: str
    debut: int
    fin: int
    taux_jour_eur: Decimal
    partenaires: tuple[PartenaireLu, ...]
    fiches: tuple[FicheLue, ...]


class Lecteur:
    """Lit les valeurs d'un enregistrement en relevant chaque défaut au lieu de s'arrêter au premier."""

    def __init__(self) -> None:
        self.defauts: list[Defaut] = []

    def relever(self, lieu: str, champ: str, valeur: Any, remede: str) -> None:
        self.defauts.append(Defaut(lieu, champ, "" if valeur is None else str(valeur), remede))

    def conclure(self) -> None:
        """Lève `ProgrammeIllisible` si un défaut a été relevé."""
        if self.defauts:
            raise ProgrammeIllisible(self.defauts)

    def texte(self, lieu: str, champ: str, valeur: Any, *, requis: bool = False) -> str:
        lu = "" if valeur is None else str(valeur).strip()
        if requis and not lu:
            self.relever(lieu, champ, None, "est vide : remplissez ce champ.")
        return lu

    def entier(self, lieu: str, champ: str, valeur: Any) -> int:
        nombre = self.nombre(lieu, champ, valeur, requis=True)
        if nombre is not None and nombre != nombre.to_integral_value():
            self.relever(lieu, champ, valeur, "n'est pas un nombre entier.")
        return int(nombre or 0)

    def nombre(self, lieu: str, champ: str, valeur: Any, *, requis: bool = False) -> Decimal | None:
        """Un nombre dans toutes ses écritures : 1400, « 1 400 € », « 22.300 € », « 1,5 », « 70 % » (0,7)."""
        if valeur is None or (isinstance(valeur, str) and not valeur.strip()):
            if requis:
                self.relever(lieu, champ, None, "est vide : écrivez un nombre.")
            return None
        texte = str(valeur).strip()
        part = texte.endswith("%")
        try:
            # Un nombre de tableur ou de YAML n'a pas de séparateur de milliers : son point est décimal.
            brut = Decimal(texte) if isinstance(valeur, int | float) else lire_montant(texte.removesuffix("%"))
        except MontantInvalide:
            self.relever(lieu, champ, valeur, "n'est pas un nombre : écrivez par exemple 1 400,50.")
            return None
        if brut < 0:
            self.relever(lieu, champ, valeur, "est négatif : écrivez un nombre positif, ou laissez vide.")
            return None
        return brut / 100 if part else brut

    def jour(self, lieu: str, champ: str, valeur: Any) -> date | None:
        if valeur is None or valeur == "":
            return None
        if isinstance(valeur, date):
            return valeur.date() if isinstance(valeur, datetime) else valeur
        try:
            return date.fromisoformat(str(valeur).strip()[:10])
        except ValueError:
            self.relever(lieu, champ, valeur, "n'est pas une date : écrivez-la comme 2024-06-30.")
            return None

    def heure(self, lieu: str, champ: str, valeur: Any) -> time | None:
        """Une heure : « 14:00 », « 14h30 », ou l'heure d'une cellule de tableur."""
        if valeur is None or valeur == "":
            return None
        if isinstance(valeur, time):
            return valeur
        try:
            heures, minutes, *_ = [*str(valeur).strip().lower().replace("h", ":").split(":"), ""]
            return time(int(heures), int(minutes or 0))
        except ValueError:
            self.relever(lieu, champ, valeur, "n'est pas une heure : écrivez-la comme 14:00.")
            return None

    def choix(self, lieu: str, champ: str, valeur: Any, permis: Any, *, defaut: str = "") -> str:
        lu = self.texte(lieu, champ, valeur) or defaut
        if lu not in permis:
            attendus = ", ".join(str(un) for un in permis if un)
            self.relever(lieu, champ, valeur, f"n'est pas un mot connu : choisissez parmi {attendus}.")
        return lu

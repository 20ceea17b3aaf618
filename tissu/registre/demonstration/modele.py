"""Unités légales, établissements et périodes en mémoire, avant écriture.

Les numéros SIREN commencent par 990 à 999 et se suivent dans cette plage réservée à la
démonstration : ils passent la clé de Luhn, mais ne doivent être rapprochés d'aucune entreprise.
Les dates sont des jours ordinaux ; `None` veut dire « pas de date ».
"""

from __future__ import annotations

from dataclasses import dataclass, field

ND = "[ND]"
PREMIER_SIREN = 99_000_000
PREMIER_SIREN_DES_CAS = 99_900_000


# Somme des chiffres du double de chaque chiffre.
DOUBLES = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def cle_de_luhn(chiffres: str) -> str:
    """Chiffre à accoler pour que la suite passe la clé de Luhn."""
    somme = sum(DOUBLES[int(chiffre)] for chiffre in chiffres[::-2]) + sum(map(int, chiffres[-2::-2]))
    return str(-somme % 10)


def siren_fictif(rang: int) -> str:
    """SIREN de démonstration numéro `rang` (990…)."""
    huit = str(PREMIER_SIREN + rang)
    return huit + cle_de_luhn(huit)


def nic_valide(siren: str, rang: int) -> str:
    """NIC (5 chiffres) du rang donné, tel que le SIRET passe la clé."""
    racine = f"{rang:04d}"
    return racine + cle_de_luhn(siren + racine)


@dataclass(slots=True)
class Periode:
    """Intervalle sans changement des variables historisées."""

    debut: int
    etat: str
    naf: str
    nomenclature: str
    employeur: str
    enseigne: str = ""
    usuelle: str = ""

    def suivante(self, debut: int, changement: dict[str, str]) -> Periode:
        """Période qui prolonge celle-ci avec les valeurs changées."""
        return Periode(
            debut,
            changement.get("etat", self.etat),
            changement.get("naf", self.naf),
            changement.get("nomenclature", self.nomenclature),
            changement.get("employeur", self.employeur),
            changement.get("enseigne", self.enseigne),
            changement.get("usuelle", self.usuelle),
        )


@dataclass(slots=True)
class Unite:
    """Unité légale fictive."""

    siren: str
    categorie: str
    famille: str
    naf: str
    denomination: str = ""
    sigle: str = ""
    sexe: str = ""
    prenom: str = ""
    prenom2: str = ""
    nom: str = ""
    nom_usage: str = ""
    diffusion: str = "O"
    association: str = ""
    ess: str = ""
    mission: str = ""
    tranche: str = ""
    annee_tranche: str = ""
    categorie_entreprise: str = ""
    creation: int = 0
    cessation: int | None = None
    traitement: int = 0
    rang_siege: int = 0
    etablissements: list[Etablissement] = field(default_factory=list)

    @property
    def siege(self) -> Etablissement:
        """Établissement désigné comme siège : l'unité en a toujours un une fois peuplée."""
        return self.etablissements[self.rang_siege]

    @property
    def physique(self) -> bool:
        """Entrepreneur individuel."""
        return self.categorie == "1000"


@dataclass(slots=True)
class Etablissement:
    """Établissement fictif, dans le territoire ou dehors."""

    unite: Unite
    activite: int
    creation: int
    fermeture: int | None
    nic: str = ""
    commune: str = ""
    libelle_commune: str = ""
    code_postal: str = ""
    numero: str = ""
    indice: str = ""
    complement: str = ""
    type_voie: str = ""
    voie: str = ""
    code_voie: str = ""
    lon: float = 0.0
    lat: float = 0.0
    x: float = 0.0
    y: float = 0.0
    qualite: str = ""
    diffusion: str = "O"
    marqueurs: bool = True
    tranche: str = ""
    annee_tranche: str = ""
    registre_metiers: str = ""
    employeur: bool = False
    traitement: int = 0
    interruption: tuple[int, int] | None = None
    periodes: list[Periode] = field(default_factory=list)

    @property
    def siret(self) -> str:
        """Numéro à 14 chiffres."""
        return self.unite.siren + self.nic

    @property
    def dans_le_territoire(self) -> bool:
        """Vrai si l'établissement a une position, donc une commune de la métropole."""
        return self.lon != 0.0


@dataclass(slots=True)
class Succession:
    """Lien officiel entre deux établissements."""

    predecesseur: Etablissement
    successeur: Etablissement
    date: int
    transfert_siege: bool
    continuite: bool
    traitement: int


@dataclass
class Territoire:
    """Tout ce qui sera écrit.

    `cas` : nom, SIRET, SIREN, description. `effectifs_reels` : effectif au jour de l'arrêt par SIRET.
    `effectifs_dits` : effectif du fichier consulaire imposé par un cas (édition courante, précédente).
    `radies_a_tort` : SIREN radiés au BODACC et toujours actifs dans Sirene.
    """

    unites: list[Unite]
    etablissements: list[Etablissement]
    successions: list[Succession] = field(default_factory=list)
    cas: list[tuple[str, str, str, str]] = field(default_factory=list)
    effectifs_reels: dict[str, int] = field(default_factory=dict)
    effectifs_dits: dict[str, tuple[int, int]] = field(default_factory=dict)
    radies_a_tort: set[str] = field(default_factory=set)

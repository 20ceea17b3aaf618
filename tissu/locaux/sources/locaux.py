"""Une ligne d'un fichier devient un local lu : son lieu, son occupant, son état, et ses défauts nommés."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tissu.locaux.choices import ANOMALIES_REFUSEES, CodeAnomalieLocaux, EtatLocal, OrigineActivite
from tissu.locaux.nomenclatures import activite_de_naf, activite_du_libelle
from tissu.locaux.rules.adresses import cle_numero
from tissu.locaux.sources import cellules
from tissu.locaux.sources.lecture import LigneBrute, en_degres
from tissu.registre.recherche import normaliser

MESURES: Mapping[str, Callable[[Any], Any]] = {
    "surface_m2": cellules.decimal(Decimal(10) ** 7),
    "surface_vente_m2": cellules.decimal(Decimal(10) ** 7),
    "vitrine_m": cellules.decimal(Decimal(10) ** 4),
    "loyer_eur_m2_an": cellules.decimal(Decimal(10) ** 7),
    "couverts": cellules.entier(0, 100_000),
    "chambres": cellules.entier(0, 100_000),
    "etage": cellules.entier(-9, 99),
}
LONGUEURS = {"numero": 20, "voie": 200, "complement": 200, "code_postal": 5, "quartier": 200, "parcelle": 14}


@dataclass(frozen=True)
class Cadre:
    """Ce qu'il faut pour lire : les colonnes (champ → colonne), la table des activités, les bornes, le jour."""

    colonnes: Mapping[str, str]
    activites: Mapping[str, str]
    communes: Mapping[str, str]
    code_commune: str
    au: date
    date_minimale: date
    surfaces: tuple[float, float]


@dataclass(frozen=True)
class Defaut:
    """`champ` : la colonne du fichier, ou le champ attendu s'il n'y a pas de colonne."""

    code: str
    champ: str
    valeur: str
    motif: str


@dataclass
class LocalLu:
    """Ce qu'une ligne dit. `lieu`, `occupation` : champs du local et de l'occupation, vides compris."""

    ligne: int
    brute: Mapping[str, Any]
    lieu: dict[str, Any] = field(default_factory=dict)
    occupation: dict[str, Any] = field(default_factory=dict)
    etat: str = EtatLocal.INCONNU
    releve_le: date | None = None
    identifiant: str = ""
    defauts: list[Defaut] = field(default_factory=list)

    @property
    def refuse(self) -> bool:
        return any(defaut.code in ANOMALIES_REFUSEES for defaut in self.defauts)

    def lue(self) -> dict[str, Any]:
        """Les valeurs lues, telles qu'on les garde pour les comparer à l'édition suivante."""
        return {
            "lieu": {cle: _json(valeur) for cle, valeur in self.lieu.items()},
            "occupation": dict(self.occupation),
            "etat": str(self.etat),
            "releve_le": _json(self.releve_le),
            "identifiant": self.identifiant,
        }


def _json(valeur: Any) -> Any:
    return str(valeur) if isinstance(valeur, Decimal | date) else valeur


def lire_local(brute: LigneBrute, cadre: Cadre) -> LocalLu:
    """Lit une ligne. Chaque défaut est dit, aucun n'est corrigé ; une ligne refusée garde tout ce qu'elle portait."""
    lecteur = _Lecteur(brute, cadre)
    lu = lecteur.lu
    if not brute.valeurs:
        lecteur.noter(CodeAnomalieLocaux.LIGNE_ILLISIBLE, "", f"Ligne refusée : {brute.defaut or 'elle est vide'}.")
        return lu
    lu.identifiant = lecteur.texte("identifiant", 100)
    _lire_adresse(lecteur)
    _lire_position(lecteur)
    for champ, lire in MESURES.items():
        lu.lieu[champ] = lecteur.valeur(champ, lire)
    _verifier_surfaces(lecteur)
    _lire_etat(lecteur)
    _lire_occupation(lecteur)
    _lire_date(lecteur)
    return lu


class _Lecteur:
    """Une ligne en cours de lecture : ses cellules par champ, et les défauts qui s'ajoutent."""

    def __init__(self, brute: LigneBrute, cadre: Cadre) -> None:
        self.brute, self.cadre = brute, cadre
        self.lu = LocalLu(brute.ligne, brute.valeurs)

    def cellule(self, champ: str) -> Any:
        return self.brute.valeurs.get(self.cadre.colonnes.get(champ, ""))

    def porte(self, champ: str) -> bool:
        return champ in self.cadre.colonnes

    def texte(self, champ: str, longueur: int = 200) -> str:
        return cellules.texte(self.cellule(champ))[:longueur]

    def valeur(self, champ: str, lire: Callable[[Any], Any], code: str = CodeAnomalieLocaux.VALEUR_ILLISIBLE) -> Any:
        """La valeur lue, ou le vide que rend un champ sans colonne, avec un défaut si la cellule ne se lit pas."""
        try:
            return lire(self.cellule(champ))
        except cellules.CelluleIllisible as erreur:
            self.noter(code, champ, f"« {self.texte(champ)} » ne se lit pas : {erreur}. La valeur est ignorée.")
            return lire(None)

    def noter(self, code: str, champ: str, motif: str) -> None:
        colonne = self.cadre.colonnes.get(champ, champ)
        self.lu.defauts.append(Defaut(code, colonne, self.texte(champ, 500), motif))


def _lire_adresse(lecteur: _Lecteur) -> None:
    lieu = lecteur.lu.lieu
    for champ, longueur in LONGUEURS.items():
        lieu[champ] = lecteur.texte(champ, longueur)
    if not lieu["voie"] and lecteur.porte("adresse"):
        lieu["numero"], lieu["voie"] = couper_adresse(lecteur.texte("adresse"))
    if not cle_numero(lieu["numero"]):
        lieu["numero"] = ""
        lecteur.noter(CodeAnomalieLocaux.SANS_NUMERO, "numero", "Le local n'a que le nom de sa voie.")
    if not lieu["voie"]:
        lecteur.noter(CodeAnomalieLocaux.SANS_VOIE, "voie", "Le local n'a que sa position.")
    if lecteur.porte("quartier") and not lieu["quartier"]:
        lecteur.noter(CodeAnomalieLocaux.SANS_QUARTIER, "quartier", "Le local se compte sous « Sans quartier ».")
    lieu["code_commune"] = _commune(lecteur)
    if not lieu["code_commune"]:
        lecteur.noter(
            CodeAnomalieLocaux.COMMUNE_INCONNUE, "code_commune" if lecteur.porte("code_commune") else "commune",
            "Ligne refusée : sa commune est absente ou hors du territoire. Complétez la colonne, ou dites la commune "
            "de tout le fichier.",
        )  # fmt: skip


def couper_adresse(adresse: str) -> tuple[str, str]:
    """« 12 bis rue X » : le numéro d'un côté, la voie de l'autre."""
    mots = adresse.replace(",", " ").split()
    pris = 0
    while pris < len(mots) and (mots[pris][0].isdigit() or (pris and mots[pris].lower() in {"bis", "ter", "quater"})):
        pris += 1
    return " ".join(mots[:pris])[:20], " ".join(mots[pris:])[:200]


def _commune(lecteur: _Lecteur) -> str:
    communes = lecteur.cadre.communes
    code = lecteur.texte("code_commune", 5)
    if code:
        return code if code in communes else ""
    nom = normaliser(lecteur.texte("commune"))
    if nom:
        return next((code for code, libelle in communes.items() if normaliser(libelle) == nom), "")
    return lecteur.cadre.code_commune


def _lire_position(lecteur: _Lecteur) -> None:
    lieu, brute = lecteur.lu.lieu, lecteur.brute
    lon, lat = brute.lon, brute.lat
    if lon is None:
        dite = lecteur.valeur("position", cellules.position, CodeAnomalieLocaux.POSITION_IMPOSSIBLE)
        x, y = dite or (lecteur.valeur("lon", cellules.coordonnee), lecteur.valeur("lat", cellules.coordonnee))
        if x is not None and y is not None:
            lon, lat = en_degres(x, y)
            if lon is None:
                lecteur.noter(CodeAnomalieLocaux.POSITION_IMPOSSIBLE, "lon", "La position n'est pas sur le globe.")
    lieu["lon"], lieu["lat"] = lon, lat
    if lon is None:
        code = CodeAnomalieLocaux.SANS_POSITION if lieu["voie"] else CodeAnomalieLocaux.SANS_LIEU
        suite = "le local compte, mais n'est pas sur la carte." if lieu["voie"] else "ligne refusée."
        lecteur.noter(code, "geometry", f"{brute.defaut.capitalize() or 'Aucune position'} : {suite}")


def _verifier_surfaces(lecteur: _Lecteur) -> None:
    mini, maxi = lecteur.cadre.surfaces
    for champ in ("surface_m2", "surface_vente_m2"):
        surface = lecteur.lu.lieu[champ]
        if surface is not None and not mini <= surface <= maxi:
            lecteur.noter(
                CodeAnomalieLocaux.SURFACE_INVRAISEMBLABLE, champ,
                f"Une cellule commerciale a d'ordinaire de {mini:g} à {maxi:g} m². La surface est gardée.",
            )  # fmt: skip


def _lire_etat(lecteur: _Lecteur) -> None:
    dit, autre = (cellules.etat_dit(lecteur.cellule(champ)) for champ in ("vacance", "disponibilite"))
    lecteur.lu.etat = dit or autre or EtatLocal.INCONNU
    if dit is None and autre is None:
        lecteur.noter(CodeAnomalieLocaux.VACANCE_INCONNUE, "vacance", "Rien ne dit si le local est occupé.")
    elif dit is not None and autre is not None and (dit == EtatLocal.OCCUPE) != (autre == EtatLocal.OCCUPE):
        colonnes = lecteur.cadre.colonnes
        lecteur.noter(
            CodeAnomalieLocaux.VACANCE_CONTRADICTOIRE, "disponibilite",
            f"« {colonnes['disponibilite']} » dit « {lecteur.texte('disponibilite')} », « {colonnes['vacance']} » dit "
            f"« {lecteur.texte('vacance')} ». La seconde colonne fait foi.",
        )  # fmt: skip


def _lire_occupation(lecteur: _Lecteur) -> None:
    rubrique, secteur, naf = (lecteur.texte(champ) for champ in ("rubrique", "activite", "naf"))
    activite, origine = activite_du_libelle(lecteur.cadre.activites, rubrique, secteur), OrigineActivite.FICHIER
    if not activite and naf:
        activite, origine = activite_de_naf(naf), OrigineActivite.NAF
    enseigne = lecteur.texte("enseigne")
    if not normaliser(enseigne):
        lecteur.noter(CodeAnomalieLocaux.SANS_ENSEIGNE, "enseigne", "La cellule est vide, ou ne nomme rien.")
        enseigne = ""
    if not naf and (not normaliser(secteur) or lecteur.cadre.activites.get(secteur) == ""):
        lecteur.noter(CodeAnomalieLocaux.SANS_ACTIVITE, "activite", "La cellule est vide, ou dit qu'elle est inconnue.")
    elif not activite:
        lecteur.noter(
            CodeAnomalieLocaux.ACTIVITE_INCONNUE, "activite",
            "Ce libellé n'est pas dans la correspondance : dites-y l'activité qu'il désigne.",
        )  # fmt: skip
    lecteur.lu.occupation = {
        "enseigne": enseigne,
        "siret": lecteur.valeur("siret", cellules.siret, CodeAnomalieLocaux.SIRET_FAUX),
        "activite": activite,
        "activite_source": " | ".join(dit for dit in (rubrique, secteur, naf) if dit)[:200],
        "origine_activite": str(origine),
        "independance": str(lecteur.valeur("independance", cellules.independance)),
    }


def _lire_date(lecteur: _Lecteur) -> None:
    jour = lecteur.valeur("releve_le", cellules.jour, CodeAnomalieLocaux.DATE_ILLISIBLE)
    if jour and jour < lecteur.cadre.date_minimale:
        lecteur.noter(
            CodeAnomalieLocaux.DATE_PAR_DEFAUT, "releve_le", "Le tableur l'a mise à la place d'une date absente."
        )
    elif jour and jour > lecteur.cadre.au:
        lecteur.noter(
            CodeAnomalieLocaux.DATE_FUTURE, "releve_le", "Cette date n'est pas encore arrivée : elle est ignorée."
        )
    else:
        lecteur.lu.releve_le = jour

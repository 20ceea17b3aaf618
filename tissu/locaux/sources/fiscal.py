"""Le fichier fiscal des locaux vacants, que chaque collectivité reçoit à sa façon : reconnaître ce qui situe un local.

Seules ces colonnes sont lues : un nom de propriétaire ou un montant n'entrent jamais.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tissu.locaux.choices import VACANTS
from tissu.locaux.sources import cellules
from tissu.locaux.sources.champs import proposer
from tissu.locaux.sources.lecture import FichierDeLocauxRefuse, LigneBrute, lire_fichier
from tissu.locaux.sources.locaux import couper_adresse
from tissu.registre.recherche import normaliser
from tissu.registre.sources.consulaire import simplifier

TABLEURS = (".csv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")
PROPRES = {
    "reference": ("reference", "reference du local", "ref local", "ref"),
    "invariant": ("invariant", "numero invariant", "n invariant", "num invariant", "invar"),
}
DU_LIEU = ("numero", "voie", "code_commune", "commune", "vacance")


@dataclass(frozen=True)
class LigneFiscale:
    """Ce qu'une ligne dit. `vacant` None : la colonne de vacance porte un mot que l'on ne comprend pas."""

    ligne: int
    reference: str
    invariant: str
    numero: str
    voie: str
    commune: str
    vacance: str
    vacant: bool | None

    def lue(self) -> dict[str, str]:
        """Ce que la quarantaine en garde et en montre."""
        dites = {
            "Référence": self.reference, "Invariant": self.invariant, "Commune": self.commune,
            "Adresse": f"{self.numero} {self.voie}".strip(), "Vacance": self.vacance,
        }  # fmt: skip
        return {nom: valeur for nom, valeur in dites.items() if valeur}


def lire_fiscal(chemin: Path, *, nom: str, communes: Mapping[str, str]) -> list[LigneFiscale]:
    """Lit un CSV ou un classeur. Lève `FichierDeLocauxRefuse` s'il ne se lit pas, ou n'a de quoi situer aucun local."""
    if Path(nom).suffix.lower() not in TABLEURS:
        raise FichierDeLocauxRefuse(f"« {nom} » : un fichier fiscal se lit en CSV (.csv) ou en classeur (.xlsx).")
    fichier = lire_fichier(chemin, nom=nom)
    colonnes = _colonnes(fichier.colonnes)
    if not {"reference", "invariant", "voie"} & set(colonnes):
        raise FichierDeLocauxRefuse(
            f"« {nom} » : aucune colonne ne situe un local. Nommez-en une « Référence », « Invariant » ou « Voie » "
            f"(colonnes lues : {', '.join(fichier.colonnes)})."
        )
    return [_lire(brute, colonnes, communes) for brute in fichier.lignes]


def _colonnes(entetes: Iterable[str]) -> dict[str, str]:
    liste = list(entetes)
    propres = {
        champ: entete for champ, noms in PROPRES.items() for entete in liste if simplifier(entete) in noms
    }  # fmt: skip
    restent = [entete for entete in liste if entete not in propres.values()]
    trouvees = proposer(restent)
    return propres | {champ: trouvees[champ] for champ in DU_LIEU if champ in trouvees}


def _lire(brute: LigneBrute, colonnes: Mapping[str, str], communes: Mapping[str, str]) -> LigneFiscale:
    def dit(champ: str) -> str:
        return cellules.texte(brute.valeurs.get(colonnes.get(champ, "")))[:200]

    numero, voie = dit("numero"), dit("voie")
    if voie and not numero:
        numero, voie = couper_adresse(voie)
    commune = dit("code_commune") or dit("commune")
    code = next((code for code, nom in communes.items() if normaliser(nom) == normaliser(commune)), commune)
    return LigneFiscale(
        ligne=brute.ligne, reference=dit("reference").upper(), invariant=dit("invariant")[:20], numero=numero,
        voie=voie, commune=code, vacance=dit("vacance"), vacant=_vacant(dit("vacance"), "vacance" in colonnes),
    )  # fmt: skip


def _vacant(mot: str, colonne: bool) -> bool | None:
    """Sans colonne pour le dire, le fichier est la liste des vacants."""
    if not colonne:
        return True
    etat = cellules.etat_dit(mot)
    return None if etat is None else etat in VACANTS

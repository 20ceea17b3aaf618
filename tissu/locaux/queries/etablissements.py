"""Ce que le registre sait d'un établissement, lu sur place et jamais recopié."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from tissu.entrepot.instantane import Instantane, RegistreAbsent, courant
from tissu.locaux.nomenclatures import activite_de_naf, famille_de
from tissu.locaux.rules.adresses import cle_numero, cle_voie
from tissu.locaux.rules.rapprochement import Etablissement, Lieu
from tissu.registre.nomenclatures import NAF_2025
from tissu.registre.rules import COLONNES_DE_DIFFUSION, OUVERT, est_diffusible, masquer

COLONNES = (
    *COLONNES_DE_DIFFUSION, "etat", "nom", "enseigne", "denomination_usuelle", "naf", "naf_nomenclature", "naf25",
    "numero", "indice", "type_voie", "libelle_voie", "code_commune", "adresse", "lon", "lat", "date_creation",
    "date_fermeture",
)  # fmt: skip
LOT = 1_000
PAS_DEGRES = 0.002
"""Maille de recherche : deux cents mètres environ, plus que le rayon d'un rapprochement."""


def fiches(sirets: Collection[str]) -> dict[str, dict[str, Any]]:
    """Les établissements de ces SIRET, tels que chacun peut les voir ; vide sans registre."""
    try:
        registre = courant()
    except RegistreAbsent:
        return {}
    demandes, trouvees = sorted(sirets), {}
    for debut in range(0, len(demandes), LOT):
        for ligne in registre.lignes("etablissements", "siret", demandes[debut : debut + LOT], COLONNES):
            trouvees[ligne["siret"]] = masquer(ligne)
    return trouvees


class Voisinage:
    """Les établissements ouverts et diffusibles d'un territoire, rangés par adresse et par maille."""

    def __init__(self, registre: Instantane, communes: Collection[str]) -> None:
        self.version = registre.version
        self._par_adresse: dict[tuple[str, str, str], list[Etablissement]] = defaultdict(list)
        self._par_maille: dict[tuple[int, int], list[Etablissement]] = defaultdict(list)
        for ligne in _ouverts(registre, communes):
            etablissement = en_etablissement(ligne)
            lieu = etablissement.lieu
            if lieu.voie:
                cle = (ligne["code_commune"], cle_voie(lieu.voie), cle_numero(lieu.numero))
                self._par_adresse[cle].append(etablissement)
            if lieu.lon is not None and lieu.lat is not None:
                self._par_maille[_maille(lieu.lon, lieu.lat)].append(etablissement)

    def autour(self, code_commune: str, lieu: Lieu) -> list[Etablissement]:
        """Ceux de la même adresse, et ceux d'à côté."""
        trouves = {}
        if lieu.voie:
            for une in self._par_adresse.get((code_commune, cle_voie(lieu.voie), cle_numero(lieu.numero)), ()):
                trouves[une.siret] = une
        if lieu.lon is not None and lieu.lat is not None:
            x, y = _maille(lieu.lon, lieu.lat)
            for maille in ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                trouves |= {une.siret: une for une in self._par_maille.get(maille, ())}
        return list(trouves.values())


def _maille(lon: float, lat: float) -> tuple[int, int]:
    return int(lon / PAS_DEGRES), int(lat / PAS_DEGRES)


def _ouverts(registre: Instantane, communes: Collection[str]) -> Iterator[Mapping[str, Any]]:
    table = registre.table("etablissements")
    ici = table.filter(table.code_commune.isin(sorted(communes)) & (table.etat == OUVERT))
    # Un établissement protégé ne se propose pas : ni son nom ni son adresse ne servent à le reconnaître.
    return (ligne for ligne in registre.executer(ici.select(*COLONNES)) if est_diffusible(ligne))


def en_etablissement(ligne: Mapping[str, Any]) -> Etablissement:
    """Un établissement du registre, prêt à comparer."""
    activite = activite_de_naf(ligne["naf"] or "", ligne["naf_nomenclature"] or "") or activite_de_naf(
        ligne["naf25"] or "", NAF_2025
    )
    noms: Sequence[Any] = (ligne["enseigne"], ligne["denomination_usuelle"], ligne["nom"])
    return Etablissement(
        siret=ligne["siret"],
        noms=tuple(nom for nom in noms if nom),
        activite=activite,
        famille=famille_de(activite),
        lieu=Lieu(
            numero=f"{ligne['numero'] or ''}{ligne['indice'] or ''}",
            voie=f"{ligne['type_voie'] or ''} {ligne['libelle_voie'] or ''}".strip(),
            lon=ligne["lon"],
            lat=ligne["lat"],
        ),
    )

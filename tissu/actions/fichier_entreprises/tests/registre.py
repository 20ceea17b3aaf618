"""Un petit registre publié pour les essais : des lignes écrites à la main, au schéma de l'instantané."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import ibis
import pyarrow as pa

from tissu.entrepot.instantane import Instantane, chantier
from tissu.registre.croisements.schemas import SCHEMAS

COMMUNES = [{"code": "21231", "nom": "Dijon"}, {"code": "21166", "nom": "Chenôve"}]

EVENEMENT = {
    "connu_le": None, "siret_lie": None, "motif": "Écrit pour l'essai.", "code_commune": "21231", "section": "J",
    "division": "62", "naf": "62.01Z", "naf_nomenclature": "NAFRev2", "categorie_juridique": "5710",
    "tranche_effectif": "11", "diffusion": "O", "personne_physique": False,
}  # fmt: skip
ETABLISSEMENT = {
    "diffusion": "O", "diffusion_unite": "O", "siege": True, "etat": "A", "nom": "Atelier d'essai", "naf": "62.01Z",
    "naf_nomenclature": "NAFRev2", "section": "J", "division": "62", "a17": "JZ", "a38": "JC", "tranche_effectif": "11",
    "annee_effectif": 2024, "code_commune": "21231", "commune": "Dijon", "adresse": "1 rue de l'Essai",
    "code_postal": "21000", "personne_physique": False, "categorie_juridique": "5710",
}  # fmt: skip
UNITE = {
    "diffusion": "O", "etat": "A", "nom": "Atelier d'essai", "naf": "62.01Z", "naf_nomenclature": "NAFRev2",
    "categorie_juridique": "5710", "personne_physique": False, "tranche_effectif": "11", "annee_effectif": 2024,
}  # fmt: skip


def siret(numero: int, nic: int = 1) -> str:
    """Un SIRET d'essai : SIREN « 900000NNN », sans clé valide, que l'instantané ne vérifie pas."""
    return f"{900_000_000 + numero}{nic:05d}"


def evenement(numero: int, type_: str, jour: date, **champs: Any) -> dict[str, Any]:
    numero_siret = siret(numero, champs.pop("nic", 1))
    return {**EVENEMENT, "siret": numero_siret, "siren": numero_siret[:9], "type": type_, "date_effet": jour, **champs}


def etablissement(numero: int, **champs: Any) -> dict[str, Any]:
    numero_siret = siret(numero, champs.pop("nic", 1))
    return {**ETABLISSEMENT, "siret": numero_siret, "siren": numero_siret[:9], "nic": numero_siret[9:], **champs}


def unite(numero: int, **champs: Any) -> dict[str, Any]:
    return {**UNITE, "siren": f"{900_000_000 + numero}", **champs}


def table(nom: str, lignes: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Une table de l'instantané ; les colonnes que les lignes ne donnent pas sont vides."""
    schema = ibis.schema(dict(SCHEMAS[nom])).to_pyarrow()
    return pa.Table.from_pylist([{champ.name: ligne.get(champ.name) for champ in schema} for ligne in lignes], schema)


def publier(source_au: date, **tables: Sequence[Mapping[str, Any]]) -> Instantane:
    """Publie un registre de ces lignes, les tables non nommées étant vides."""
    with chantier(datetime.now(tz=UTC)) as ouvert:
        sources = {f"lignes_{nom}": table(nom, tables.get(nom, [])) for nom in SCHEMAS}
        exposees = ouvert.exposer(sources)
        for nom in SCHEMAS:
            ouvert.ecrire(nom, exposees[f"lignes_{nom}"])
        return ouvert.publier(
            {
                "territoire": {"code": "242100410", "nom": "Dijon Métropole", "communes": COMMUNES},
                "source_au": source_au.isoformat(),
                "cree_le": datetime.now(tz=UTC).isoformat(),
                "sources": [],
                "comptes": {nom: len(lignes) for nom, lignes in tables.items()},
            }
        )

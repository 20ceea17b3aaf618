"""Les événements d'un mois sur une carte : un point par événement, ou un chiffre par commune."""

from datetime import date

import pyarrow as pa

from tissu.actions.fichier_entreprises.queries.cadre import (
    communes,
    noms_des_zones,
    perimetre,
    periodes_ouvertes,
    verifier_mois,
)
from tissu.actions.fichier_entreprises.queries.flux import ventilations
from tissu.actions.fichier_entreprises.queries.lignes import Criteres, lignes_du_mois
from tissu.entrepot.instantane import courant
from tissu.registre.nomenclatures import choix_du_niveau
from tissu.registre.queries.carte import communes_situees
from tissu.registre.rules import TRANCHES
from tissu.socle.periodes import Periode, mois

POUR = 1_000
"""Un taux de création se dit pour mille établissements actifs."""

SCHEMA = pa.schema([
    ("id", pa.string()), ("siret", pa.string()), ("lon", pa.float64()), ("lat", pa.float64()), ("nom", pa.string()),
    ("type", pa.string()), ("date_effet", pa.date32()), ("activite", pa.string()), ("effectif", pa.string()),
    ("commune", pa.string()), ("adresse", pa.string()), ("radiation_le", pa.date32()),
])  # fmt: skip


def derniers_jours() -> list[date]:
    """Le dernier jour de chaque mois que l'on peut ouvrir, du plus ancien au plus récent. Lève `RegistreAbsent`."""
    return [periode.fin for periode in reversed(periodes_ouvertes())]


def mois_du(jour: date | None) -> Periode:
    """Le mois de ce jour ; sans jour, le dernier que l'on peut ouvrir."""
    return mois(f"{jour:%Y-%m}") if jour else periodes_ouvertes(1)[0]


def evenements_situes(jour: date | None, criteres: Criteres) -> pa.Table:
    """Les événements du mois, masqués comme dans ses lignes : ce qui est protégé n'a ni nom, ni adresse, ni position.

    Lève `RegistreAbsent` ou `MoisHorsDesDonnees`.
    """
    periode = mois_du(jour)
    verifier_mois(periode, courant())
    lignes = lignes_du_mois(
        periode, perimetre(criteres.secteurs, au=periode.fin), types=criteres.types, commune=criteres.commune,
        zone=criteres.zone, activite=criteres.activite, tranche=criteres.tranche,
    )  # fmt: skip
    noms = communes(courant())
    return pa.Table.from_pylist(
        [
            {
                **ligne,
                "id": f"{ligne['siret']}-{ligne['type']}-{ligne['date_effet']:%Y%m%d}",
                "nom": ligne["nom_affiche"],
                "type": ligne["libelle_type"],
                "commune": ligne["commune"] or noms.get(ligne["code_commune"], ligne["code_commune"]),
            }
            for ligne in lignes
        ],
        schema=SCHEMA,
    )


def creations_par_commune(jour: date | None, secteurs: str) -> pa.Table:
    """Créations pures, fermetures et solde de chaque commune ce mois-là, et le taux de création.

    Lève `RegistreAbsent` ou `MoisHorsDesDonnees`.
    """
    periode = mois_du(jour)
    verifier_mois(periode, courant())
    table = communes_situees()
    lignes = {
        ligne["cle"]: ligne for ligne in ventilations(periode, perimetre(secteurs, au=periode.fin))["commune"].lignes
    }
    codes = table["id"].to_pylist()
    mesures = {cle: [lignes.get(code, {}).get(cle, 0) for code in codes] for cle in ("creations", "sorties", "solde")}
    actifs = table["actifs"].to_pylist()
    taux = [POUR * n / total if total else None for n, total in zip(mesures["creations"], actifs, strict=True)]
    return pa.table({
        **{nom: table[nom] for nom in ("id", "nom", "geometrie", "actifs")},
        **{cle: pa.array(valeurs, pa.int64()) for cle, valeurs in mesures.items()},
        "taux": pa.array(taux, pa.float64()),
    })  # fmt: skip


def choix_des_filtres() -> dict[str, list[tuple[str, str]]]:
    """Ce que les filtres de la carte proposent : communes, zones, activités, tailles. Lève `RegistreAbsent`."""
    return {
        "commune": sorted(communes(courant()).items(), key=lambda paire: paire[1]),
        "zone": sorted(noms_des_zones().items(), key=lambda paire: paire[1]),
        "activite": list(choix_du_niveau("a17")),
        "tranche": [(tranche.code, tranche.libelle) for tranche in TRANCHES.values()],
    }

"""Lignes des fichiers Sirene, dans l'ordre des en-têtes officiels, marqueurs [ND] compris."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from .activites import NAF25
from .cibles import ARRET
from .fichiers import Dates
from .modele import ND, Etablissement, Periode, Territoire, Unite

ADRESSE2_VIDE = ("",) * 14
DATES = Dates()


def _noms_periode(e: Etablissement, periode: Periode) -> tuple[str, str]:
    """Enseigne et nom usuel ; `[ND]` pour une personne physique en diffusion partielle."""
    if e.diffusion == "P" and e.unite.physique and e.marqueurs:
        return (ND if periode.enseigne else ""), (ND if periode.usuelle else "")
    return periode.enseigne, periode.usuelle


def _adresse(e: Etablissement, grain: int) -> tuple[str, ...]:
    """Colonnes de `complementAdresse` à `coordonneeLambertOrdonnee` de l'adresse principale."""
    if e.diffusion == "P" and e.marqueurs:
        debut = (ND, ND, "", "", "", ND, ND, ND, e.libelle_commune, "", "", e.commune, "", "", "", "")
        return (*debut, ND, ND, ND)
    cedex = grain % 61 == 0
    dernier = str(int(e.numero) + 4) if e.numero and grain % 37 == 0 else ""
    return (
        e.complement,
        e.numero,
        e.indice,
        dernier,
        "",
        e.type_voie,
        e.voie,
        e.code_postal,
        e.libelle_commune,
        "",
        f"BP {grain % 900 + 10}" if cedex else "",
        e.commune,
        f"{e.code_postal[:3]}{grain % 90 + 10}" if cedex else "",
        f"{e.libelle_commune} CEDEX" if cedex else "",
        "",
        "",
        f"{e.commune}{e.code_voie}_B",
        str(e.x) if e.lon else "",
        str(e.y) if e.lon else "",
    )


def etablissements(territoire: Territoire) -> Iterator[tuple[str, ...]]:
    """Lignes de StockEtablissement."""
    for e in territoire.etablissements:
        grain = crc32(e.siret.encode())
        courante = e.periodes[-1]
        enseigne, usuelle = _noms_periode(e, courante)
        rev2 = courante.nomenclature == "NAFRev2"
        yield (
            e.unite.siren,
            e.nic,
            e.siret,
            e.diffusion,
            DATES.jour(e.creation),
            e.tranche,
            e.annee_tranche,
            e.registre_metiers,
            DATES.moment(e.traitement, grain),
            "true" if e.unite.siege is e else "false",
            str(len(e.periodes)),
            *_adresse(e, grain),
            *ADRESSE2_VIDE,
            DATES.jour(courante.debut),
            courante.etat,
            enseigne,
            "",
            "",
            usuelle,
            courante.naf,
            courante.nomenclature,
            courante.employeur,
            NAF25.get(courante.naf, "") if rev2 and (courante.etat == "A" or grain % 3) else "",
        )


def _vrai(valeur: bool) -> str:
    return "true" if valeur else "false"


def periodes(territoire: Territoire) -> Iterator[tuple[str, ...]]:
    """Lignes de StockEtablissementHistorique, de la plus récente à la plus ancienne de chaque SIRET."""
    for e in territoire.etablissements:
        lot = e.periodes
        for rang in range(len(lot) - 1, -1, -1):
            p = lot[rang]
            avant = lot[rang - 1] if rang else p
            enseigne, usuelle = _noms_periode(e, p)
            yield (
                e.unite.siren,
                e.nic,
                e.siret,
                DATES.jour(lot[rang + 1].debut - 1) if rang + 1 < len(lot) else "",
                DATES.jour(p.debut),
                p.etat,
                _vrai(p.etat != avant.etat),
                enseigne,
                "",
                "",
                _vrai(p.enseigne != avant.enseigne),
                usuelle,
                _vrai(p.usuelle != avant.usuelle),
                p.naf,
                p.nomenclature,
                _vrai((p.naf, p.nomenclature) != (avant.naf, avant.nomenclature)),
                p.employeur,
                _vrai(p.employeur != avant.employeur),
            )


def _identite(unite: Unite) -> tuple[str, ...]:
    """Sexe, quatre prénoms, prénom usuel, pseudonyme : `[ND]` si la personne s'est opposée."""
    if not unite.physique:
        return ("",) * 7
    if unite.diffusion == "P" and unite.etablissements[0].marqueurs:
        return (ND, ND, ND if unite.prenom2 else "", "", "", ND, "")
    return (unite.sexe, unite.prenom, unite.prenom2, "", "", unite.prenom, "")


def unites(territoire: Territoire) -> Iterator[tuple[str, ...]]:
    """Lignes de StockUniteLegale."""
    for unite in territoire.unites:
        grain = crc32(unite.siren.encode())
        cache = unite.physique and unite.diffusion == "P" and unite.etablissements[0].marqueurs
        siege = unite.siege.periodes[-1]
        cessee = unite.cessation is not None and unite.cessation <= ARRET
        yield (
            unite.siren,
            unite.diffusion,
            "true" if cessee and grain % 97 == 0 else "",
            DATES.jour(unite.creation),
            unite.sigle,
            *_identite(unite),
            unite.association,
            unite.tranche,
            unite.annee_tranche,
            DATES.moment(unite.traitement, grain),
            str(1 + cessee + len(unite.siege.periodes) // 2),
            unite.categorie_entreprise,
            "2023" if unite.categorie_entreprise else "",
            DATES.jour(unite.cessation if cessee else siege.debut),
            "C" if cessee else "A",
            ND if cache else unite.nom,
            ND if cache and unite.nom_usage else unite.nom_usage,
            unite.denomination,
            "",
            "",
            "",
            unite.categorie,
            siege.naf,
            siege.nomenclature,
            unite.siege.nic,
            unite.ess,
            unite.mission,
            siege.employeur,
            NAF25.get(siege.naf, "") if siege.nomenclature == "NAFRev2" else "",
        )


def liens(territoire: Territoire) -> Iterator[tuple[str, ...]]:
    """Lignes de StockEtablissementLiensSuccession."""
    for lien in territoire.successions:
        yield (
            lien.predecesseur.siret,
            lien.successeur.siret,
            DATES.jour(lien.date),
            _vrai(lien.transfert_siege),
            _vrai(lien.continuite),
            DATES.moment(lien.traitement, crc32(lien.successeur.siret.encode())),
        )


def geolocalisations(territoire: Territoire) -> Iterator[tuple[str, ...]]:
    """Lignes du fichier de géolocalisation : ni les établissements masqués, ni une petite part d'inconnus."""
    for e in territoire.etablissements:
        if not e.lon or (e.diffusion == "P" and e.marqueurs) or (e.qualite == "33" and len(e.numero) == 2):
            continue
        precision = {"11": "5", "12": "60", "21": "250", "22": "400", "33": "2500"}[e.qualite]
        yield (
            e.siret, str(e.x), str(e.y), e.qualite, "2154", "HZ", "", "CSZ", "HZ", "CSZ", e.commune, precision,
            "1", "1", "1", "1", "1", str(e.lat), str(e.lon),
        )  # fmt: skip

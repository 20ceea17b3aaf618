"""Un registre où chaque donnée protégée est un mot unique : le trouver quelque part, c'est trouver une fuite."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pypdf import PdfReader

from tissu.entrepot.tests.fabrique import siret
from tissu.registre.models import (
    Correction,
    DonneeConsulaire,
    EditionConsulaire,
    EffectifConsulaire,
    EtatCorrection,
    Zone,
)
from tissu.registre.sources import formats_insee as insee
from tissu.registre.tests.exemple import LE, ZONE
from tissu.registre.tests.fichiers_insee import ecrire, etablissement, periode, unite

PHYSIQUE, SOCIETE, SANS_PERSONNALITE, SECONDAIRE = siret(1), siret(2), siret(3), siret(4, 2)
OUVERTE, PRINCIPAL = siret(5), siret(4, 1)
PROTEGES = (PHYSIQUE, SOCIETE, SANS_PERSONNALITE, SECONDAIRE)
CAS = {PHYSIQUE: "PHY", SOCIETE: "SOC", SANS_PERSONNALITE: "ENT", SECONDAIRE: "SEC"}

# Ce qui doit se lire : la personne morale garde son nom et son enseigne, l'unité diffusible le sien.
VISIBLES = ("DENOMINATIONSOC", "ENSEIGNESOC", "DENOMINATIONSEC", "DENOMINATIONOUVERTE", "RUEOUVERTE")
# Une racine par sorte de donnée, suivie du cas : « RUESOC » est la rue de la société protégée.
_LIEUX = (
    "RUE",
    "BATIMENT",
    "BODACC",
    "DIRIGEANT",
    "FONCTION",
    "MEL",
    "SITE",
    "CORRIGEE",
    "MOTIF",
    "EFFECTIFPAR",
    "FIGEE",
)
CACHES = (
    *(f"{racine}{cas}" for racine in _LIEUX for cas in CAS.values()),
    "SIGLESOC", "NOMPHY", "PRENOMPHY", "ENSEIGNEPHY", "USUELLEPHY", "ANCIENNEPHY", "SIGLEENT", "DENOMINATIONENT",
    "ENSEIGNEENT", "ANCIENNEENT", "ENSEIGNEREFAITEPHY", "QUARANTAINEPHY",
    "21078", "06 11 11", "47.3399", "47,3399", "5.0699", "5,0699",
)  # fmt: skip


def _p(cas: str, **champs: str) -> dict[str, str]:
    return {
        "statutDiffusionEtablissement": "P", "libelleVoieEtablissement": f"RUE{cas}",
        "complementAdresseEtablissement": f"BATIMENT{cas}", "codePostalEtablissement": "21078",
        "dateCreationEtablissement": "2026-10-05", "dateDebut": "2026-10-05",
        "trancheEffectifsEtablissement": "21", "anneeEffectifsEtablissement": "2024", **champs,
    }  # fmt: skip


def fichiers(dossier: Path) -> Path:
    ecrire(dossier, insee.StockEtablissement, [
        etablissement(1, **_p("PHY", enseigne1Etablissement="ENSEIGNEPHY",
                              denominationUsuelleEtablissement="USUELLEPHY")),
        etablissement(2, **_p("SOC", enseigne1Etablissement="ENSEIGNESOC")),
        etablissement(3, **_p("ENT", enseigne1Etablissement="ENSEIGNEENT")),
        etablissement(4, 1),
        etablissement(4, 2, **_p("SEC", etablissementSiege="false")),
        etablissement(5, libelleVoieEtablissement="RUEOUVERTE", trancheEffectifsEtablissement="21",
                      dateDernierTraitementEtablissement="2026-11-20T08:00:00.000"),
    ])  # fmt: skip
    p = {"statutDiffusionUniteLegale": "P", "dateCreationUniteLegale": "2026-10-05"}
    ecrire(dossier, insee.StockUniteLegale, [
        unite(1, **p, denominationUniteLegale="", nomUniteLegale="NOMPHY", prenom1UniteLegale="PRENOMPHY",
              prenomUsuelUniteLegale="PRENOMPHY", categorieJuridiqueUniteLegale="1000"),
        unite(2, **p, denominationUniteLegale="DENOMINATIONSOC", sigleUniteLegale="SIGLESOC"),
        unite(3, **p, denominationUniteLegale="DENOMINATIONENT", sigleUniteLegale="SIGLEENT",
              categorieJuridiqueUniteLegale="2110"),
        unite(4, denominationUniteLegale="DENOMINATIONSEC"),
        unite(5, denominationUniteLegale="DENOMINATIONOUVERTE"),
    ])  # fmt: skip
    ferme = {"etatAdministratifEtablissement": "F"}
    periodes = [periode(5), periode(4, 1)]
    for numero, rang, cas in ((1, 1, "PHY"), (2, 1, "SOC"), (3, 1, "ENT"), (4, 2, "SEC")):
        enseigne = {"enseigne1Etablissement": f"ANCIENNE{cas}"} if cas in {"PHY", "ENT"} else {}
        periodes += [
            periode(numero, rang, dateDebut="2020-01-01", dateFin="2022-01-31", **enseigne),
            periode(numero, rang, dateDebut="2022-02-01", dateFin="2026-10-04", **ferme),
            periode(numero, rang, dateDebut="2026-10-05"),
        ]
    ecrire(dossier, insee.StockEtablissementHistorique, periodes)
    ecrire(dossier, insee.GeolocalisationEtablissement, [
        {"siret": numero, "x_longitude": "5.0699", "y_latitude": "47.3399", "qualite_xy": "11"} for numero in PROTEGES
    ])  # fmt: skip
    return dossier


def annonces_du_bodacc(dossier: Path) -> Path:
    annonces = [
        {
            "id": f"A{rang}", "registre": [numero[:9]], "familleavis": "collective", "typeavis": "annonce",
            "familleavis_lib": "Procédures collectives", "dateparution": "2026-10-20", "tribunal": "GREFFE D'ESSAI",
            "commercant": f"NOM{cas}",
            "jugement": {"nature": "Jugement d'ouverture de liquidation judiciaire", "date": "2026-10-12",
                         "complementJugement": f"M. BODACC{cas}, 4 RUE{cas}"},
        }
        for rang, (numero, cas) in enumerate(CAS.items())
    ]  # fmt: skip
    dossier.mkdir(parents=True)
    (dossier / "annonces.json").write_text(json.dumps({"results": annonces}), encoding="utf-8")
    return dossier


def _consulaire(edition: EditionConsulaire) -> None:
    for rang, (numero, cas) in enumerate([*CAS.items(), (OUVERTE, "OUVERTE")]):
        DonneeConsulaire.objects.create(
            siret=numero, edition=edition, dirigeant=f"DIRIGEANT{cas} Zoé",
            dirigeant_normalise=f"dirigeant{cas.lower()} zoe",
            fonction=f"FONCTION{cas}", telephone=f"06 11 11 11 1{rang}" if cas != "OUVERTE" else "06 22 22 22 22",
            courriel=f"MEL{cas}@essai.example", site=f"https://SITE{cas}.example", effectif=60,
            effectif_date=date(2026, 1, 1),
        )  # fmt: skip
        EffectifConsulaire.objects.create(
            siret=numero, valeur=60, date=date(2026, 1, 1), source=f"EFFECTIFPAR{cas}", saisi_le=LE, edition=edition
        )


def _corrections() -> None:
    """Une adresse, une position et une enseigne corrigées ; la source d'alors portait encore la rue."""
    for numero, cas in CAS.items():
        commun = {"siret": numero, "motif": f"MOTIF{cas}", "le": LE, "etat": EtatCorrection.A_REVOIR}
        Correction.objects.create(
            champ="libelle_voie", valeur=f"CORRIGEE{cas}", valeur_source=f"RUE{cas}", nouvelle_source=f"RUE{cas}",
            source_au=date(2026, 9, 1), nouvelle_source_au=date(2026, 10, 1), **commun,
        )  # fmt: skip
        Correction.objects.create(champ="lon", valeur="5.0699", valeur_source=f"5.0699 (RUE{cas})", **commun)
        Correction.objects.create(champ="lat", valeur="47.3399", valeur_source=f"47.3399 (RUE{cas})", **commun)
        Correction.objects.create(champ="signalement", valeur=f"MOTIF{cas}", **commun)
    Correction.objects.create(siret=PHYSIQUE, champ="enseigne", valeur="ENSEIGNEREFAITEPHY", motif="MOTIFPHY", le=LE)


def installer_en_base() -> EditionConsulaire:
    carre = [[5.06, 47.33], [5.08, 47.33], [5.08, 47.35], [5.06, 47.35], [5.06, 47.33]]
    Zone.objects.create(**{**ZONE, "geometrie": json.dumps({"type": "Polygon", "coordinates": [carre]})})
    edition = EditionConsulaire.objects.create(
        nom="Édition d'essai", fichier="essai", sha256="0" * 64, octets=1, date_source=date(2026, 1, 1), deposee_le=LE,
        etat="appliquee", appliquee_le=LE,
    )  # fmt: skip
    _consulaire(edition)
    _corrections()
    return edition


# --- Chercher un mot dans tout ce qui sort ---


def lire(reponse: Any) -> str:
    """Tout le texte d'une réponse, celui d'un fichier compris."""
    octets = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
    return deplier(octets)


def deplier(octets: bytes) -> str:
    """Le texte d'un fichier, quelle qu'en soit la sorte : archive dans l'archive, PDF et Parquet compris."""
    if octets[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            return "\n".join(deplier(archive.read(nom)) for nom in archive.namelist())
    if octets[:5] == b"%PDF-":
        pdf = PdfReader(io.BytesIO(octets))
        pages = "\n".join(page.extract_text() for page in pdf.pages)
        # Avec et sans les blancs : une cellule étroite coupe les mots.
        return f"{pages}\n{''.join(pages.split())}\n{pdf.metadata}"
    if octets[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(octets))
        return f"{table.to_pylist()} {table.schema.metadata}"
    return octets.decode("utf-8", errors="replace")


def fuites(texte: str) -> list[str]:
    """Les mots marqués qu'on y lit, quelle qu'en soit la casse."""
    bas = texte.lower()
    return [mot for mot in CACHES if mot.lower() in bas]

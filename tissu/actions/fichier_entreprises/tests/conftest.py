"""Le décor des essais de la fiche 7 : un petit registre publié, des personnes, une connexion."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tissu.actions.fichier_entreprises.models import FiliereExcellence, RegleDePiste
from tissu.actions.fichier_entreprises.tests import registre as petit
from tissu.comptes.choices import Role
from tissu.comptes.models import Attribution, Personne
from tissu.entrepot.instantane import Instantane
from tissu.registre.models import DonneeConsulaire, EditionConsulaire, TypeZone, Zone

AU = datetime(2026, 11, 23, 9, tzinfo=UTC)
SOURCE = date(2026, 11, 15)


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Un dossier de données à cet essai seul."""
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    return tmp_path


@pytest.fixture
def publier(dossier: Path) -> Callable[..., Instantane]:
    """Publie un registre de lignes données ; appelée deux fois, c'est un import qui suit l'autre."""

    def publier(source_au: date = SOURCE, **tables: Any) -> Instantane:
        return petit.publier(source_au, **tables)

    return publier


def evenements_d_octobre() -> list[dict[str, Any]]:
    """Un mois d'octobre 2026 où chaque type arrive, plus ce qui ne doit pas compter."""
    e = petit.evenement
    return [
        e(1, "creation_pure", date(2026, 10, 2), connu_le=date(2026, 10, 5)),
        e(2, "creation_pure", date(2026, 10, 31), connu_le=date(2026, 11, 12), code_commune="21166"),
        e(3, "reprise", date(2026, 10, 1), connu_le=date(2026, 10, 1)),
        e(4, "reactivation", date(2026, 10, 8), connu_le=date(2026, 10, 9)),
        e(5, "etablissement_secondaire", date(2026, 10, 9), connu_le=date(2026, 10, 20), section="C", naf="10.71A"),
        e(5, "etablissement_secondaire", date(2026, 10, 10), connu_le=date(2026, 10, 20), nic=2),
        e(6, "transfert_entrant", date(2026, 10, 11), connu_le=date(2026, 10, 20)),
        e(7, "transfert_interne", date(2026, 10, 12), connu_le=date(2026, 10, 20)),
        e(8, "transfert_sortant", date(2026, 10, 13), connu_le=date(2026, 10, 20)),
        e(9, "fermeture_etablissement", date(2026, 10, 14), connu_le=date(2026, 10, 20), diffusion="P"),
        e(9, "cessation_unite", date(2026, 10, 14), connu_le=date(2026, 10, 20)),
        e(10, "radiation_rcs", date(2026, 10, 15), connu_le=date(2026, 10, 15)),
        e(11, "procedure_collective", date(2026, 10, 16), connu_le=date(2026, 10, 18)),
        e(12, "interruption_courte", date(2026, 10, 17), connu_le=date(2026, 10, 20)),
        # Hors du périmètre : commerce, section inconnue, loueur en meublé personne physique.
        e(13, "creation_pure", date(2026, 10, 18), section="G", naf="47.11B"),
        e(14, "creation_pure", date(2026, 10, 18), section=None, naf="00.00Z"),
        e(15, "creation_pure", date(2026, 10, 18), section="L", naf="68.20A", personne_physique=True),
        # Hors du mois.
        e(16, "creation_pure", date(2026, 9, 30), connu_le=date(2026, 10, 2)),
        e(17, "creation_pure", date(2025, 10, 3), connu_le=date(2025, 10, 6)),
        e(18, "fermeture_etablissement", date(2026, 11, 1)),
    ]


def etablissements() -> list[dict[str, Any]]:
    """Ceux des événements, et de quoi faire une liste des plus de 50."""
    e = petit.etablissement
    communs = [e(numero) for numero in (1, 2, 3, 4, 6, 7, 8, 10, 11, 12, 16, 17)]
    return [
        *communs,
        e(5, section="C", naf="10.71A", a17="C1"),
        e(5, nic=2),
        e(
            9,
            etat="F",
            nom=None,
            adresse=None,
            diffusion="P",
            personne_physique=True,
            date_fermeture=date(2026, 10, 14),
        ),
        e(50, nom="Cinquante juste", effectif_cci=50, effectif_cci_date=date(2026, 3, 1), tranche_effectif="21"),
        e(51, nom="Cinquante et un", effectif_cci=51, effectif_cci_date=date(2026, 3, 1), tranche_effectif="12"),
        e(52, nom="Par tranche", tranche_effectif="21", annee_effectif=2024, naf="25.62B"),
        e(53, nom="Sans année", tranche_effectif="53", annee_effectif=None),
        e(54, nom="Trop petit", tranche_effectif="12"),
    ]


def unites() -> list[dict[str, Any]]:
    u = petit.unite
    return [
        *[u(numero) for numero in (1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 17, 50, 51, 54)],
        u(9, etat="C", nom=None, diffusion="P", date_cessation=date(2026, 10, 14)),
        u(10),
        u(52, tranche_effectif="21"),
        u(53, tranche_effectif="53", annee_effectif=None),
    ]


@pytest.fixture
def registre(publier: Callable[..., Instantane]) -> Instantane:
    """Octobre 2026 dans un petit registre, avec une annonce de radiation."""
    return publier(
        evenements=evenements_d_octobre(),
        etablissements=etablissements(),
        unites_legales=unites(),
        etablissements_zones=[{"siret": petit.siret(n), "zone_id": "valmy"} for n in (1, 9)],
        annonces=[
            {
                "id": "A1", "siren": petit.siret(10)[:9], "famille": "Radiation", "date_parution": date(2026, 10, 15),
                "annulee": False,
            }
        ],
    )  # fmt: skip


@pytest.fixture
def zone_valmy(db: None) -> Zone:
    return Zone.objects.create(
        id="valmy", nom="Valmy", type=TypeZone.PARC_ACTIVITES, source="Essai", date_source=date(2026, 1, 1)
    )


def personne(cle: str, *roles: str) -> Personne:
    cree = Personne.objects.create_user(f"{cle}@essai.example", "mot-de-passe-d-essai", prenom=cle.title(), nom="Essai")
    for role in roles:
        Attribution.objects.create(personne=cree, role=role, debut=date(2020, 1, 1))
    return cree


@pytest.fixture
def mission(db: None) -> Personne:
    return personne("mission", Role.CHARGE_MISSION)


@pytest.fixture
def chargee(db: None) -> Personne:
    return personne("chargee", Role.CHARGE_FILIERE)


@pytest.fixture
def elu(db: None) -> Personne:
    return personne("elu", Role.ELU)


@pytest.fixture
def regle_valmy(zone_valmy: Zone, chargee: Personne) -> RegleDePiste:
    """La règle de la fiche : entreprise neuve du numérique à Valmy, dix salariés ou effectif inconnu."""
    numerique = FiliereExcellence.objects.create(
        slug="numerique", nom="Numérique", codes_naf=["62"], responsable=chargee
    )
    return RegleDePiste.objects.create(
        nom="Numérique à Valmy", filiere=numerique, types=["creation_pure"], zones=["valmy"], effectif_min=10,
        modifiee_le=AU,
    )  # fmt: skip


def donnee_consulaire(siret: str, dirigeant: str) -> DonneeConsulaire:
    """Ce que la chambre sait d'un établissement."""
    edition = EditionConsulaire.objects.create(
        nom="Essai", fichier="x", sha256="x", octets=1, date_source=date(2026, 9, 1), deposee_le=AU
    )
    return DonneeConsulaire.objects.create(siret=siret, dirigeant=dirigeant, edition=edition)

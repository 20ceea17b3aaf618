"""Les migrations s'appliquent sur une base neuve, et la base y garde elle-même les journaux et ce qui est figé."""

import os
import subprocess
import sys
from pathlib import Path

PREUVE = """
import django
django.setup()
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tissu.comptes.models import EvenementDeCompte, Organisation
from tissu.comptes.intouchables import GARDES as comptes
from tissu.programme.intouchables import GARDES as programme, GARDES_DES_FICHES_CLOSES as closes
from tissu.programme.models import Convention, Fiche, VersionDeFiche
from tissu.publications.models import ContenuFige, Edition, Publication
from tissu.publications.intouchables import GARDES as publications
from tissu.socle.intouchables import noms_des_ordres

with connection.cursor() as curseur:
    curseur.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    posees = {nom for (nom,) in curseur.fetchall()}
manquent = {nom for garde in (*comptes, *programme, *closes, *publications) for nom in noms_des_ordres(garde)} - posees
assert not manquent, manquent

with connection.cursor() as curseur:
    curseur.execute("SELECT COUNT(*) FROM django_migrations WHERE app LIKE 'comptes' OR app LIKE 'registre'")
    assert curseur.fetchone()[0] >= 3
    EvenementDeCompte.objects.create(type="connexion", moment=timezone.now())
    convention = Convention.objects.create(titre="Essai", debut=2023, fin=2025, taux_jour_eur=700)
    fiche = Fiche.objects.create(convention=convention, numero=1, annee=2024, action="essai", titre_court="Essai")
    VersionDeFiche.objects.create(fiche=fiche, numero=1, contenu={}, empreinte="", etablie_le=timezone.now())
    chambre = Organisation.objects.create(nom="Chambre", type="cci")
    bilan = Publication.objects.create(slug="bilan", titre="Bilan", organisation=chambre, creee_le=timezone.now())
    edition = Edition.objects.create(publication=bilan, numero=1, titre="Bilan", preparee_le=timezone.now())
    ContenuFige.objects.create(edition=edition, texte="{}")
    Edition.objects.update(etat="diffusee", diffusee_le=timezone.now())
    for ordre in (
        "UPDATE comptes_evenementdecompte SET type = 'x'",
        "DELETE FROM comptes_evenementdecompte",
        "UPDATE programme_versiondefiche SET motif = 'x'",
        "DELETE FROM programme_versiondefiche",
        "UPDATE publications_contenufige SET texte = 'x'",
        "DELETE FROM publications_contenufige",
        "UPDATE publications_edition SET titre = 'x'",
        "UPDATE publications_edition SET audience = 'comite_pilotage'",
        "DELETE FROM publications_edition",
    ):
        try:
            with transaction.atomic():
                curseur.execute(ordre)
        except DatabaseError as refus:
            assert "ne se modifie ni ne s efface" in str(refus)
        else:
            raise AssertionError(ordre)
print("gardé")
"""


def tissu(dossier: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environnement = {**os.environ, "TISSU_DONNEES": str(dossier), "DJANGO_SETTINGS_MODULE": "tissu.config.settings"}
    return subprocess.run([sys.executable, *arguments], env=environnement, capture_output=True, text=True, check=False)


def test_une_base_neuve_se_migre_et_garde_ses_journaux(tmp_path: Path) -> None:
    migration = tissu(tmp_path, "-m", "tissu", "migrate", "--verbosity", "0")
    assert migration.returncode == 0, migration.stderr
    preuve = tissu(tmp_path, "-c", PREUVE)
    assert preuve.stdout.strip() == "gardé", preuve.stderr


def test_aucune_migration_ne_manque(tmp_path: Path) -> None:
    controle = tissu(tmp_path, "-m", "tissu", "makemigrations", "--check", "--dry-run")
    assert controle.returncode == 0, controle.stdout

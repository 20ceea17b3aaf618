"""L'import des fichiers SIRENE : journal, idempotence, reprise, garde, quarantaine et rejeu."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from tissu.entrepot.instantane import chantier, courant
from tissu.registre.choices import EtatImport
from tissu.registre.models import FichierImporte, Import, LigneRefusee
from tissu.registre.operations import composition, importation
from tissu.registre.operations.importation import ImportRefuse, importer_sirene, recomposer
from tissu.registre.operations.quarantaine import rejouer
from tissu.registre.sources import formats_insee as insee
from tissu.registre.tests.fichiers_insee import COMMUNE, dossier_complet, ecrire, etablissement
from tissu.socle.territoire import Territoire
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
AU = datetime(2026, 11, 2, 9, tzinfo=UTC)
TERRITOIRE = Territoire(slug="essai", nom="Dijon", code="", communes={COMMUNE: "Dijon"})


@pytest.fixture(autouse=True)
def donnees(tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    return tmp_path / "donnees"


def importer(dossier, jour=0, **options):
    reglages = {"territoire": TERRITOIRE, "auteur": None, "suivi": SansSuivi(), "au": AU + timedelta(days=jour)}
    return importer_sirene(dossier=dossier, **(reglages | options))


def contenu(table):
    """Toutes les lignes d'une table de la version courante, dans un ordre stable."""
    return sorted(courant().executer(courant().table(table)), key=str)


def test_un_import_publie_une_version_et_tient_son_journal(tmp_path):
    journal = importer(dossier_complet(tmp_path / "source", 30, fermes=4))
    assert (journal.etat, journal.lues, journal.gardees, journal.refusees) == (EtatImport.TERMINE, 99, 94, 0)
    assert courant().manifeste["version"] == journal.version
    assert courant().manifeste["source_au"] == "2026-10-30"
    comptes = courant().manifeste["comptes"]
    assert (comptes["etablissements"], comptes["actifs"], comptes["periodes"]) == (30, 26, 34)
    assert FichierImporte.objects.filter(importation=journal).count() == 3
    assert "30 établissements, dont 26 actifs." in journal.message
    assert "Fichiers absents : liens de succession" in journal.message


@pytest.mark.parametrize("extension", [".csv.gz", ".zip", ".parquet"])
def test_la_forme_des_fichiers_ne_change_pas_le_registre(extension, tmp_path):
    importer(dossier_complet(tmp_path / "csv", 20, fermes=3))
    attendu = {nom: contenu(nom) for nom in courant().tables()}
    importer(dossier_complet(tmp_path / "autre", 20, fermes=3, extension=extension), jour=1)
    assert {nom: contenu(nom) for nom in courant().tables()} == attendu


def test_le_meme_dossier_deux_fois_ne_change_rien(tmp_path, donnees):
    dossier = dossier_complet(tmp_path / "source", 20)
    premier = importer(dossier)
    fichiers = sorted(c.stat().st_ino for c in (donnees / "registre" / "versions").rglob("*"))
    second = importer(dossier, jour=1)
    assert (second.etat, second.sans_changement, second.version) == (EtatImport.TERMINE, True, premier.version)
    assert second.message.startswith("Sans changement")
    assert sorted(c.stat().st_ino for c in (donnees / "registre" / "versions").rglob("*")) == fichiers
    assert importer(dossier, jour=2, forcer=True).version != premier.version


def test_un_import_interrompu_reprend_ce_qui_etait_lu(tmp_path, monkeypatch):
    dossier = dossier_complet(tmp_path / "source", 20)
    monkeypatch.setattr(composition, "composer", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        importer(dossier)
    assert Import.objects.get().etat == EtatImport.ECHOUE
    monkeypatch.undo()
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    journal = importer(dossier, jour=1)
    assert journal.etat == EtatImport.TERMINE
    assert set(journal.fichiers.values_list("reprise", flat=True)) == {True}


def test_la_garde_arrete_une_perte_anormale_et_se_leve_expres(tmp_path):
    importer(dossier_complet(tmp_path / "avant", 100))
    avant = courant().version
    tronque = dossier_complet(tmp_path / "apres", 80)
    with pytest.raises(ImportRefuse, match="de 100 à 80 établissements"):
        importer(tronque, jour=1)
    assert Import.objects.first().etat == EtatImport.REFUSE_PAR_GARDE
    assert courant().version == avant
    force = importer(tronque, jour=2, forcer=True)
    assert (force.force, courant().version) == (True, force.version)
    assert "Garde levée par --forcer." in force.message


def test_la_garde_regarde_aussi_les_actifs(tmp_path):
    importer(dossier_complet(tmp_path / "avant", 100))
    with pytest.raises(ImportRefuse, match="de 100 à 90 établissements actifs"):
        importer(dossier_complet(tmp_path / "apres", 100, fermes=10), jour=1)


def test_une_perte_ordinaire_passe(tmp_path):
    importer(dossier_complet(tmp_path / "avant", 100))
    assert importer(dossier_complet(tmp_path / "apres", 96, fermes=1), jour=1).etat == EtatImport.TERMINE


def test_un_fichier_inutilisable_laisse_le_registre_en_place(tmp_path):
    importer(dossier_complet(tmp_path / "source", 20))
    avant = courant().version
    (tmp_path / "source" / "StockUniteLegale_utf8.csv").write_text("<html>404</html>")
    with pytest.raises(ImportRefuse, match=r"StockUniteLegale_utf8\.csv : c'est une page web"):
        importer(tmp_path / "source", jour=1)
    assert (courant().version, Import.objects.first().etat) == (avant, EtatImport.ECHOUE)


def test_un_dossier_sans_etablissements_est_refuse(tmp_path):
    (tmp_path / "vide").mkdir()
    with pytest.raises(ImportRefuse, match="Aucun fichier StockEtablissement"):
        importer(tmp_path / "vide")
    with pytest.raises(ImportRefuse, match="n'existe pas"):
        importer(tmp_path / "nulle_part")


def test_un_territoire_absent_des_fichiers_est_refuse(tmp_path):
    ailleurs = Territoire(slug="lyon", nom="Lyon 4e", code="", communes={"69384": "Lyon"})
    with pytest.raises(ImportRefuse, match="Aucun établissement de Lyon 4e"):
        importer(dossier_complet(tmp_path / "source", 5), territoire=ailleurs)


def _dossier_avec_une_faute(tmp_path):
    dossier = dossier_complet(tmp_path / "source", 20)
    lignes = [etablissement(n) for n in range(1, 21)] + [etablissement(30, dateDebut="2025-02-30")]
    ecrire(dossier, insee.StockEtablissement, lignes)
    return dossier


def test_une_ligne_refusee_est_en_quarantaine_et_se_rejoue_une_fois_corrigee(tmp_path):
    premier = importer(_dossier_avec_une_faute(tmp_path))
    [refusee] = LigneRefusee.objects.all()
    assert (refusee.ligne, refusee.champ, refusee.code) == (22, "dateDebut", "date_impossible")
    rejeu = rejouer(
        corrections={refusee.pk: {"dateDebut": "2025-02-28"}}, auteur=None, au=AU + timedelta(days=1), suivi=SansSuivi()
    )
    refusee.refresh_from_db()
    assert refusee.rejouee_le == AU + timedelta(days=1)
    assert (premier.manifeste["comptes"]["etablissements"], rejeu.manifeste["comptes"]["etablissements"]) == (20, 21)
    with pytest.raises(ImportRefuse, match="l'a déjà été"):
        rejouer(corrections={refusee.pk: {}}, auteur=None, au=AU + timedelta(days=2), suivi=SansSuivi())


def test_recomposer_sans_rien_de_nouveau_ne_change_rien(tmp_path, monkeypatch):
    import pyarrow as pa

    premier = importer(dossier_complet(tmp_path / "source", 20))
    assert recomposer(suivi=SansSuivi(), au=AU + timedelta(days=1)).sans_changement is True
    sans = composition.surcharges_en_vigueur()
    contours = pa.table({"zone_id": ["centre"], "geometrie": [""], "code_commune": [COMMUNE]})
    monkeypatch.setattr(composition, "surcharges_en_vigueur", lambda: sans | {"contours": contours})
    journal = recomposer(suivi=SansSuivi(), au=AU + timedelta(days=2))
    assert (journal.etat, journal.sans_changement) == (EtatImport.TERMINE, False)
    assert journal.version != premier.version
    assert len(contenu("etablissements_zones")) == 20


def test_un_import_tue_est_referme_au_suivant(tmp_path):
    orphelin = Import.objects.create(commence_le=AU)
    importer(dossier_complet(tmp_path / "source", 5))
    orphelin.refresh_from_db()
    assert orphelin.etat == EtatImport.INTERROMPU
    assert "Le registre n'a pas changé" in orphelin.message


def test_un_import_tue_juste_apres_avoir_publie_est_dit_abouti(tmp_path):
    orphelin = Import.objects.create(commence_le=AU)
    with chantier(AU) as version:
        version.publier({"importation": orphelin.pk, "territoire": {"communes": []}, "etapes": {}})
    importation.reconcilier(au=AU)
    orphelin.refresh_from_db()
    assert (orphelin.etat, orphelin.version) == (EtatImport.TERMINE, courant().version)


def test_la_commande_dit_le_bilan_et_montre_la_quarantaine(tmp_path, capsys):
    call_command("sirene", "importer", str(_dossier_avec_une_faute(tmp_path)), "--commune", COMMUNE)
    sortie = capsys.readouterr().out
    assert "StockEtablissement_utf8.csv : 21 lues, 20 gardées, 1 refusées" in sortie
    call_command("sirene", "quarantaine", "--format", "csv")
    entete, ligne = capsys.readouterr().out.splitlines()
    assert entete.split(";")[:4] == ["id", "sorte", "fichier", "ligne"]
    assert ligne.split(";")[1:7] == [
        "etablissements", "StockEtablissement_utf8.csv", "22", "dateDebut", "2025-02-30", "date_impossible",
    ]  # fmt: skip


def test_la_commande_refuse_avec_un_message(tmp_path):
    with pytest.raises(CommandError, match="Aucun fichier StockEtablissement"):
        call_command("sirene", "importer", str(tmp_path), "--commune", COMMUNE)
    with pytest.raises(CommandError, match="n'est pas configuré"):
        call_command("sirene", "importer", str(tmp_path), "--territoire", "atlantide")

"""Le fichier consulaire : lu largement, aperçu avant, appliqué d'un coup, annulable."""

from datetime import date
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.core.management import call_command

from tissu.registre.models import DonneeConsulaire, EditionConsulaire, EffectifConsulaire, EtatEdition
from tissu.registre.operations import consulaire as operations
from tissu.registre.operations.depots import deposer
from tissu.registre.queries.surcharges import surcharges
from tissu.registre.sources.consulaire import (
    LECTEURS,
    CelluleIllisible,
    FichierConsulaireRefuse,
    deviner,
    lire_fiches,
    lire_tableau,
)
from tissu.registre.tests.petit_registre import LE, SIRETS

UN, DEUX, TROIS = SIRETS
AU = date(2026, 10, 1)
ENTETE = "N° SIRET;Dirigeant;Téléphone;Courriel;Effectif;Date effectif;Chiffre d'affaires (k€);Capital\n"


@pytest.fixture
def donnees(tmp_path, monkeypatch, db):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    monkeypatch.setattr(operations, "connus", lambda sirets: {UN, DEUX})
    return tmp_path


def edition(texte: str, nom: str = "fichier.csv", encodage: str = "cp1252") -> EditionConsulaire:
    depot = deposer(ContentFile(texte.encode(encodage), name=nom), rayon=operations.RAYON)
    return operations.deposer_edition(depot=depot, date_source=AU, auteur=None, le=LE)


def appliquer(texte: str) -> EditionConsulaire:
    return operations.appliquer_edition(edition_id=edition(texte).pk, auteur=None, le=LE)


def test_les_entetes_francais_sont_devines():
    entetes = ["N° SIRET", "Dirigeant", "Date effectif", "Effectif", "Tél.", "E-mail", "CA (k€)", "Ville"]
    assert deviner(entetes) == {
        "siret": "N° SIRET", "effectif_date": "Date effectif", "effectif": "Effectif", "dirigeant": "Dirigeant",
        "telephone": "Tél.", "courriel": "E-mail", "chiffre_affaires_eur": "CA (k€)",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("champ", "texte", "entete", "attendu"),
    [
        ("effectif", "1 350", "Effectif", 1350),
        ("effectif", "12,0", "Effectif", 12),
        ("effectif_date", "29/06/2026", "Date", date(2026, 6, 29)),
        ("chiffre_affaires_eur", "5570", "CA (k€)", Decimal("5570000.00")),
        ("chiffre_affaires_eur", "2 000 €", "CA (k€)", Decimal("2000.00")),
        ("capital_eur", "1,5 M€", "Capital", Decimal("1500000.00")),
        ("telephone", "+33 (0)3 80 00 00 00", "Tél", "03 80 00 00 00"),
        ("telephone", "380000000", "Tél", "03 80 00 00 00"),
        ("telephone", "+49 30 1234567", "Tél", "+49301234567"),
        ("courriel", "Lise@Exemple.example", "Courriel", "lise@exemple.example"),
        ("site", "www.exemple.com", "Site", "https://www.exemple.com"),
    ],
)
def test_une_cellule_est_lue(champ, texte, entete, attendu):
    assert LECTEURS[champ](texte, entete) == attendu


@pytest.mark.parametrize(
    ("champ", "texte"),
    [
        ("effectif", "beaucoup"), ("effectif", "-3"), ("effectif", "12,5"), ("effectif_date", "31/02/2026"),
        ("capital_eur", "x"), ("telephone", "12"), ("courriel", "lise"), ("site", "javascript:alert(1)"),
    ],
)  # fmt: skip
def test_une_cellule_fausse_est_refusee(champ, texte):
    with pytest.raises(CelluleIllisible):
        LECTEURS[champ](texte, "")


def test_un_classeur_ou_excel_a_fait_un_nombre_du_siret(tmp_path):
    fichier = tmp_path / "fichier.xlsx"
    with xlsxwriter.Workbook(fichier) as classeur:
        feuille = classeur.add_worksheet()
        feuille.write_row(0, 0, ["SIRET", "Effectif"])
        feuille.write_row(1, 0, [float(UN), 12.0])
    tableau = lire_tableau(fichier)
    fiche = next(lire_fiches(tableau, deviner(tableau.entetes), date_source=AU))
    assert (fiche.siret, fiche.motif, fiche.valeurs) == (UN, "", {"effectif": 12, "effectif_date": AU})


def test_la_virgule_et_l_utf8_sont_lus_aussi(tmp_path):
    fichier = tmp_path / "x.csv"
    fichier.write_text(f"SIRET,Dirigeant\n{UN},Zoé\n", encoding="utf-8-sig")
    tableau = lire_tableau(fichier)
    assert [f.valeurs for f in lire_fiches(tableau, deviner(tableau.entetes), date_source=AU)] == [{"dirigeant": "Zoé"}]


@pytest.mark.parametrize(
    ("nom", "contenu", "message"),
    [
        ("x.pdf", b"%PDF", "sont lus les CSV"),
        ("x.csv", b"SIRET;Effectif\n", "aucune ligne"),
        ("x.csv", b"a\0b", "binaire"),
        ("x.xlsx", b"PK faux", "n'est pas un classeur lisible"),
    ],
)
def test_un_fichier_faux_est_refuse(tmp_path, nom, contenu, message):
    fichier = tmp_path / nom
    fichier.write_bytes(contenu)
    with pytest.raises(FichierConsulaireRefuse, match=message):
        lire_tableau(fichier)


def test_l_apercu_dit_tout_avant_d_ecrire(donnees):
    appliquer(ENTETE + f"{UN};Lise;03 80 00 00 00;;10;01/09/2026;;\n{DEUX};Paul;;;;;;\n")
    lignes = operations.apercevoir(
        edition(
            ENTETE + f"{UN};Lise;;;12;01/10/2026;;\n{DEUX};Paul;;;;;;\n{TROIS};Zoé;;;;;;\n"
            f"123;Marc;;;;;;\n{UN};Lise;;;;;;\n"
        )
    )
    assert [ligne.statut for ligne in lignes] == ["modifiee", "inchangee", "hors_territoire", "rejetee", "rejetee"]
    assert lignes[0].differences == [("effectif_date", date(2026, 9, 1), date(2026, 10, 1)), ("effectif", 10, 12)]
    assert "n'est pas un SIRET juste" in lignes[3].motif
    assert lignes[4].motif == "Ce SIRET est déjà à la ligne 2."
    assert DonneeConsulaire.objects.get(siret=UN).effectif == 10


def test_une_cellule_illisible_est_ignoree_et_dite(donnees):
    ligne = operations.apercevoir(edition(ENTETE + f"{UN};Lise;12;;dix;;;\n"))[0]
    assert ligne.statut == "ajoutee"
    assert ligne.fiche.avis == [
        "Effectif (salariés) : « dix » n'est pas un nombre de salariés.",
        "Téléphone : « 12 » n'est pas un numéro de téléphone.",
    ]


def test_appliquer_garde_l_histoire_des_effectifs_et_nourrit_le_registre(donnees):
    appliquer(ENTETE + f"{UN};Élise MARTIN;;;10;01/09/2025;5570;2000 €\n")
    appliquer(ENTETE + f"{UN};;;;12;01/09/2026;;\n")
    donnee = DonneeConsulaire.objects.get()
    assert (donnee.effectif, donnee.dirigeant, donnee.dirigeant_normalise) == (12, "Élise MARTIN", "elise martin")
    assert donnee.history.count() == 2
    assert [(e.valeur, e.source) for e in EffectifConsulaire.objects.all()] == [
        (12, "Fichier consulaire"), (10, "Fichier consulaire"),
    ]  # fmt: skip
    assert surcharges()["consulaire"].to_pylist() == [
        {
            "siret": UN, "effectif": 12, "effectif_date": date(2026, 9, 1),
            "chiffre_affaires_eur": Decimal("5570000.00"), "capital_eur": Decimal("2000.00"),
        }
    ]  # fmt: skip


def test_appliquer_deux_fois_ne_change_rien(donnees):
    une = appliquer(ENTETE + f"{UN};Lise;;;10;01/09/2026;;\n")
    operations.appliquer_edition(edition_id=une.pk, auteur=None, le=LE)
    assert EffectifConsulaire.objects.count() == 1


def test_un_echec_en_route_n_ecrit_rien(donnees, monkeypatch):
    deposee = edition(ENTETE + f"{UN};Lise;;;10;01/09/2026;;\n")
    monkeypatch.setattr(operations, "bulk_update_with_history", SimpleNamespace())
    with pytest.raises(TypeError):
        operations.appliquer_edition(edition_id=deposee.pk, auteur=None, le=LE)
    deposee.refresh_from_db()
    assert (deposee.etat, DonneeConsulaire.objects.count()) == (EtatEdition.DEPOSEE, 0)


def test_annuler_rend_l_etat_d_avant_et_seulement_la_derniere(donnees):
    premiere = appliquer(ENTETE + f"{UN};Lise;;;10;01/09/2025;5;\n")
    seconde = appliquer(ENTETE + f"{UN};Paul;;;12;01/09/2026;6;\n{DEUX};Zoé;;;;;;\n")
    with pytest.raises(operations.EditionRefusee, match="Seule la dernière"):
        operations.annuler_edition(edition_id=premiere.pk, auteur=None)
    operations.annuler_edition(edition_id=seconde.pk, auteur=None)
    donnee = DonneeConsulaire.objects.get()
    assert (donnee.siret, donnee.dirigeant, donnee.effectif, donnee.effectif_date, donnee.chiffre_affaires_eur) == (
        UN, "Lise", 10, date(2025, 9, 1), Decimal("5000.00"),
    )  # fmt: skip
    assert donnee.edition == premiere
    assert list(EffectifConsulaire.objects.values_list("valeur", flat=True)) == [10]


def test_un_effectif_confirme_a_la_main_dit_qui_quand_et_d_ou(donnees):
    appliquer(ENTETE + f"{UN};;;;10;01/09/2025;;\n")
    operations.noter_effectif(siret=UN, valeur=51, date_effectif=AU, source="Visite", auteur=None, le=LE)
    operations.noter_effectif(siret=UN, valeur=9, date_effectif=date(2020, 1, 1), source="Ancien", auteur=None, le=LE)
    donnee = DonneeConsulaire.objects.get()
    assert (donnee.effectif, donnee.effectif_date, donnee.effectif_source) == (51, AU, "Visite")
    assert EffectifConsulaire.objects.count() == 3


def test_une_correspondance_gardee_sert_aux_fichiers_suivants(donnees):
    premiere = edition(f"Identifiant;Patron\n{UN};Lise\n")
    with pytest.raises(FichierConsulaireRefuse, match="quelle colonne porte le SIRET"):
        operations.apercevoir(premiere)
    colonnes = {"siret": "Identifiant", "dirigeant": "Patron", "site": ""}
    operations.regler_colonnes(edition=premiere, colonnes=colonnes, garder_sous="Chambre")
    assert operations.apercevoir(premiere)[0].differences == [("dirigeant", None, "Lise")]
    depot = deposer(ContentFile(f"Identifiant;Patron\n{DEUX};Zoé\n".encode(), name="b.csv"), rayon=operations.RAYON)
    seconde = operations.deposer_edition(depot=depot, date_source=AU, auteur=None, le=LE, correspondance="Chambre")
    assert operations.apercevoir(seconde)[0].fiche.valeurs == {"dirigeant": "Zoé"}
    with pytest.raises(FichierConsulaireRefuse, match="Connues : Chambre"):
        operations.deposer_edition(depot=depot, date_source=AU, auteur=None, le=LE, correspondance="Autre")


def test_la_commande_importe_et_compte(donnees):
    fichier = donnees / "cci.csv"
    fichier.write_text(ENTETE + f"{UN};Lise;;;10;01/09/2026;;\n{TROIS};x;;;;;;\n", encoding="cp1252")
    sortie = StringIO()
    call_command("consulaire", "importer", str(fichier), "--essai", stdout=sortie)
    assert not DonneeConsulaire.objects.exists() and not EditionConsulaire.objects.exists()
    call_command("consulaire", "importer", str(fichier), stdout=sortie)
    assert "Ajoutée : 1" in sortie.getvalue() and "Hors du registre : 1" in sortie.getvalue()
    assert DonneeConsulaire.objects.get().dirigeant == "Lise"

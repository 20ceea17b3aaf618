"""Importer un programme depuis l'écran : vu avant d'être écrit, refusé en disant où, chargé une seule fois."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.models import Convention, Fiche, Revue, VersionDeFiche
from tissu.programme.sources.programme_classeur import ecrire_classeur
from tissu.programme.sources.programme_yaml import lire_dossier
from tissu.programme.tests import fabrique

Connecte = Callable[[Personne], Client]
YAML = """
titre: Petite convention
debut: 2023
fin: 2025
taux_jour: 700 €
partenaires:
  - {cle: cci, type: cci, nom: Chambre d'essai}
  - {cle: metropole, type: metropole, nom: Métropole d'essai}
fiches:
  - numero: 1
    annee: 2024
    action: essai
    titre: Une fiche
    titre_court: Fiche
    maitres_ouvrage: [cci]
    total: MONTANT
    rubriques: {objectifs: Un objectif., calendrier: Avril., evaluation: Un bilan., maitrise_ouvrage: La chambre.}
    lignes:
      - {libelle: Animation, nature: jours, jours: 2, montant: 1 400 €}
"""


@pytest.fixture(autouse=True)
def dossier_propre(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))


@pytest.fixture
def vrai(settings: Any) -> bytes:
    return ecrire_classeur(lire_dossier(Path(settings.TERRITOIRES) / "dijon_metropole" / "programme"))


def _deposer(client: Client, contenu: bytes, nom: str = "programme.xlsx") -> Any:
    return client.post(reverse("programme:importer"), {"fichier": SimpleUploadedFile(nom, contenu)})


def _confirmer(client: Client, reponse: Any) -> Any:
    suite = reponse.context["suite"].initial
    return client.post(reverse("programme:charger"), suite)


def test_le_classeur_est_montre_puis_charge(vrai: bytes, mission_cci: Personne, connecte: Connecte) -> None:
    client = connecte(mission_cci)
    apercu = _deposer(client, vrai)
    assert apercu.status_code == 200
    assert len(apercu.context["apercu"].rapport.creees) == 18
    assert Fiche.objects.count() == Convention.objects.count() == 0
    page = apercu.content.decode()
    assert "Total différent de la somme" in page
    assert "vous donnez l’accord de Chambre d&#x27;essai" in page
    suite = _confirmer(client, apercu)
    assert suite.url == reverse("programme:convention", args=[Convention.objects.get().pk])
    assert (Fiche.objects.count(), set(Fiche.objects.values_list("etat", flat=True))) == (18, {"preparation"})
    motifs = list(VersionDeFiche.objects.order_by("motif").values_list("motif", flat=True))
    assert motifs == 18 * ["Accord pour signature"] + 18 * ["Fiche en préparation, telle qu'importée"]
    encore = _deposer(client, vrai)
    assert (len(encore.context["apercu"].rapport.creees), len(encore.context["apercu"].rapport.inchangees)) == (0, 18)


def test_l_administratrice_charge_sans_signer_pour_personne(
    vrai: bytes, administratrice: Personne, connecte: Connecte
) -> None:
    client = connecte(administratrice)
    apercu = _deposer(client, vrai)
    assert "Un chargé de mission de chaque partenaire les signera" in apercu.content.decode()
    _confirmer(client, apercu)
    assert set(VersionDeFiche.objects.values_list("motif", flat=True)) == {"Fiche en préparation, telle qu'importée"}


def test_une_annee_au_bilan_verrouille_ne_recoit_plus_de_fiche(mission_cci: Personne, connecte: Connecte) -> None:
    client = connecte(mission_cci)
    _confirmer(client, _deposer(client, YAML.replace("MONTANT", "1.400 €").encode(), "petit.yaml"))
    Revue.objects.create(
        convention=Convention.objects.get(), annee=2024, type="bilan_annuel", etat="verrouillee", au=fabrique.JOUR,
        ouverte_le=fabrique.AU, verrouillee_le=fabrique.AU, arretee_le=fabrique.AU,
    )  # fmt: skip
    deux = YAML.replace("MONTANT", "1.400 €") + YAML.split("fiches:")[1].replace("numero: 1", "numero: 2").replace(
        "MONTANT", "700 €"
    )
    refus = _deposer(client, deux.encode(), "petit.yaml")
    assert (refus.status_code, Fiche.objects.count()) == (422, 1)
    assert "Le bilan 2024" in refus.content.decode()


def test_une_fiche_modifiee_n_est_jamais_ecrasee(vrai: bytes, mission_cci: Personne, connecte: Connecte) -> None:
    client = connecte(mission_cci)
    _confirmer(client, _deposer(client, vrai))
    Fiche.objects.filter(numero=9).update(total_declare_eur=12600)
    apercu = _deposer(client, vrai)
    (ecarts,) = apercu.context["apercu"].rapport.ecarts.values()
    assert ecarts == ["total écrit : « 12600.00 » ici, « 11900 » au fichier"]
    assert "total écrit" in apercu.content.decode()
    _confirmer(client, apercu)
    assert str(Fiche.objects.get(numero=9).total_declare_eur) == "12600.00"
    assert VersionDeFiche.objects.filter(fiche__numero=9).count() == 2


def test_un_montant_illisible_dit_ou_et_n_ecrit_rien(mission_cci: Personne, connecte: Connecte) -> None:
    reponse = _deposer(connecte(mission_cci), YAML.replace("MONTANT", "mille").encode(), "petit.yaml")
    assert reponse.status_code == 422
    (defaut,) = reponse.context["defauts"]
    assert (defaut.valeur, defaut.champ) == ("mille", "total")
    assert "petit.yaml" in defaut.lieu
    assert not Convention.objects.exists()


def test_un_yaml_se_charge_aussi(mission_cci: Personne, connecte: Connecte) -> None:
    client = connecte(mission_cci)
    _confirmer(client, _deposer(client, YAML.replace("MONTANT", "1.400 €").encode(), "petit.yaml"))
    assert [str(fiche.total_declare_eur) for fiche in Fiche.objects.all()] == ["1400.00"]


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("programme.pdf", b"%PDF-1.7"),
        ("programme.xlsx", b"pas un classeur"),
        ("programme.yaml", b"a: [\n"),
        ("programme.yaml", b"a: &x [1]\nfiches: [*x, *x]\n"),
        ("programme.yaml", b"- une liste\n"),
    ],
)
def test_un_fichier_qui_ne_va_pas_est_refuse_sans_casse(
    nom: str, contenu: bytes, mission_cci: Personne, connecte: Connecte
) -> None:
    assert _deposer(connecte(mission_cci), contenu, nom).status_code == 422
    assert not Convention.objects.exists()


def test_qui_n_est_pas_d_un_partenaire_ne_charge_pas(vrai: bytes, connecte: Connecte, cci: Any, metropole: Any) -> None:
    client = connecte(fabrique.personne("charge_mission", organisation="agence"))
    assert "Seul un chargé de mission" in _deposer(client, vrai).content.decode()
    pour_une_action = fabrique.personne("charge_mission", cle="une-action", action="clubs")
    assert "Seul un chargé de mission" in _deposer(connecte(pour_une_action), vrai).content.decode()
    assert not Convention.objects.exists()


def test_un_depot_refuse_ne_laisse_rien_sur_le_disque(
    vrai: bytes, connecte: Connecte, mission_cci: Personne, metropole: Any, tmp_path: Path
) -> None:
    """Le droit se vérifie avant d'écrire ; un fichier illisible n'est pas gardé non plus."""

    def gardes() -> list[str]:
        return [chemin.suffix for chemin in tmp_path.rglob("*") if chemin.is_file() and "depots" in chemin.parts]

    tierce = fabrique.personne("charge_mission", organisation="agence")
    bornee = fabrique.personne("charge_mission", cle="une-action", action="clubs")
    for intrus in (tierce, bornee):
        _deposer(connecte(intrus), vrai)
    _deposer(connecte(mission_cci), b"pas un classeur")
    assert gardes() == []
    _deposer(connecte(mission_cci), vrai)
    assert gardes() == [".xlsx"]


def test_la_reference_d_un_autre_ne_se_charge_pas(
    vrai: bytes, connecte: Connecte, mission_cci: Personne, metropole: Any
) -> None:
    apercu = _deposer(connecte(mission_cci), vrai)
    tierce = fabrique.personne("charge_mission", organisation="agence")
    _confirmer(connecte(tierce), apercu)
    assert not Convention.objects.exists()


def test_une_reference_inventee_est_refusee(mission_cci: Personne, connecte: Connecte) -> None:
    reponse = connecte(mission_cci).post(
        reverse("programme:charger"), {"reference": "../../etc/passwd", "nom": "x"}, follow=True
    )
    assert "déposez-le à nouveau" in reponse.content.decode()


def test_le_modele_se_telecharge(mission_cci: Personne, connecte: Connecte) -> None:
    reponse = connecte(mission_cci).get(reverse("programme:modele"))
    classeur = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(reponse.content))
    assert {"Convention", "Fiches", "Lignes", "Financements", "Critères"} <= set(classeur.sheet_names)


def test_une_elue_n_importe_pas(elue: Personne, connecte: Connecte) -> None:
    assert connecte(elue).get(reverse("programme:importer")).status_code == 403

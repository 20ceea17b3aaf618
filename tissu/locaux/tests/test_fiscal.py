"""Le fichier fiscal : chaque ligne va à son local ou de côté, et la collectivité seule en voit quelque chose."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.locaux.models import DonneeFiscale, ImportFiscal, Local, RejetFiscal
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.fiscal import RAYON, importer_donnees_fiscales
from tissu.locaux.rules.fiscal import Lieu, annuaire, designer
from tissu.locaux.sources.lecture import FichierDeLocauxRefuse
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU
from tissu.registre.operations.depots import deposer

Connecter = Callable[[Personne], Client]
CAS = yaml.safe_load((Path(__file__).parent / "cas" / "fiscal.yaml").read_text(encoding="utf-8"))
PAGE = "/locaux/fichiers-fiscaux/"
CSV = """Commune;N° voie;Voie;Invariant;Propriétaire;Vacant
Dijon;12;Rue de la Liberté;2310001;SECRET Paul;oui
21231;14;RUE DE LA LIBERTE;2310002;SECRET Anne;non
Dijon;99;Rue de la Liberté;2310003;SECRET Luc;oui
Dijon;12;Rue de la Liberté;2310004;SECRET Marc;oui
Dijon;14;Rue de la Liberté;2310002;SECRET Anne;peut-être
"""


@pytest.mark.parametrize("cas", CAS["cas"], ids=lambda cas: cas["cas"])
def test_le_local_dont_parle_une_ligne(cas: dict[str, Any]) -> None:
    connus = annuaire(
        Lieu(rang, un["reference"], un["commune"], un["numero"], un["voie"], frozenset(un.get("invariants", ())))
        for rang, un in enumerate(CAS["lieux"])
    )
    dits = {champ: cas.get(champ, "") for champ in ("reference", "invariant", "commune", "numero", "voie")}
    lieu, motif = designer(connus, **dits)
    assert (lieu.reference if lieu else None, motif) == (cas.get("local"), cas.get("motif", ""))


def importer(contenu: bytes | str = CSV, nom: str = "vacants.csv", **champs: Any) -> ImportFiscal:
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    defauts: dict[str, Any] = {"millesime": 2024, "source": "DGFiP", "auteur": None, "au": AU}
    return importer_donnees_fiscales(depot=deposer(ContentFile(octets, name=nom), rayon=RAYON), **(defauts | champs))


@pytest.fixture
def rue(db: None) -> list[Local]:
    return [fabrique.local("Ici", "banque", reference=f"L{numero}", numero=str(numero)) for numero in (12, 14)]


def donnees() -> list[tuple[Any, ...]]:
    return list(
        DonneeFiscale.objects.order_by("local", "-millesime").values_list(
            "local__reference", "millesime", "vacant", "invariant"
        )
    )


def rejets(importation: ImportFiscal) -> list[tuple[int, str]]:
    return list(importation.rejets.values_list("ligne", "motif"))


def test_chaque_ligne_va_a_son_local_ou_de_cote(rue: list[Local]) -> None:
    importation = importer()
    assert donnees() == [("L12", 2024, True, "2310001"), ("L14", 2024, False, "2310002")]
    assert rejets(importation) == [
        (4, "Aucun local connu à cette adresse : créez-le, ou mettez la référence du bon."),
        (5, "Le local L12 est déjà dit à la ligne 2."),
        (6, "« peut-être » ne dit pas si le local est vacant : oui ou non."),
    ]
    assert (importation.lignes, importation.retenues) == (5, 2)
    # Rien de ce qui ne situe pas un local n'entre dans la base.
    assert "SECRET" not in str(list(RejetFiscal.objects.values()))


def test_redeposer_reessaie_le_reste_sans_rien_doubler(rue: list[Local]) -> None:
    importer()
    fabrique.local(reference="L99", numero="99")
    suivant = importer(auteur=None)
    assert [reference for reference, *_ in donnees()] == ["L12", "L14", "L99"]
    assert [ligne for ligne, _ in rejets(suivant)] == [5, 6]
    # L'année d'après, l'invariant suffit, même si l'adresse a changé.
    importer("Invariant;Vacant\n2310001;non\n", millesime=2023)
    assert donnees()[:2] == [("L12", 2024, True, "2310001"), ("L12", 2023, False, "2310001")]


def test_un_classeur_par_reference_sans_colonne_de_vacance(rue: list[Local]) -> None:
    classeur, sortie = openpyxl.Workbook(), BytesIO()
    for ligne in (["Référence", "Millésime"], ["l14", 2024], ["L77", 2024]):
        classeur.active.append(ligne)  # type: ignore[union-attr]
    classeur.save(sortie)
    importation = importer(sortie.getvalue(), nom="vacants.xlsx")
    assert (donnees(), rejets(importation)) == (
        [("L14", 2024, True, "")], [(3, "Aucun local n'a la référence L77.")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("contenu", "nom", "champs", "refus"),
    [
        ("Nom;Montant\nA;1\n", "a.csv", {}, "aucune colonne ne situe un local"),
        ("{}", "a.geojson", {}, "se lit en CSV"),
        ("", "a.csv", {}, "aucune ligne"),
        (CSV, "a.csv", {"millesime": 2025}, "une année déjà commencée"),
        (CSV, "a.csv", {"millesime": 24}, "une année déjà commencée"),
        (CSV, "a.csv", {"source": " "}, "d'où vient le fichier"),
    ],
)
def test_un_fichier_illisible_ou_mal_decrit_est_refuse_en_entier(
    rue: list[Local], contenu: str, nom: str, champs: dict[str, Any], refus: str
) -> None:
    with pytest.raises((LocalRefuse, FichierDeLocauxRefuse), match=refus):
        importer(contenu, nom=nom, **champs)
    assert not ImportFiscal.objects.exists()


@pytest.mark.django_db
def test_la_loi_reserve_le_depot_a_la_collectivite(agent: Personne, agent_metropole: Personne) -> None:
    filiere = fabrique.personne("charge_filiere", organisation="metropole")
    for qui in (agent, filiere, fabrique.personne("lecteur", organisation="metropole")):
        with pytest.raises(LocalRefuse, match="La loi réserve"):
            importer(auteur=qui)
    assert importer(auteur=agent_metropole).auteur == agent_metropole


def test_la_collectivite_depose_et_lit_le_bilan(
    connecte: Connecter, agent_metropole: Personne, rue: list[Local]
) -> None:
    client = connecte(agent_metropole)
    envoi = {"millesime": timezone.localdate().year, "source": "DGFiP"}
    reponse = client.post(PAGE, envoi | {"fichier": SimpleUploadedFile("vacants.csv", CSV.encode())}, follow=True)
    assert [rejet.ligne for rejet in reponse.context["page"]] == [4, 5, 6]
    assert "Plusieurs" not in reponse.text and "SECRET" not in reponse.text
    refus = client.post(PAGE, envoi | {"fichier": SimpleUploadedFile("vacants.csv", b"Nom\nA\n")})
    assert (refus.status_code, ImportFiscal.objects.count()) == (422, 1)
    assert PAGE in client.get("/locaux/imports/").text
    assert "Fichier fiscal" in client.get("/locaux/local/L12/").text


def test_la_chambre_n_en_voit_rien_nulle_part(connecte: Connecter, agent: Personne, rue: list[Local]) -> None:
    importation, client = importer(source="Fichier tenu secret"), connecte(agent)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"millesime": 2024, "source": "x"}).status_code == 403
    assert client.get(f"{PAGE}{importation.pk}/").status_code == 403
    export = client.get(reverse("cartes:export", args=["locaux", "csv"]))
    vus = b"".join(export.streaming_content).decode()  # type: ignore[attr-defined]
    for page in ("/locaux/imports/", "/locaux/local/L12/", "/locaux/", "/"):
        vus += client.get(page).text
    assert [mot for mot in ("fiscal", "Fiscal", "2310001", "tenu secret") if mot in vus] == []


def test_un_charge_de_filiere_de_la_collectivite_lit_sans_deposer(connecte: Connecter, rue: list[Local]) -> None:
    importer()
    client = connecte(fabrique.personne("charge_filiere", organisation="metropole"))
    page = client.get(PAGE)
    assert ("vacants.csv" in page.text, 'type="file"' in page.text) == (True, False)
    envoi = {"millesime": 2024, "source": "x", "fichier": SimpleUploadedFile("v.csv", CSV.encode())}
    assert (client.post(PAGE, envoi).status_code, ImportFiscal.objects.count()) == (422, 1)

"""La diffusion partielle, de bout en bout : quatre cas protégés, marqués partout, cherchés dans tout ce qui sort.

Les fichiers d'essai ne portent pas le « [ND] » de l'Insee : tout ce qui manque à l'arrivée, c'est le produit qui l'a
tu. Chaque mot marqué est unique ; le chercher dans une réponse suffit à prouver une fuite.
"""

import io
import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from tests.registre_marque import (
    CAS,
    OUVERTE,
    PHYSIQUE,
    PRINCIPAL,
    PROTEGES,
    VISIBLES,
    deplier,
    fuites,
    lire,
)
from tissu.actions.fichier_entreprises.models import EditionPlusDe50, Piste, RegleDePiste, Veille
from tissu.actions.fichier_entreprises.operations import envoyer_digests
from tissu.actions.fichier_entreprises.operations.editions import publier_semestre
from tissu.actions.fichier_entreprises.operations.pistes import creer_pistes
from tissu.actions.fichier_entreprises.operations.veilles import relever_veilles
from tissu.comptes.choices import LECTEURS_DU_REGISTRE, NatureAcces, Role
from tissu.comptes.models import Acces, Personne
from tissu.entrepot.instantane import courant
from tissu.messages.tests.fabrique import distribuer
from tissu.registre.models import (
    EditionConsulaire,
    Import,
    LigneRefusee,
)
from tissu.registre.operations.depots import deposer
from tissu.registre.tests.exemple import LE

# --- Ce qui est écrit ---


def test_aucun_fichier_de_la_version_ne_porte_un_mot_marque(registre: Any) -> None:
    dossier = courant().chemin
    sales = {}
    for fichier in sorted(dossier.rglob("*")):
        if fichier.suffix == ".parquet":
            texte = str(pq.read_table(fichier).to_pylist())
        elif fichier.suffix == ".sqlite":
            with sqlite3.connect(f"file:{fichier}?mode=ro", uri=True) as base:
                texte = str(
                    base.execute("SELECT mot FROM mots").fetchall() + base.execute("SELECT * FROM fiche").fetchall()
                )
        elif fichier.is_file():
            # La copie indexée du moteur et le manifeste : leurs octets suffisent à trouver un texte.
            texte = fichier.read_bytes().decode("latin-1")
        else:
            continue
        sales[fichier.name] = fuites(texte)
    assert {nom: trouves for nom, trouves in sales.items() if trouves} == {}
    assert {"etablissements.parquet", "annonces.parquet", "periodes.parquet", "recherche.sqlite"} <= set(sales)


def test_les_proteges_sont_comptes_et_restent_a_la_maille_de_la_commune(registre: Any) -> None:
    lignes = {e["siret"]: e for e in courant().lignes("etablissements", "siret", [*PROTEGES, OUVERTE])}
    assert {
        numero: (e["commune"], e["lon"], e["code_postal"]) for numero, e in lignes.items() if numero in PROTEGES
    } == dict.fromkeys(PROTEGES, ("Dijon", None, None))
    assert courant().manifeste["comptes"]["etablissements"] == 6
    assert courant().lignes("etablissements_zones", "siret", PROTEGES) == []
    assert [lignes[numero]["nom"] for numero in PROTEGES] == [None, "DENOMINATIONSOC", None, "DENOMINATIONSEC"]


# --- Ce qui se lit ---

SIREN = tuple(numero[:9] for numero in PROTEGES)


def _adresses() -> list[str]:
    recherche = [f"/registre/?q={mot}" for mot in ("RUESOC", "NOMPHY", "SIGLESOC", "21078", "ENSEIGNEREFAITEPHY")]
    return [
        "/",
        "/registre/?colonnes=adresse&colonnes=forme&colonnes=siege&tri=nom",
        "/registre/?diffusion=P",
        "/registre/?zone=parc-exemple",
        *recherche,
        "/registre/export.csv?diffusion=P",
        "/registre/export.xlsx?diffusion=P",
        *(f"/registre/etablissements/{numero}/" for numero in (*PROTEGES, PRINCIPAL)),
        *(f"/registre/unites/{siren}/" for siren in SIREN),
        reverse("registre:corrections"),
        reverse("fichier_entreprises:bord"),
        reverse("fichier_entreprises:flux", args=["2026-10"]) + "?secteurs=tous",
        reverse("fichier_entreprises:flux_lignes", args=["2026-10"]) + "?secteurs=tous",
        reverse("fichier_entreprises:flux_lignes", args=["2026-10"]) + "?secteurs=tous&format=csv",
        *(
            reverse("fichier_entreprises:flux_fichier", args=["2026-10", sorte]) + "?secteurs=tous"
            for sorte in ("json", "csv", "xlsx")
        ),
        reverse("fichier_entreprises:grands", args=["2026-S2"]),
        *(reverse("fichier_entreprises:grands_fichier", args=["2026-S2", s]) for s in ("json", "csv", "xlsx")),
        reverse("fichier_entreprises:pistes") + "?vue=toutes&etat=toutes",
        *(reverse("fichier_entreprises:piste", args=[piste.pk]) for piste in Piste.objects.all()),
        reverse("fichier_entreprises:veilles"),
        *_cartes(),
        *_sorties_de_carte(),
    ]


def _cartes() -> list[str]:
    """Les cartes : page, liste, description, la tuile du monde entier, et la bulle de chaque protégé."""
    flux = "secteurs=tous&au=2026-10-31"
    pages = [
        f"/cartes/{couche}/{morceau}?{filtres}"
        for couche, filtres in (("etablissements", "tri=adresse"), ("etablissements", "diffusion=P"), ("flux", flux))
        for morceau in ("", "liste/", "description.json", "0/0/0.mvt")
    ]
    bulles = [f"/cartes/etablissements/objets/?id={numero}" for numero in PROTEGES]
    return [*pages, *bulles, "/registre/?affichage=carte&diffusion=P", "/cartes/etablissements/?q=RUESOC"]


def _sorties_de_carte() -> list[str]:
    """Ce qui sort d'une carte : exports, impression, service pour les SIG."""
    fichiers = [f"export.{sorte}" for sorte in ("csv", "xlsx", "geojson", "gpkg", "parquet", "txt")]
    sorties = [f"/cartes/etablissements/{sortie}?diffusion=P" for sortie in (*fichiers, "impression.pdf")]
    objets = [f"/ogc/collections/etablissements/items{suite}" for suite in ("", *(f"/{numero}" for numero in PROTEGES))]
    return [*sorties, *objets]


@pytest.mark.parametrize("formes", ["dans=cercle:5,47.3,50000", "hors=cercle:0,0,10", "dans=zone:zones/parc-exemple"])
def test_un_protege_n_est_dans_aucun_dessin_meme_par_l_exclusion(registre: Any, entrer: Any, formes: str) -> None:
    """L'Insee les situait (voir `registre_marque`) : ils sont comptés, sans place, donc ni dedans ni dehors."""
    client = entrer(Role.CHARGE_MISSION)
    tous, choisis = (
        json.loads(lire(client.get(f"/cartes/etablissements/export.geojson?{suite}")))["features"]
        for suite in ("", formes)
    )
    assert {entite["id"]: entite["geometry"] for entite in tous if entite["id"] in PROTEGES} == dict.fromkeys(PROTEGES)
    assert [entite["id"] for entite in choisis] == []


@pytest.mark.parametrize("role", sorted(LECTEURS_DU_REGISTRE - {Role.CHARGE_MISSION} | {Role.ELU, Role.POLICE}))
def test_aucun_ecran_ni_export_ne_porte_un_mot_marque(registre: Any, entrer: Any, role: Role) -> None:
    _pistes_et_veilles(entrer(Role.CHARGE_MISSION).personne)
    client = entrer(role)
    lues, visibles = {}, set()
    for adresse in _adresses():
        reponse = client.get(adresse)
        assert reponse.status_code in {200, 403}, adresse
        texte = lire(reponse)
        # Le mot cherché revient dans le champ de recherche : ce n'est pas le registre qui le dit.
        cherche = adresse.partition("?q=")[2]
        trouves = [mot for mot in fuites(texte) if mot != cherche]
        if trouves:
            lues[adresse] = trouves
        visibles |= {mot for mot in VISIBLES if mot in texte}
    assert lues == {}
    if role in LECTEURS_DU_REGISTRE:
        assert visibles == set(VISIBLES)


@pytest.mark.parametrize(
    "mot", ["RUESOC", "NOMPHY", "SIGLESOC", "ENSEIGNEPHY", "21078", "DIRIGEANTPHY", "DENOMINATIONENT"]
)
def test_chercher_un_mot_protege_ne_trouve_personne(registre: Any, entrer: Any, mot: str) -> None:
    """Être trouvé par son nom, sa rue ou son dirigeant, c'est déjà les dire."""
    page = entrer(Role.CHARGE_FILIERE).get("/registre/", {"q": mot})
    assert (page.status_code, page.context["page"].paginator.count) == (200, 0)
    assert not Acces.objects.exists()


def test_le_dirigeant_d_un_protege_ne_se_cherche_qu_avec_le_droit_et_se_journalise(registre: Any, entrer: Any) -> None:
    page = entrer(Role.CHARGE_MISSION).get("/registre/", {"q": "DIRIGEANTPHY"})
    assert page.context["page"].paginator.count == 1
    assert [acces.nature for acces in Acces.objects.all()] == [NatureAcces.CONTACTS]


def _pistes_et_veilles(agent: Personne) -> None:
    RegleDePiste.objects.create(nom="Tout", types=["creation_pure", "reactivation"], codes_naf=["62"], modifiee_le=LE)
    assert creer_pistes(au=LE) >= len(PROTEGES)
    Veille.objects.create(
        nom="Ma veille", personne=agent, sirets=list(PROTEGES), evenements=["procedure", "fermeture"],
        frequence="quotidienne", creee_le=LE,
    )  # fmt: skip
    assert relever_veilles(au=LE) > 0


def test_ni_le_courriel_des_veilles_ni_les_pistes_ne_nomment(registre: Any, entrer: Any) -> None:
    _pistes_et_veilles(entrer(Role.CHARGE_MISSION).personne)
    assert envoyer_digests(au=LE, frequences=["quotidienne"]) == 1
    distribuer(au=LE)
    courriel = mail.outbox[0]
    assert fuites(f"{courriel.subject} {courriel.body}") == []
    assert fuites(str([*Piste.objects.values(), *Piste.objects.values_list("etapes__texte")])) == []


def test_les_commandes_ne_nomment_pas(registre: Any, tmp_path: Path) -> None:
    textes = []
    for nom, options in (("flux", {"mois": "2026-10", "secteurs": "tous"}), ("plus_de_50", {"semestre": "2026-S2"})):
        for forme in ("json", "csv", "xlsx"):
            sortie = tmp_path / f"{nom}.{forme}"
            call_command(nom, **options, format=forme, sortie=str(sortie), stdout=io.StringIO())
            textes.append(deplier(sortie.read_bytes()))
    assert fuites("\n".join(textes)) == []
    assert all(numero in textes[0] for numero in PROTEGES)


def test_la_liste_des_plus_de_50_tait_les_dirigeants_proteges(registre: Any, entrer: Any) -> None:
    """Même un chargé de mission : les contacts d'un protégé ne se lisent qu'un à un, sur sa fiche."""
    client = entrer(Role.CHARGE_MISSION)
    texte = lire(client.get(reverse("fichier_entreprises:grands_fichier", args=["2026-S2", "csv"])))
    assert [mot for mot in fuites(texte) if mot.startswith("DIRIGEANT")] == []
    assert "DIRIGEANTOUVERTE" in texte
    assert texte.count("Non diffusible") == 2


def test_une_edition_figee_se_tait_de_qui_s_est_oppose_depuis(registre: Any, entrer: Any) -> None:
    figee = publier_semestre(semestre="2026-S1", auteur=None, au=LE)
    for ligne in figee.etablissements:
        cas = CAS.get(ligne["siret"])
        if cas:
            ligne |= {"nom": f"FIGEE{cas}" if cas in {"PHY", "ENT"} else ligne["nom"], "adresse": f"4 RUE{cas}"}
    EditionPlusDe50.objects.filter(pk=figee.pk).update(etablissements=figee.etablissements)
    client = entrer(Role.LECTEUR)
    # Le semestre figé, puis le suivant, qui en nomme les sortants.
    for semestre in ("2026-S1", "2026-S2"):
        texte = lire(client.get(reverse("fichier_entreprises:grands_fichier", args=[semestre, "xlsx"])))
        assert fuites(texte) == []
        assert "DENOMINATIONSOC" in texte


# --- Contacts, corrections, quarantaine, fichier consulaire ---


@pytest.mark.parametrize(
    ("role", "codes"), [(Role.CHARGE_FILIERE, [403, 403, 403, 403]), (Role.CHARGE_MISSION, [200, 200, 200, 200])]
)
def test_les_contacts_d_un_protege_demandent_les_deux_droits(
    registre: Any, entrer: Any, role: Role, codes: Any
) -> None:
    client = entrer(role)
    reponses = [client.post(reverse("registre:contacts", args=[numero])) for numero in PROTEGES]
    assert [reponse.status_code for reponse in reponses] == codes
    assert [acces.nature for acces in Acces.objects.all()] == [NatureAcces.NON_DIFFUSIBLE] * codes.count(200)
    if role == Role.CHARGE_FILIERE:
        assert fuites("".join(lire(reponse) for reponse in reponses)) == []


def test_l_export_des_contacts_laisse_vides_ceux_des_proteges(registre: Any, entrer: Any) -> None:
    texte = lire(entrer(Role.CHARGE_MISSION).get("/registre/export.csv", {"contacts": "oui"}))
    assert fuites(texte) == []
    assert "DIRIGEANTOUVERTE" in texte
    assert [acces.nature for acces in Acces.objects.all()] == [NatureAcces.EXPORT]


def test_la_revue_des_corrections_se_lit_avec_le_droit_et_se_journalise(registre: Any, entrer: Any) -> None:
    sans = lire(entrer(Role.ADMINISTRATEUR).get(reverse("registre:corrections")))
    assert (fuites(sans), Acces.objects.count()) == ([], 0)
    avec = lire(entrer(Role.CHARGE_MISSION).get(reverse("registre:corrections")))
    assert "CORRIGEESOC" in avec
    assert {acces.objet_id for acces in Acces.objects.all()} == set(PROTEGES)


def test_corriger_un_protege_se_journalise(registre: Any, entrer: Any) -> None:
    page = entrer(Role.CHARGE_MISSION).get(reverse("registre:corriger", args=[PHYSIQUE, "adresse"]))
    assert "CORRIGEEPHY" in lire(page)
    assert [(acces.nature, acces.objet_id) for acces in Acces.objects.all()] == [("non_diffusible", PHYSIQUE)]


@pytest.fixture
def quarantaine(registre: Any) -> Import:
    objet = Import.objects.create(commence_le=LE, territoire={"nom": "Exemple"}, etat="reussi", refusees=3)
    for brute, champ, valeur in (
        ({"statutDiffusionEtablissement": "P"}, "enseigne1Etablissement", "QUARANTAINEPHY"),
        ({}, "codePostalEtablissement", "21078"),
        ({"statutDiffusionEtablissement": "P"}, "dateDebut", "2026-13-45"),
        ({"statutDiffusionEtablissement": "O"}, "enseigne1Etablissement", "LISIBLE"),
    ):
        LigneRefusee.objects.create(
            importation=objet, sorte="etablissements", fichier="stock.csv", champ=champ, valeur=valeur, code="essai",
            motif="Essai.", brute=brute,
        )  # fmt: skip
    return objet


def test_la_quarantaine_tait_les_proteges_a_l_administration(quarantaine: Import, entrer: Any) -> None:
    client = entrer(Role.ADMINISTRATEUR)
    for nom in ("registre:import", "registre:quarantaine_csv"):
        texte = lire(client.get(reverse(nom, args=[quarantaine.pk])))
        assert fuites(texte) == []
        assert ("LISIBLE" in texte, "2026-13-45" in texte) == (True, True)
    protegee = LigneRefusee.objects.get(valeur="QUARANTAINEPHY")
    assert client.post(reverse("registre:rejouer", args=[protegee.pk])).status_code == 403
    assert not Acces.objects.exists()


def test_la_quarantaine_lue_avec_le_droit_est_au_journal(quarantaine: Import, entrer: Any) -> None:
    client = entrer(Role.CHARGE_MISSION)
    assert "QUARANTAINEPHY" in lire(client.get(reverse("registre:import", args=[quarantaine.pk])))
    assert "QUARANTAINEPHY" in lire(client.get(reverse("registre:quarantaine_csv", args=[quarantaine.pk])))
    assert sorted(acces.nature for acces in Acces.objects.all()) == [NatureAcces.EXPORT, NatureAcces.NON_DIFFUSIBLE]


@pytest.mark.parametrize(("role", "lit"), [(Role.ADMINISTRATEUR, False), (Role.CHARGE_MISSION, True)])
def test_l_apercu_consulaire_ne_montre_les_gens_qu_a_qui_peut(
    registre: Any, entrer: Any, role: Role, lit: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contenu = f"SIRET;Dirigeant;Téléphone;Effectif\n{PHYSIQUE};AUTREDIRIGEANTPHY;06 11 11 99 99;61\n".encode()

    class Recu:
        name = "cci.csv"

        def chunks(self) -> Iterator[bytes]:
            yield contenu

    depot = deposer(Recu(), rayon="consulaire")
    edition = EditionConsulaire.objects.create(
        nom="cci.csv", fichier=depot.reference, sha256=depot.sha256, octets=1, date_source=date(2026, 2, 1),
        deposee_le=LE,
        colonnes={"siret": "SIRET", "dirigeant": "Dirigeant", "telephone": "Téléphone", "effectif": "Effectif"},
    )  # fmt: skip
    texte = lire(entrer(role).get(reverse("registre:consulaire_edition", args=[edition.pk])))
    depot.chemin.unlink()
    assert (bool(fuites(texte)), "61" in texte) == (lit, True)
    assert [acces.nature for acces in Acces.objects.all()] == ([NatureAcces.CONTACTS] if lit else [])

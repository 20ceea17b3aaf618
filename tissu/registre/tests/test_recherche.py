"""La recherche : accents, fautes, numéros, plusieurs mots, et ce qui ne doit pas se trouver."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tissu.entrepot.instantane import Instantane, courant
from tissu.registre.filtres import Filtres, codes_de_l_activite
from tissu.registre.models import DonneeConsulaire, EditionConsulaire
from tissu.registre.queries.recherche import Demande, rechercher, selection, sirets_du_dirigeant
from tissu.registre.recherche import IndexAbsent, index_de, normaliser, termes_de
from tissu.registre.tests import exemple as x

pytestmark = pytest.mark.usefixtures("registre_exemple")


def trouver(texte: str, **filtres: object) -> list[str]:
    demande = Demande(texte=texte, filtres=replace(Filtres(), **filtres))
    return [ligne["siret"] for ligne in rechercher(demande, au=x.AU).page.object_list]


@pytest.mark.parametrize(
    ("texte", "attendus"),
    [
        ("boulangerie de l'etoile", [x.BOULANGERIE]),
        ("BOULANGERIE DE L’ÉTOILE", [x.BOULANGERIE]),
        ("etoile boul", [x.BOULANGERIE]),
        ("bon pain", [x.BOULANGERIE]),
        ("atelier lumieres", [x.LUMIERES]),
        ("rue de la liberté", [x.BOULANGERIE]),
        ("garage avenue", [x.GARAGE]),
        ("boulangrie", [x.BOULANGERIE]),
        ("garaeg central", [x.GARAGE]),
        ("boulangeries", [x.BOULANGERIE]),
        ("restauration quetigny", [x.CHEZ_LISE]),
        ("10.71C", [x.BOULANGERIE]),
        ("berthier paule", [x.ARTISANE]),
        ("garage etoile", []),
        ("xylophone", []),
    ],
)
def test_les_mots(texte, attendus):
    assert trouver(texte) == attendus


@pytest.mark.parametrize("coupes", [(), (9,), (3, 6, 9)])
def test_un_siret_avec_ou_sans_espaces(coupes):
    bornes = [0, *coupes, 14]
    assert trouver(" ".join(x.GARAGE[a:b] for a, b in pairwise(bornes))) == [x.GARAGE]


def test_un_siren_donne_tous_ses_etablissements():
    assert sorted(trouver(x.NOUVEAU_SITE[:9])) == sorted([x.ANCIEN_SITE, x.NOUVEAU_SITE])


@pytest.mark.parametrize("texte", ["martinot", "zulma", "enseignesecrete", "cachee", "rue cachee", "sefic"])
def test_rien_de_masque_ne_se_trouve(texte):
    assert trouver(texte) == []


def test_une_societe_en_diffusion_partielle_garde_sa_denomination():
    assert trouver("securitas fictive") == [x.SOCIETE_P]


def test_un_masque_se_trouve_par_son_numero():
    assert trouver(x.PERSONNE_P) == [x.PERSONNE_P]


def test_le_nom_exact_passe_devant():
    assert trouver("durand") == [x.DURAND]
    assert trouver("durant")[0] == x.DURANT


def test_les_ouverts_avant_les_fermes():
    etats = [ligne["etat"] for ligne in rechercher(Demande("voyageur"), au=x.AU).page.object_list]
    assert etats == ["A", "F"]


def test_la_faute_corrigee_est_dite():
    assert rechercher(Demande("boulangrie"), au=x.AU).corrections == (("boulangrie", "boulangerie"),)


def test_les_trois_lettres_ne_se_corrigent_pas():
    assert trouver("gax") == []


def test_des_mots_et_un_filtre():
    assert trouver("rue", communes=("21515",)) == trouver("rue quetigny")
    assert trouver("boulangerie", communes=("21515",)) == []


def test_tous_et_premiers_disent_la_meme_chose():
    index = index_de(courant())
    for texte in ("rue", "boulangrie", "dijon", x.GARAGE[:9]):
        question = index.comprendre(texte)
        tous = set(filter(None, index.tous(question).split("|")))
        assert tous == set(index.premiers(question))
        assert len(tous) == question.total


def test_le_dirigeant_se_trouve_sans_accent():
    edition = EditionConsulaire.objects.create(
        nom="e.csv", fichier="e.csv", sha256="0", octets=1, date_source=x.AU, deposee_le=x.LE
    )
    DonneeConsulaire.objects.create(
        siret=x.DIRIGEE, dirigeant="Éloïse Ferré", dirigeant_normalise="eloise ferre", edition=edition
    )
    assert sirets_du_dirigeant("Ferré Éloïse") == [x.DIRIGEE]
    assert sirets_du_dirigeant("ferre absent") == []
    page = rechercher(Demande("ferré"), au=x.AU, dirigeants=[x.DIRIGEE]).page
    assert [ligne["siret"] for ligne in page.object_list] == [x.DIRIGEE]


def test_la_selection_est_la_recherche_entiere():
    assert set(selection(Demande("rue"), au=x.AU)) == set(trouver("rue"))


def test_normaliser():
    assert normaliser("  L’Œuvre d'ÉTÉ, n° 5 ") == "l oeuvre d ete n 5"


def test_les_articles_seuls_restent_des_mots():
    assert (termes_de("la boulangerie de l'étoile"), termes_de("le la")) == (["boulangerie", "etoile"], ["le", "la"])


def test_codes_de_l_activite():
    assert codes_de_l_activite("10.71C") == ["10.71C"]
    assert "56.10A" in codes_de_l_activite("restauration")
    assert codes_de_l_activite("xylophone") == []


def test_un_index_d_un_produit_plus_ancien_se_dit_au_lieu_de_casser(tmp_path: Path) -> None:
    shutil.copy(courant().chemin / "recherche.sqlite", tmp_path)
    with closing(sqlite3.connect(tmp_path / "recherche.sqlite")) as base:
        base.execute("PRAGMA user_version = 0")

    with pytest.raises(IndexAbsent, match="tissu sirene recomposer"):
        index_de(Instantane(tmp_path))

"""La page d'un établissement : son état expliqué, ses provenances, ses liens, ses contacts sous clé."""

import re
from html import unescape

import pytest

from tissu.comptes.models import Acces
from tissu.registre.models import Correction, DonneeConsulaire, EditionConsulaire
from tissu.registre.tests import exemple as x

pytestmark = pytest.mark.usefixtures("registre_exemple")


def texte(reponse) -> str:
    corps = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]+>", " ", reponse.content.decode())
    return re.sub(r"\s+", " ", unescape(corps)).replace("\u00a0", " ").replace("\u202f", " ")


def fiche(client, siret: str) -> str:
    reponse = client.get(f"/registre/etablissements/{siret}/")
    assert reponse.status_code == 200
    return texte(reponse)


@pytest.mark.parametrize(
    ("siret", "phrases"),
    [
        (x.BOULANGERIE, ["Ouvert depuis le 1er mars 2020", "10.71C, NAF rév. 2", "6 à 9 salariés", "31 décembre 2024",
                         "Parc exemple", "AU BON PAIN", "Hors du territoire"]),
        (x.LIBRAIRIE, ["Fermé le 3 mars 2024 : première période fermée après un changement d'état ; "
                       "une correction du 12 mai 2024 n'a pas changé la date"]),
        (x.PREVUE, ["Fermeture prévue le 31 janv. 2027", "d'ici là, il est ouvert"]),
        (x.ROUVERT, ["Rouvert le 1er janvier 2018", "Il avait fermé le 1er juin 2015"]),
        (x.USINE, ["10 000 salariés et plus", "31 décembre 2023"]),
        (x.SANS_ANNEE, ["20 à 49 salariés", "année non dite par la source"]),
        (x.NAF_2025, ["62.01Z, NAF rév. 2", "62.10Y (NAF 2025"]),
        (x.NAF_ANCIENNE, ["72.2Z (NAF 1993"]),
        (x.NOUVEAU_SITE, ["Prédécesseur", "Transfert de siège, continuité économique, même unité légale"]),
        (x.RADIEE, ["Le BODACC et Sirene ne disent pas la même chose", "5 sept. 2026", "GREFFE D'ESSAI"]),
    ],
)  # fmt: skip
def test_chaque_cas_se_lit(visiter, siret, phrases):
    lu = fiche(visiter("lecteur"), siret)
    assert [phrase for phrase in phrases if phrase not in lu] == []


@pytest.mark.parametrize("siret", [x.PERSONNE_P, x.SOCIETE_P, x.SECONDAIRE_P])
def test_rien_de_masque_n_est_sur_la_page(visiter, siret):
    lu = fiche(visiter("charge_mission"), siret)
    assert [mot for mot in ("CACHEE", "MARTINOT", "Zulma", "ENSEIGNESECRETE", "SEFIC", "21000") if mot in lu] == []
    assert ("Non diffusible" in lu, "Dijon" in lu) == (True, True)


def test_les_codes_de_deux_nomenclatures_ne_partagent_pas_leur_libelle(visiter):
    lu = fiche(visiter("lecteur"), x.NAF_ANCIENNE)
    assert "NAF rév. 2" not in lu.split("Effectif et taille")[1].split("Lieu")[0]
    assert "72.2Z (NAF 1993, libellé non importé)" in lu


def test_une_correction_dit_son_auteur_et_la_valeur_de_la_source(visiter, personne):
    auteur = personne("charge_mission", courriel="lise@essai.example")
    Correction.objects.create(
        siret=x.GARAGE, champ="enseigne", valeur="CHEZ MOMO", valeur_source="", motif="Vu sur place", auteur=auteur,
        le=x.LE,
    )  # fmt: skip
    lu = fiche(visiter("lecteur"), x.GARAGE)
    for phrase in ("CHEZ MOMO", "Corrigé localement", "lise@essai.example", "Sirene portait « rien »", "Vu sur place"):
        assert phrase in lu


@pytest.mark.parametrize(("numero", "phrase"), [
    ("123", "n'est ni un SIRET"), (x.siret(4242), "aucun établissement du territoire ne le porte"),
])  # fmt: skip
def test_un_numero_inconnu_est_explique(visiter, numero, phrase):
    reponse = visiter("lecteur").get(f"/registre/etablissements/{numero}/")
    assert (reponse.status_code, phrase in texte(reponse)) == (404, True)


@pytest.mark.parametrize(("siren", "phrase"), [
    (x.NOUVEAU_SITE[:9], "2 établissements dans le territoire, dont 1 ouvert"),
    (x.BOULANGERIE[:9], "1 établissement dans le territoire, dont 1 ouvert ; 1 hors du territoire"),
])  # fmt: skip
def test_l_unite_legale(visiter, siren, phrase):
    assert phrase in texte(visiter("lecteur").get(f"/registre/unites/{siren}/"))


@pytest.fixture
def contact(registre_exemple):
    edition = EditionConsulaire.objects.create(
        nom="chambre.csv", fichier="c.csv", sha256="0", octets=1, date_source=x.AU, deposee_le=x.LE
    )
    for siret in (x.DIRIGEE, x.PERSONNE_P):
        DonneeConsulaire.objects.create(
            siret=siret, dirigeant="Éloïse Ferré", dirigeant_normalise="eloise ferre", telephone="03 80 00 00 00",
            edition=edition,
        )  # fmt: skip


def test_les_contacts_ne_viennent_que_demandes_et_journalises(visiter, contact):
    agent = visiter("charge_filiere")
    avant = fiche(agent, x.DIRIGEE)
    assert ("Voir les contacts" in avant, "Ferré" in avant, Acces.objects.count()) == (True, False, 0)
    apres = texte(agent.post(f"/registre/etablissements/{x.DIRIGEE}/contacts/"))
    assert ("Éloïse Ferré" in apres, "03 80 00 00 00" in apres) == (True, True)
    assert list(Acces.objects.values_list("nature", "objet_id")) == [("contacts", x.DIRIGEE)]


@pytest.mark.parametrize(("role", "siret", "statut"), [
    ("lecteur", x.DIRIGEE, 403), ("administrateur", x.DIRIGEE, 403), ("charge_filiere", x.PERSONNE_P, 403),
    ("charge_mission", x.PERSONNE_P, 200),
])  # fmt: skip
def test_les_contacts_sont_refuses_sans_le_droit(visiter, contact, role, siret, statut):
    reponse = visiter(role).post(f"/registre/etablissements/{siret}/contacts/")
    assert (reponse.status_code, "Ferré" in reponse.content.decode()) == (statut, statut == 200)
    assert Acces.objects.count() == (1 if statut == 200 else 0)


def test_une_fiche_chargee_ne_coute_pas_plus_de_requetes(visiter, contact, django_assert_max_num_queries):
    client, comptes = visiter("charge_mission"), set()
    for siret in (x.INFORMATIQUE, x.LIBRAIRIE, x.NOUVEAU_SITE):
        client.get(f"/registre/etablissements/{siret}/")
        with django_assert_max_num_queries(12) as lues:
            client.get(f"/registre/etablissements/{siret}/")
        comptes.add(len(lues))
    assert len(comptes) == 1

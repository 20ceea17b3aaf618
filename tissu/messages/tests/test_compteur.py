"""Le composeur de SMS : le compte pendant la frappe, la page sans JavaScript, le champ d'un formulaire."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.messages.forms.composeur import TexteForm
from tissu.messages.rules.caracteres import CaractereCouteux
from tissu.messages.rules.compte import Compte, compter


@pytest.fixture
def connecte(client: Client, db: None) -> Client:
    cache.clear()
    client.force_login(
        Personne.objects.create_user("ada@exemple.test"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def fragment(connecte: Client) -> Callable[..., str]:
    def demander(texte: str, champ: str = "texte") -> str:
        reponse = connecte.post(
            reverse("messages:compter"), {"champ": champ, champ: texte}, headers={"HX-Request": "true"}
        )
        assert (reponse.status_code, reponse.templates[0].name) == (200, "messages/_compteur.html")
        return reponse.content.decode()

    return demander


def lisible(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_le_compte_d_un_texte() -> None:
    assert compter("") == Compte(0, 0, 160)
    assert compter("a" * 143) == Compte(1, 143, 160)
    assert compter("a" * 305) == Compte(2, 305, 306)
    assert compter("ç" + "a" * 159) == Compte(3, 160, 201, "UCS-2", (CaractereCouteux("ç", (0,), "ucs2", "c"),), gain=2)
    assert compter("\t") == Compte(
        refus="Caractère 1 : la tabulation (U+0009) ne s'affiche pas sur un téléphone : mettez une espace, ou rien."
    )


def test_le_fragment_dit_le_compte(fragment: Callable[..., str]) -> None:
    assert lisible(fragment("a" * 143)) == "1 SMS , 143 caractères sur 160"
    assert lisible(fragment("")) == "0 SMS , 0 caractère sur 160"
    assert lisible(fragment("a" * 1200)) == "8 SMS , 1\u202f200 caractères sur 1\u202f224".replace("\u202f", " ")


def test_le_fragment_dit_ce_qui_coute_et_propose(fragment: Callable[..., str]) -> None:
    page = fragment("Ça brûle, l’œil 😀 l’été\u00ad." + "a" * 60)
    assert lisible(page) == (
        "2 SMS , 86 caractères sur 134 Hors de l’alphabet des SMS : chaque SMS porte 70 caractères au lieu de 160. "
        "û 1 fois Remplacer û par « u » ’ 2 fois Remplacer ’ par « ' » œ 1 fois Remplacer œ par « oe » "
        "😀 1 fois rien ne le remplace : tant qu’il reste, 70 caractères par SMS "
        "césure invisible 1 fois Retirer césure invisible Tout remplacer"
    )
    assert re.findall(r'data-remplacer="(.*?)" data-par="(.*?)" hidden', page) == [
        ("û", "u"), ("’", "&#x27;"), ("œ", "oe"), ("\u00ad", ""),
    ]  # fmt: skip


def test_le_fragment_dit_l_economie(fragment: Callable[..., str]) -> None:
    assert "Tous remplacés, 1 SMS au lieu de 3." in lisible(fragment("ç" + "a" * 159))
    assert "Chacun compte pour deux. Tous remplacés, 1 SMS au lieu de 2." in lisible(fragment("[" * 10 + "a" * 145))


def test_le_retour_a_la_ligne_d_un_formulaire_compte_pour_un(fragment: Callable[..., str]) -> None:
    assert lisible(fragment("a\r\nb")) == "1 SMS , 3 caractères sur 160"


def test_un_texte_refuse_dit_pourquoi(fragment: Callable[..., str]) -> None:
    assert lisible(fragment("a\tb")).startswith("Caractère 2 : la tabulation (U+0009) ne s'affiche pas")


def test_un_champ_prefixe_garde_sa_place(fragment: Callable[..., str]) -> None:
    assert 'id="couteux-alerte-texte" hx-swap-oob="innerHTML"' in fragment("a", champ="alerte-texte")
    assert "<script>" not in fragment("a", champ="x<script>")


def test_sans_javascript_la_page_compte(connecte: Client) -> None:
    adresse = reverse("messages:compter")
    vide = connecte.get(adresse).content.decode()
    assert "0 SMS , 0 caractère sur 160" in lisible(vide)
    assert f'hx-post="{adresse}"' in vide
    assert 'hx-target="#compteur-texte"' in vide
    compte = connecte.post(adresse, {"texte": "ç" * 71 + "\r\n"}).content.decode()
    assert "2 SMS , 72 caractères sur 134" in lisible(compte)
    refus = connecte.post(adresse, {"texte": "a\tb"}).content.decode()
    assert lisible(refus).count("la tabulation (U+0009)") == 3  # le résumé des erreurs, le champ, le compte
    assert "a\tb</textarea>" in refus


def test_il_faut_etre_connecte(client: Client, db: None) -> None:
    reponse = client.post(reverse("messages:compter"), {"champ": "texte", "texte": "a"})
    assert (reponse.status_code, reponse.url.split("?")[0]) == (302, reverse("account_login"))


def test_le_nombre_de_demandes_est_borne(connecte: Client, avancer_le_debit: Callable[[int], None]) -> None:
    def demander() -> int:
        return connecte.post(reverse("messages:compter"), {"champ": "texte", "texte": ""}).status_code

    assert demander() == 200
    avancer_le_debit(298)
    assert [demander(), demander()] == [200, 429]


def test_le_champ_garde_le_texte_tel_qu_ecrit() -> None:
    formulaire = TexteForm({"texte": " Vol.\r\nAppelez le 17. \r\n"})
    assert formulaire.is_valid()
    assert formulaire.cleaned_data["texte"] == " Vol.\nAppelez le 17. \n"


@pytest.mark.parametrize(
    ("texte", "erreur"),
    [
        ("", "Ce champ est obligatoire."),
        (
            "a\tb",
            "Caractère 2 : la tabulation (U+0009) ne s'affiche pas sur un téléphone : mettez une espace, ou rien.",
        ),
    ],
)
def test_le_champ_refuse_ce_qui_ne_part_pas(texte: str, erreur: str) -> None:
    assert TexteForm({"texte": texte}).errors == {"texte": [erreur]}

"""La page vivante montre tout, les gabarits restent sans style ni script en ligne, les pages d'erreur rassurent."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import resolve, reverse

from tissu.socle import erreurs
from tissu.socle.composants.exemples import ARCHETYPES, COMPOSANTS, contexte_d_exemple, rendre
from tissu.socle.templatetags import composants

GABARITS = Path(__file__).parents[1] / "templates"
TOUS_LES_GABARITS = sorted((settings.RACINE / "tissu").glob("**/templates/**/*.html"))
# Les courriels n'ont pas de feuille de style : ils sont lus hors du site, sans sa politique de sécurité.
PAGES = [chemin for chemin in TOUS_LES_GABARITS if not {"courriels", "email"} & set(chemin.parts)]


@pytest.fixture
def requete() -> Callable[[str], HttpRequest]:
    """Une requête d'une personne connectée sans rôle, sans base."""

    def fabriquer(chemin: str) -> HttpRequest:
        requete = RequestFactory().get(chemin)
        requete.user = get_user_model()(courriel="camille@tissu.example", prenom="Camille", nom="Ferrand")
        requete.user._attributions_actives = []
        requete.resolver_match = resolve(requete.path)
        return requete

    return fabriquer


def ouvrir(requete: HttpRequest) -> str:
    vue = requete.resolver_match
    reponse: HttpResponse = vue.func(requete, *vue.args, **vue.kwargs)
    assert reponse.status_code == 200
    return reponse.content.decode()


def balise(source: str, **contexte: object) -> str:
    return Template("{% load composants %}" + source).render(Context(contexte))


# La page vivante


def test_chaque_gabarit_de_composant_est_montre() -> None:
    gabarits = {chemin.stem for chemin in (GABARITS / "composants").glob("*.html")}
    assert gabarits == {composant.nom for composant in COMPOSANTS}


def test_chaque_balise_est_montree() -> None:
    appels = " ".join(appel.gabarit for composant in COMPOSANTS for appel in composant.appels)
    absentes = [nom for nom in composants.register.tags if f"{{% {nom} " not in appels and f"{{% {nom} %" not in appels]
    assert absentes == ["icone"]  # montrée dans presque tous les autres


@pytest.mark.parametrize("composant", COMPOSANTS, ids=lambda composant: composant.nom)
def test_chaque_appel_se_rend(composant: object, requete: Callable[[str], HttpRequest]) -> None:
    contexte = contexte_d_exemple()
    for appel in composant.appels:
        rendu = rendre(appel.gabarit, contexte, requete(reverse("composants"))).strip()
        assert bool(rendu) == ("rien" not in appel.etat), appel.etat


def test_la_page_montre_l_appel_et_son_rendu(requete: Callable[[str], HttpRequest]) -> None:
    page = ouvrir(requete(reverse("composants")))
    for composant in COMPOSANTS:
        assert f'<section id="{composant.nom}">' in page
    assert "{% etat &quot;Actif&quot; &quot;succes&quot; %}" in page
    assert '<span class="etat etat--succes">' in page


@pytest.mark.parametrize("nom", ARCHETYPES)
def test_chaque_archetype_a_son_exemple(nom: str, requete: Callable[[str], HttpRequest]) -> None:
    page = ouvrir(requete(reverse("archetype", args=[nom])))
    assert page.count("<h1>") == 1
    assert f"archetypes/{nom}.html" in (GABARITS / "socle" / "exemples" / f"{nom}.html").read_text()


def test_les_archetypes_sont_ceux_du_dossier() -> None:
    assert set(ARCHETYPES) == {chemin.stem for chemin in (GABARITS / "archetypes").glob("*.html")}


# Les balises


def test_un_etat_inconnu_arrete_le_rendu() -> None:
    with pytest.raises(TemplateSyntaxError, match="État « rouge » inconnu"):
        balise('{% etat "Radié" "rouge" %}')


def test_un_parametre_mal_ecrit_arrete_le_rendu() -> None:
    with pytest.raises(TemplateSyntaxError):
        balise('{% chiffre_cle "Créations" 12 unites="établissements" %}')


def test_un_chiffre_est_mis_en_francais_et_mene_a_ses_lignes() -> None:
    rendu = balise('{% chiffre_cle "Créations" 12480 lignes="/registre/?type=creation" sens="hausse" tendance="+3" %}')
    assert "12\u202f480" in rendu
    assert 'href="/registre/?type=creation"' in rendu
    assert "en hausse" in rendu


def test_les_messages_de_django_prennent_nos_etats() -> None:
    assert 'class="alerte alerte--danger"' in balise('{% alerte "error" %}<p>Non.</p>{% endalerte %}')


def test_une_valeur_secrete_ne_se_montre_pas_meme_donnee() -> None:
    rendu = balise("{% liste_definitions lignes %}", lignes=[{"nom": "Nom", "valeur": "DURAND Zoé", "secret": True}])
    assert "DURAND" not in rendu
    assert "Non diffusible" in rendu


def test_un_nom_hostile_est_neutralise() -> None:
    rendu = balise(
        "{% carte_piste piste %}", piste={"titre": "<b onclick=1>", "url": "/", "etat": "Nouvelle", "sorte": "accent"}
    )
    assert "&lt;b onclick=1&gt;" in rendu


def test_un_texte_venu_du_code_prend_ses_espaces_fines() -> None:
    rendu = balise("{{ texte|typographie }}", texte="Vide : rien. « Oui » ? <b> http://x a:b")
    assert rendu == "Vide\u202f: rien. «\u00a0Oui\u00a0»\u202f? &lt;b&gt; http://x a:b"


def test_la_pagination_garde_filtres_et_tri() -> None:
    requete = RequestFactory().get("/registre/?q=fonderie&tri=-effectif&page=2")
    rendu = balise("{% pagination page %}", page=Paginator(range(500), 50).page(2), request=requete)
    assert 'rel="prev" href="?q=fonderie&amp;tri=-effectif&amp;page=1"' in rendu
    assert 'rel="next" href="?q=fonderie&amp;tri=-effectif&amp;page=3"' in rendu
    assert "51 à 100" in rendu


def test_la_progression_se_redemande_tant_que_le_travail_dure() -> None:
    travail = SimpleNamespace(pk=1, libelle="Import", etat="en_cours", part=0.5, message="")
    assert 'hx-trigger="every 2s"' in balise('{% progression t adresse="/travaux/1/" %}', t=travail)
    travail.etat = "reussi"
    assert "hx-trigger" not in balise('{% progression t adresse="/travaux/1/" %}', t=travail)


def test_le_tableau_dit_son_tri(requete: Callable[[str], HttpRequest]) -> None:
    rendu = rendre("{% render_table table %}", contexte_d_exemple(), requete(reverse("composants")))
    assert rendu.count('aria-sort="descending"') == 1
    assert rendu.index("Malvaux") < rendu.index("Cèdres") < rendu.index("Ronceraie")
    assert 'data-label="Commune"' in rendu


# Les gabarits

BALISES = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
INTERDITS = {
    "style en ligne": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "gestionnaire en ligne": re.compile(r"\s(on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE),
    "script en ligne": re.compile(r"<script\b(?![^>]*(\bsrc=|application/json))", re.IGNORECASE),
    "adresse javascript": re.compile(r"javascript:", re.IGNORECASE),
    "feuille ou script d'ailleurs": re.compile(r"<(script|link)\b[^>]*(src|href)=\"(https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("chemin", PAGES, ids=lambda chemin: str(chemin.relative_to(settings.RACINE)))
def test_aucun_style_ni_script_en_ligne(chemin: Path) -> None:
    # Les paramètres des balises Django (`onglet=…`) ne sont pas des attributs de la page.
    texte = BALISES.sub("¤", chemin.read_text(encoding="utf-8"))
    trouves = {nom: trouve[0] for nom, motif in INTERDITS.items() if (trouve := motif.search(texte))}
    assert trouves == {}


@pytest.mark.parametrize(
    ("texte", "nom"),
    [
        ('<p style="color:red">', "style en ligne"),
        ("<style>p{}</style>", "style en ligne"),
        ('<a onclick="x()">', "gestionnaire en ligne"),
        ("<script>x()</script>", "script en ligne"),
        ('<a href="javascript:x()">', "adresse javascript"),
        ('<link rel="stylesheet" href="https://cdn.example/x.css">', "feuille ou script d'ailleurs"),
    ],
)
def test_la_garde_attrape_ce_qu_elle_dit(texte: str, nom: str) -> None:
    assert [cle for cle, motif in INTERDITS.items() if motif.search(texte)] == [nom]


HORS_TEXTE = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize("chemin", sorted(GABARITS.rglob("*.html")), ids=lambda chemin: chemin.name)
def test_les_signes_doubles_ont_leur_espace_fine(chemin: Path) -> None:
    texte = HORS_TEXTE.sub("¤", chemin.read_text(encoding="utf-8"))
    assert re.findall(r".{0,20}(?:[\w»’)] [:;?!»](?=\s|$)|« )", texte) == []


def test_le_verrou_npm_ne_porte_aucune_adresse_de_telechargement() -> None:
    paquets = json.loads((settings.RACINE / "package-lock.json").read_text())["packages"]
    assert [nom for nom, paquet in paquets.items() if "resolved" in paquet] == []
    assert all(paquet.get("integrity") for nom, paquet in paquets.items() if nom)


# Les pages d'erreur


@pytest.mark.parametrize(
    ("vue", "statut", "titre"),
    [
        (
            lambda requete: erreurs.requete_incomprise(requete, ValueError()),
            400,
            "Cette demande n’a pas pu être comprise",
        ),
        (
            lambda requete: erreurs.acces_refuse(requete, PermissionDenied("« Imports » est fermé.")),
            403,
            "n’est pas ouverte",
        ),
        (lambda requete: erreurs.page_introuvable(requete, ValueError()), 404, "Cette page n’existe pas"),
        (lambda requete: erreurs.csrf_refuse(requete), 403, "Ce formulaire a expiré"),
    ],
)
def test_une_page_d_erreur_dit_ce_qui_se_passe_et_que_rien_n_est_perdu(
    vue: Callable, statut: int, titre: str, requete: Callable[[str], HttpRequest]
) -> None:
    reponse = vue(requete(reverse("composants")))
    texte = reponse.content.decode()
    assert reponse.status_code == statut
    assert titre in texte
    assert "perdu" in texte
    assert "Revenir à l’accueil" in texte


def test_le_refus_dit_son_motif(requete: Callable[[str], HttpRequest]) -> None:
    reponse = erreurs.acces_refuse(requete(reverse("composants")), PermissionDenied("« Imports » est fermé."))
    assert "« Imports » est fermé." in reponse.content.decode()


@pytest.mark.parametrize("nom", ["413.html", "429.html"])
def test_les_autres_refus_rassurent_aussi(nom: str, requete: Callable[[str], HttpRequest]) -> None:
    from django.shortcuts import render

    contexte = {"envoye": 3_000_000, "permis": 1_000_000}
    texte = render(requete(reverse("composants")), nom, contexte).content.decode()
    assert "n’est perdu" in texte


def test_la_panne_s_affiche_sans_base_ni_contexte() -> None:
    reponse = erreurs.panne(RequestFactory().get("/"))
    texte = reponse.content.decode()
    assert reponse.status_code == 500
    assert "tissu a rencontré une panne" in texte
    assert (GABARITS / "500.html").read_text(encoding="utf-8") == texte

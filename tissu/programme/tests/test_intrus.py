"""Chaque écriture du partenariat, essayée par ceux qui n'y ont pas droit : la base n'en garde pas une trace.

Les mêmes envois, faits par qui en a le droit, changent tous quelque chose : ce n'est pas la forme qui les refuse.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.comptes.queries import adresses
from tissu.programme.models import Mesure
from tissu.programme.operations import couts, revues
from tissu.programme.operations.pieces import deposer_piece
from tissu.programme.tests import fabrique
from tissu.programme.tests.scene import AU, Scene
from tissu.socle.models import Travail

pytestmark = pytest.mark.django_db
# Ce que chacun ne règle que pour soi, ou qui n'écrit rien dans le programme.
PERSONNELS = {"abonnement", "rappels"}
# Essayés ailleurs, avec leurs fichiers : `test_catalogue_ecrans`.
IMPORTS = {"importer", "charger"}


def etat() -> dict[str, list[Any]]:
    """Tout ce que le programme garde, et les travaux qu'il a mis en file."""
    modeles = [*apps.get_app_config("programme").get_models(include_auto_created=True), Travail]
    return {modele.__name__: sorted(modele.objects.values_list(), key=str) for modele in modeles}


@pytest.fixture
def scene(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    yield Scene()


def test_chaque_ecriture_est_essayee(scene: Scene) -> None:
    """Une adresse nouvelle qui accepte un envoi entre ici, avec un envoi qui réussirait."""
    client = fabrique.connecter(Client(), scene.cci)
    essayees = {envoi.nom for envoi in scene.envois()} | PERSONNELS | IMPORTS | {"convention_nouvelle", "cout_modifier"}
    recoivent = set()
    for adresse in adresses():
        espace, _, nom = adresse.nom.partition(":")
        if espace == "programme":
            chemin = adresse.chemin.replace("<int:pk>", "1").replace("<int:avenant>", "1").replace("<int:fiche>", "1")
            chemin = chemin.replace("<int:apport>", "1").replace("<str:code>", "2024-S24")
            if "POST" in client.generic("PUT", chemin.replace("<str:", "").replace(">", "")).get("Allow", ""):
                recoivent.add(nom)
    assert recoivent - essayees == set()
    assert len(recoivent) > 40


def test_chaque_envoi_reussit_pour_qui_en_a_le_droit(scene: Scene) -> None:
    muets = []
    for envoi in scene.envois():
        client, avant = fabrique.connecter(Client(), getattr(scene, envoi.qui)), etat()
        with transaction.atomic():
            reponse = client.post(envoi.adresse, envoi.donnees)
            if etat() == avant:
                muets.append((envoi.nom, reponse.status_code))
            transaction.set_rollback(True)
    assert muets == []


INTRUS = {
    "une tierce organisation": ("charge_mission", "agence", ""),
    "un rôle borné à une autre action": ("charge_mission", "cci", "autre_action"),
    "une filière": ("charge_filiere", "metropole", "autre_action"),
    "l'administration": ("administrateur", "cci", ""),
    "une élue": ("elu", "cci", ""),
    "un lecteur": ("lecteur", "metropole", ""),
    "une entreprise": ("entreprise", "agence", ""),
}


@pytest.mark.parametrize("intrus", INTRUS)
def test_aucun_envoi_d_un_intrus_ne_laisse_de_trace(intrus: str, scene: Scene) -> None:
    role, organisation, action = INTRUS[intrus]
    qui = fabrique.personne(role, organisation=organisation, cle="intrus", action=action)
    client, avant = fabrique.connecter(Client(), qui), etat()
    for envoi in scene.envois():
        reponse = client.post(envoi.adresse, envoi.donnees)
        assert reponse.status_code in {200, 302, 403, 404, 409, 422}, (envoi.nom, reponse.status_code)
        assert etat() == avant, envoi.nom


def test_le_partenaire_qui_n_est_pas_maitre_d_ouvrage_ne_modifie_pas_la_fiche(scene: Scene) -> None:
    """L'autre partenaire commente, décide, valide ; il ne change ni le texte, ni le budget, ni ce qui est à l'autre."""
    a_l_autre = {"lignes", "taux", "contribution", "contribution_nouvelle", "cibles", "textes", "identite",
                 "avenant_nouveau", "avenant_signer", "regle_d_aide", "cout_retirer", "temps_a_valider", "de_minimis",
                 "mesure_valider", "mesure_refuser"}  # fmt: skip
    client, avant = fabrique.connecter(Client(), scene.metropole), etat()
    for envoi in scene.envois():
        if envoi.nom in a_l_autre:
            client.post(envoi.adresse, envoi.donnees)
            assert etat() == avant, envoi.nom


# --- Lire ---


def test_un_justificatif_retire_reste_reserve(scene: Scene) -> None:
    """La facture d'un coût retiré ou remplacé ne devient pas une pièce que tous lisent."""
    pieces = []
    for rang in range(2):
        fichier = ContentFile(b"%PDF-1.7 facture", name=f"facture-{rang}.pdf")
        piece = deposer_piece(fiche=scene.signee, fichier=fichier, auteur=scene.cci, au=AU)
        scene.cout.piece = piece
        scene.cout.save()
        pieces.append(piece)
    couts.retirer_cout(cout=scene.cout, auteur=scene.cci)
    libre = deposer_piece(
        fiche=scene.signee, fichier=ContentFile(b"%PDF-1.7 note", name="note.pdf"), auteur=scene.cci, au=AU
    )
    elue = fabrique.connecter(Client(), fabrique.personne("elu", organisation="metropole"))
    mission = fabrique.connecter(Client(), scene.metropole)
    codes: dict[str, list[int]] = {"élue": [], "mission": []}
    for (nom, client), une in product((("élue", elue), ("mission", mission)), (*pieces, libre)):
        reponse = client.get(reverse("programme:piece", args=[une.pk]))
        codes[nom].append(reponse.status_code)
        fabrique.fermer(reponse)
    assert codes == {"élue": [403, 403, 200], "mission": [200, 200, 200]}


def test_les_lignes_figees_ont_les_droits_de_celles_de_la_mesure(scene: Scene, connecte: Any) -> None:
    """Une élue ne lit pas dans la revue le SIRET que la page de la mesure lui tait."""
    siret = "55210055400013"
    Mesure.objects.create(
        critere=fabrique.critere(scene.signee, "creations"), periode="2024", debut=date(2024, 1, 1),
        fin=date(2024, 12, 31), valeur=Decimal(1), origine="calculee", etat="validee", etablie_le=AU,
        preuves={"colonnes": [["siret", "SIRET"], ["date", "Date"]],
                 "lignes": [{"siret": siret, "date": "lue par tous"},
                            {"siret": siret, "date": "reservee",
                             "adresse": reverse("registre:etablissement", args=[siret])}]},
    )  # fmt: skip
    revues.rafraichir(revue=scene.revue, auteur=scene.cci)
    figure = scene.revue.figures.get(cle="f01.critere.creations")
    elue = fabrique.personne("elu", organisation="metropole")
    lecteur = fabrique.personne("lecteur", organisation="cci")
    ailleurs = fabrique.personne("lecteur", organisation="cci", cle="ailleurs", action="programme")
    lus = {}
    for nom, qui in (("élue", elue), ("lecteur", lecteur), ("ailleurs", ailleurs)):
        page = connecte(qui).get(reverse("programme:revue_figure", args=[figure.pk])).content.decode()
        lus[nom] = ("lue par tous" in page, "reservee" in page, "1 ligne non montrée" in page)
    assert lus == {"élue": (True, False, True), "lecteur": (True, True, False), "ailleurs": (False, False, False)}


def test_un_role_borne_ne_voit_que_ses_fiches(scene: Scene, connecte: Any) -> None:
    """Le tableau, ses totaux, ses fichiers, les valeurs et les temps à valider : rien des autres actions."""
    bornee = fabrique.personne("charge_mission", organisation="cci", cle="bornee", action=scene.preparee.action)
    client = connecte(bornee)
    bord = client.get(reverse("programme:tableau"), {"annee": "2024"}).context["bord"]
    assert [ligne.fiche for ligne in bord.lignes] == [scene.preparee]
    assert bord.totaux.declare == scene.preparee.total_declare_eur
    assert bord.jours_a_valider == 0
    assert client.get(reverse("programme:mesures_a_valider")).context["mesures"] == []
    attente = client.get(reverse("programme:temps_a_valider")).context["attente"]
    assert (attente.lots, attente.couts) == ((), ())
    assert client.get(reverse("programme:livrables"), {"annee": "2024"}).context["lignes"] == []
    assert len(connecte(scene.cci).get(reverse("programme:mesures_a_valider")).context["mesures"]) == 1


def test_la_marque_d_un_autre_cout_ne_vaut_rien(scene: Scene, connecte: Any) -> None:
    """Deux coûts aux mêmes valeurs : la marque lue sur l'un n'autorise pas d'écraser l'autre."""
    collegue = Personne.objects.get(pk=scene.cout.saisi_par_id)
    donnees = couts.valeurs_de(scene.cout)
    jumeau = couts.saisir_cout(fiche=scene.signee, donnees=donnees, auteur=collegue, au=AU)
    client = connecte(collegue)
    lue = client.get(reverse("programme:cout_modifier", args=[jumeau.pk])).context["lu"]
    envoi = {"ligne": scene.ligne.pk, "libelle": "Écrasé", "fournisseur": "x", "date_facture": "2024-06-01",
             "montant_eur": "1", "taxes": "ht", "lu": lue}  # fmt: skip
    codes = [
        client.post(reverse("programme:cout_modifier", args=[une.pk]), envoi).status_code
        for une in (scene.cout, jumeau)
    ]
    scene.cout.refresh_from_db()
    assert (codes, scene.cout.libelle) == ([422 if codes[0] == 422 else 409, 302], "Brochure")


@pytest.mark.parametrize("nom", ["revue_document", "consommation_fichier", "compte_rendu_pdf"])
def test_les_documents_couteux_ont_un_debit(
    nom: str, scene: Scene, connecte: Any, avancer_le_debit: Callable[[int], None]
) -> None:
    cles = {"revue_document": [scene.revue.pk, "xlsx"], "consommation_fichier": [scene.signee.pk, "xlsx"],
            "compte_rendu_pdf": [scene.reunion.pk]}[nom]  # fmt: skip
    client, adresse = connecte(fabrique.personne(Role.LECTEUR.value)), reverse(f"programme:{nom}", args=cles)
    assert client.get(adresse).status_code == 200
    avancer_le_debit(59)
    assert client.get(adresse).status_code == 429

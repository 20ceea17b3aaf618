"""Des textes hostiles partout où une personne écrit : aucune page ne les interprète, aucun fichier n'en casse."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from tissu.comptes.models import Organisation, Personne
from tissu.comptes.queries import adresses
from tissu.programme.models import Fiche, Mesure, Rectification
from tissu.programme.operations import abonnements, revues
from tissu.programme.operations.pieces import deposer_piece
from tissu.programme.publications.agenda import en_icalendar
from tissu.programme.publications.revue import document_revue
from tissu.programme.queries.calendrier import choses
from tissu.programme.tests import fabrique
from tissu.programme.tests.scene import AU, Scene
from tissu.publications.rendus import rendre

pytestmark = pytest.mark.django_db
BALISE = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>"
# Ce qu'un copier-coller apporte, et que ni le XML ni le moteur de dessin n'admettent.
CONTROLE = "a\x0b\x1fb"
# Les écrans qui ne sont pas des pages, essayés plus bas ou ailleurs.
FICHIERS = {"fiche_fichier", "tableau_fichier", "consommation_fichier", "revue_document", "compte_rendu_pdf",
            "etat_financeur_fichier", "modele", "piece", "calendrier_ics", "reunion_ics"}  # fmt: skip
LARGEUR_UTILE = 40


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    return Scene()


def empoisonner(texte: str) -> None:
    """Écrit ce texte dans chaque champ de texte libre, court ou long, du programme et des organisations."""
    modeles = [*apps.get_app_config("programme").get_models(), Organisation, Personne]
    for modele in modeles:
        if modele.__name__.startswith("Historical"):
            continue
        libres = [
            champ for champ in modele._meta.concrete_fields
            if type(champ) in {models.CharField, models.TextField} and not champ.choices
            and champ.name not in {"cle", "indicateur", "periode", "empreinte", "sha256", "code", "password", "siren",
                                   "entreprise_unique", "action", "type_mime", "version_methode", "origine", "groupe"}
        ]  # fmt: skip
        for champ in libres:
            for pk in modele._default_manager.values_list("pk", flat=True):
                long_ = getattr(champ, "max_length", None) or 500
                valeur = f"{pk} {texte}"[:long_]
                modele._default_manager.filter(pk=pk).update(**{champ.name: valeur})


def pages(scene: Scene) -> dict[str, str]:
    """Chaque page du partenariat, ses arguments remplis des objets de la scène."""
    dossiers: dict[str, Any] = {
        "conventions": scene.signee.convention_id, "fiches": scene.signee.pk, "criteres": scene.critere.pk,
        "mesures": scene.mesure.pk, "couts": scene.cout.pk, "echeances": scene.echeance.pk,
        "reunions": scene.reunion.pk, "series": scene.serie.pk, "livrables": scene.livrable.pk,
        "revues": scene.verrouillee.pk,
    }  # fmt: skip
    particuliers = {
        "revue_figure": scene.verrouillee.figures.order_by("pk")[0].pk, "serie_dater": scene.a_dater.pk,
        "revue_accord": scene.arretee.pk, "revue_mots": scene.revue.pk,
    }  # fmt: skip
    trouvees = {}
    for adresse in adresses():
        espace, _, nom = adresse.nom.partition(":")
        if espace != "programme" or nom in FICHIERS:
            continue
        dossier = adresse.chemin.split("/")[2]
        pk = particuliers.get(nom, dossiers.get(dossier, 1))
        chemin = adresse.chemin.replace("<int:pk>", str(pk)).replace("<int:avenant>", str(scene.avenant.pk))
        chemin = chemin.replace("<int:apport>", str(scene.apport.pk)).replace("<str:code>", "2024-S23")
        trouvees[nom] = chemin.replace("<int:fiche>", str(scene.close.pk))
    return trouvees


def test_aucune_page_n_interprete_ce_qu_une_personne_ecrit(scene: Scene, connecte: Any) -> None:
    Rectification.objects.create(
        figure=scene.verrouillee.figures.order_by("pk")[0], texte=BALISE, motif=BALISE, constatee_le=AU,
        constatee_par=scene.cci,
    )  # fmt: skip
    deposer_piece(fiche=scene.signee, fichier=_fichier(), auteur=scene.cci, au=AU)
    empoisonner(BALISE)
    client, lues, montrent = connecte(scene.cci), 0, 0
    for nom, adresse in pages(scene).items():
        reponse = client.get(adresse, follow=True)
        if reponse.status_code == 405:
            continue
        assert reponse.status_code == 200, (nom, adresse)
        page = reponse.content.decode()
        assert re.findall(r"<img src=x|<script>alert", page) == [], nom
        assert re.findall(r'(?:href|src|action)="\s*(?:javascript|data:text)', page) == [], nom
        lues += 1
        montrent += "&lt;img src=x" in page
    assert lues > LARGEUR_UTILE
    assert montrent > LARGEUR_UTILE / 2


def _fichier() -> Any:
    return ContentFile(b"%PDF-1.7", name=f"{BALISE.replace('/', '')}.pdf")


def test_un_signe_de_controle_ne_casse_ni_page_ni_fichier(scene: Scene, connecte: Any) -> None:
    """Le moteur de dessin s'arrêterait, et le serveur avec lui."""
    empoisonner(CONTROLE)
    Mesure.objects.create(
        critere=scene.critere, periode="2024-S1", debut=date(2024, 1, 1), fin=date(2024, 6, 30), valeur=Decimal(2),
        texte=CONTROLE, origine="manuelle", etat="validee", etablie_le=AU,
    )  # fmt: skip
    client = connecte(scene.cci)
    revues.rafraichir(revue=scene.revue, auteur=scene.cci)
    adresses_ = [
        reverse("programme:critere", args=[scene.critere.pk]), reverse("programme:revue", args=[scene.revue.pk]),
        reverse("programme:reunion_ics", args=[scene.reunion.pk]),
        reverse("programme:compte_rendu_pdf", args=[scene.reunion.pk]),
        *(reverse("programme:fiche_fichier", args=[scene.signee.pk, f]) for f in ("pdf", "xlsx")),
        *(reverse("programme:tableau_fichier", args=[f]) + "?annee=2024" for f in ("pdf", "xlsx")),
        *(reverse("programme:consommation_fichier", args=[scene.signee.pk, f]) for f in ("pdf", "pptx", "xlsx")),
        *(reverse("programme:revue_document", args=[scene.revue.pk, f]) for f in ("pdf", "pptx", "xlsx", "csv")),
    ]  # fmt: skip
    assert {client.get(adresse).status_code for adresse in adresses_} == {200}


def test_un_titre_ne_glisse_rien_dans_l_agenda(scene: Scene) -> None:
    """Ni ligne de plus, ni évènement de plus, ni invité : le texte est un texte."""
    piege = "Point\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:intrus@ailleurs.example\r\nSUMMARY:Faux"
    scene.echeance.titre = scene.reunion.titre = piege[:150]
    scene.reunion.lieu, scene.reunion.ordre_du_jour = piege[:150], piege
    for objet in (scene.echeance, scene.reunion):
        objet.save()
    liste = choses([Fiche.objects.get(pk=scene.signee.pk)], au=AU.date())
    octets = en_icalendar(liste, nom="Essai", domaine="essai.example")
    lu = Calendar.from_ical(octets)
    evenements = lu.walk("VEVENT")
    assert len(evenements) == len(liste)
    assert [une for une in evenements if une.get("attendee")] == []
    assert sum(ligne.startswith(b"ATTENDEE") for ligne in octets.split(b"\r\n")) == 0


def test_l_adresse_d_un_agenda_ne_se_revoit_ni_ne_se_devine(scene: Scene, connecte: Any) -> None:
    jeton, client = abonnements.donner_jeton(personne=scene.cci, au=AU), connecte(scene.cci)
    adresse = reverse("programme:calendrier_ics", args=[jeton])
    reponse = Client().get(adresse)
    assert (reponse.status_code, reponse["Cache-Control"]) == (200, "private, no-store")
    assert not reponse.cookies
    assert reponse["Referrer-Policy"] == "same-origin"
    contenu = reponse.content.decode()
    suivantes = [une for nom, une in pages(scene).items() if nom in {"abonnement", "calendrier", "rappels", "tableau"}]
    pages_ = "".join(client.get(une, follow=True).content.decode() for une in suivantes)
    assert (jeton in contenu, jeton in pages_) == (False, False)
    codes = [Client().get(reverse("programme:calendrier_ics", args=[faux])).status_code
             for faux in (jeton[:-1], jeton.swapcase(), "x" * 43, jeton + "A")]  # fmt: skip
    assert codes == [404] * 4
    nouveau = abonnements.donner_jeton(personne=scene.cci, au=AU)
    assert Client().get(adresse).status_code == 404
    Personne.objects.filter(pk=scene.cci.pk).update(is_active=False)
    assert Client().get(reverse("programme:calendrier_ics", args=[nouveau])).status_code == 404


@pytest.mark.parametrize("adresse", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x"])
def test_un_livrable_ne_mene_qu_a_une_page(adresse: str, scene: Scene, connecte: Any) -> None:
    envoi = {"le": "2024-06-01", "adresse": adresse, "revision": scene.livrable.revision}
    reponse = connecte(scene.cci).post(reverse("programme:livrable", args=[scene.livrable.pk]), envoi)
    assert reponse.status_code == 422
    scene.livrable.refresh_from_db()
    assert scene.livrable.adresse == ""


def test_les_preuves_s_exportent_sans_formule(scene: Scene, connecte: Any) -> None:
    formule = "=cmd|'/c calc'!A1"
    mesure = Mesure.objects.create(
        critere=scene.critere, periode="2024", debut=date(2024, 1, 1), fin=date(2024, 12, 31), valeur=Decimal(1),
        origine="calculee", etat="validee", etablie_le=AU,
        preuves={"colonnes": [["nom", formule]], "lignes": [{"nom": formule}, {"nom": "-2+3"}]},
    )  # fmt: skip
    reponse = connecte(scene.cci).get(reverse("programme:mesure_lignes", args=[mesure.pk]), {"format": "csv"})
    lignes = list(csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert lignes == [[f"'{formule}"], [f"'{formule}"], ["'-2+3"]]
    assert re.fullmatch(r'attachment; filename="[a-z0-9_.-]+\.csv"', reponse["Content-Disposition"])


@pytest.mark.parametrize(
    "nom", ["a\r\nX: y.pdf", '"; filename="x.exe.pdf', "../../../etc/passwd.pdf", "été\u202efdp.pdf"]
)
def test_une_piece_garde_son_nom_sans_sortir_de_l_en_tete(nom: str, scene: Scene, connecte: Any) -> None:
    fichier = ContentFile(b"%PDF-1.7")
    fichier.name = nom
    piece = deposer_piece(fiche=scene.signee, fichier=fichier, auteur=scene.cci, au=AU)
    assert Path(piece.fichier.path).is_relative_to(Path(piece.fichier.storage.location))
    reponse: Any = connecte(scene.cci).get(reverse("programme:piece", args=[piece.pk]))
    entete = reponse["Content-Disposition"]
    fabrique.fermer(reponse)
    assert entete.startswith("attachment; filename")
    assert not set(entete) & {"\r", "\n"}
    assert 'filename="x.exe' not in entete
    assert (reponse["X-Content-Type-Options"], "X" in reponse.headers) == ("nosniff", False)


def test_un_document_hostile_se_rend_sous_toutes_ses_formes(scene: Scene) -> None:
    empoisonner('#read("/etc/passwd") $ \\ ] " = @x')
    revues.rafraichir(revue=scene.revue, auteur=scene.cci)
    for format_ in ("pdf", "pptx", "xlsx", "csv"):
        assert len(rendre(document_revue(scene.revue), format_)) > 500

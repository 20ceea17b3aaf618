"""Les documents d'Alerte Commerce, par leur contenu : le guide, le dépliant."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from tissu.actions.alerte_commerce.models import PageConseil, Referent
from tissu.actions.alerte_commerce.publications.depliant import depliant
from tissu.actions.alerte_commerce.publications.guide import document_guide
from tissu.actions.alerte_commerce.queries.editeur import logos
from tissu.actions.alerte_commerce.tests.fabrique import AU
from tissu.comptes.models import Organisation, Personne
from tissu.publications.imprimes import Papier
from tissu.publications.models import GabaritDOrganisation
from tissu.publications.rendus.imprimes import rendre_depliant
from tissu.publications.sources import DocumentIndisponible, lire_reference
from tissu.socle.territoire import territoire

pytestmark = pytest.mark.django_db
GUIDE = "/alerte-commerce/guide.pdf"


def texte_de(octets: bytes) -> str:
    """Le texte d'un PDF, ses blancs réduits à une espace."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(octets)).pages).split())


def page(titre: str, **champs: Any) -> PageConseil:
    defauts: dict[str, Any] = {"slug": titre.lower(), "titre": titre, "corps": "Un conseil.", "publie": True,
                               "modifiee_le": AU}  # fmt: skip
    return PageConseil.objects.create(**defauts | champs)


def test_le_guide_porte_les_pages_publiees_dans_leur_ordre_et_les_referents(client: Client) -> None:
    page("Après", ordre=2, modifiee_le=AU + timedelta(days=1))
    page("Avant", ordre=1, resume="En bref.", corps="## La vitrine\n- Dégager la vue.\n- Éclairer.")
    page("Caché", ordre=0, publie=False, corps="Pas encore relu.")
    Referent.objects.create(nom="Andréa Essai", fonction="Sûreté", organisation="Police", telephone="03 99 00 00 17")
    Referent.objects.create(nom="Parti", fonction="Ancien", organisation="Police", publie=False)
    reponse = client.get(GUIDE)
    assert (reponse.status_code, reponse["Content-Type"]) == (200, "application/pdf")
    texte = texte_de(reponse.content)
    rangs = [texte.rindex(mot) for mot in ("En bref.", "La vitrine", "Éclairer.", "Un conseil.", "Andréa Essai")]
    assert rangs == sorted(rangs)
    assert [mot in texte for mot in ("Édition du 24 novembre 2026", "03 99 00 00 17", "Caché", "Parti")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_une_correction_se_lit_au_telechargement_suivant(client: Client) -> None:
    une = page("Avant")
    assert "Un conseil." in texte_de(client.get(GUIDE).content)
    PageConseil.objects.filter(pk=une.pk).update(corps="Un meilleur conseil.", revision=2)
    assert "Un meilleur conseil." in texte_de(client.get(GUIDE).content)


def test_sans_page_publiee_il_n_y_a_pas_de_guide(client: Client, mission: Personne,
                                                 connecte: Callable[[Personne], Client]) -> None:  # fmt: skip
    page("Caché", publie=False)
    assert (document_guide(), client.get(GUIDE).status_code) == (None, 404)
    assert GUIDE not in client.get("/alerte-commerce/conseils/").content.decode()
    assert GUIDE not in connecte(mission).get("/alerte-commerce/gestion/guide/").content.decode()


def test_le_guide_se_propose_au_public_et_se_diffuse(client: Client, mission: Personne,
                                                     connecte: Callable[[Personne], Client]) -> None:  # fmt: skip
    page("Avant")
    assert GUIDE in client.get("/alerte-commerce/conseils/").content.decode()
    contenu = connecte(mission).get("/alerte-commerce/gestion/guide/").content.decode()
    jeton = contenu.split("/publications/diffuser/")[1].split("/")[0]
    source, reference = lire_reference(jeton)
    assert source.document(reference, personne=mission, au=AU) == document_guide()
    PageConseil.objects.update(publie=False)
    with pytest.raises(DocumentIndisponible, match="Aucune page"):
        source.document(reference, personne=mission, au=AU)


def test_le_depliant_dit_ce_qu_est_le_reseau_et_ou_adherer(
    mission: Personne, connecte: Callable[[Personne], Client], settings: Any
) -> None:
    settings.ADRESSE = "https://tissu.exemple.test"
    for rang in range(4):
        Referent.objects.create(nom=f"Andréa Essai {rang}", fonction="Sûreté", organisation="Police", ordre=rang)
    reponse = connecte(mission).get("/alerte-commerce/gestion/depliant-a5.pdf")
    texte = texte_de(reponse.content)
    attendus = ("Alerte Commerce", "appelle le 17", "Adhérez en deux minutes", "tissu.exemple.test/alerte-commerce",
                "Andréa Essai 2, Sûreté", " · ".join(territoire().partenaires))  # fmt: skip
    assert [mot for mot in attendus if mot not in texte] == []
    assert ("Andréa Essai 3" in texte, len(PdfReader(io.BytesIO(reponse.content)).pages)) == (False, 1)
    assert connecte(mission).get("/alerte-commerce/gestion/depliant-a3.pdf").status_code == 404


def test_le_depliant_porte_les_logos_des_partenaires(mission: Personne) -> None:
    assert [un.organisation for un in logos(AU.date())] == [territoire().nom]
    image = io.BytesIO()
    Image.new("RGB", (40, 20), "#0b5cad").save(image, "PNG")
    chambre = Organisation.objects.get(pk=mission.organisation_id)
    GabaritDOrganisation.objects.create(
        organisation=chambre, nom="Essai", depuis=AU.date(), logo=image.getvalue(), logo_nature="image/png",
        enregistre_le=AU,
    )  # fmt: skip
    assert [(un.organisation, un.sorte) for un in logos(AU.date())] == [(chambre.nom, "png"), (territoire().nom, "svg")]
    octets = rendre_depliant(depliant(AU.date()), Papier.A4)
    assert len(PdfReader(io.BytesIO(octets)).pages) == 1


def test_la_chambre_seule_imprime_le_depliant(
    voisine: Personne, officier: Personne, connecte: Callable[[Personne], Client]
) -> None:
    adresse = "/alerte-commerce/gestion/depliant-a5.pdf"
    assert [connecte(qui).get(adresse).status_code for qui in (voisine, officier)] == [403, 403]

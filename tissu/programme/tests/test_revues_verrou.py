"""Une revue verrouillée ne bouge par aucune adresse, et son diaporama dit ses chiffres."""

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from pptx import Presentation

from tissu.comptes.models import Personne
from tissu.programme.models import Fiche, Revue
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.conventions import enregistrer_convention
from tissu.programme.publications.revue import document_revue
from tissu.programme.queries.revues import contenu_de
from tissu.programme.tests import fabrique
from tissu.publications.rendus import rendre

pytestmark = pytest.mark.django_db
LE = fabrique.LE_BILAN


def test_l_administratrice_ne_change_rien_par_aucune_adresse(
    verrouillee: Revue, fiche: Fiche, connecte: Any, administratrice: Personne
) -> None:
    avant, client = contenu_de(verrouillee), connecte(administratrice)
    for geste in ("rafraichir", "arreter", "rouvrir", "commenter", "proposer"):
        envoi = {"geste": geste, "texte": "Intrus", "motif": "Intrus", "revision": "0", "empreinte": "x"}
        for nom, cles in (("revue_geste", ()), ("revue_accord", ()), ("revue_fiche", (fiche.pk,))):
            client.post(reverse(f"programme:{nom}", args=[verrouillee.pk, *cles]), envoi)
    relue = Revue.objects.get(pk=verrouillee.pk)
    assert (relue.etat, contenu_de(relue)) == ("verrouillee", avant)


def test_le_diaporama_dit_le_total(verrouillee: Revue) -> None:
    diaporama = Presentation(BytesIO(rendre(document_revue(verrouillee), "pptx")))
    textes = [
        cellule.text for page in diaporama.slides for forme in page.shapes if forme.has_table
        for cellule in forme.table.iter_cells()
    ]  # fmt: skip
    assert any("9\u202f100" in texte for texte in textes)


def test_une_convention_ne_s_ecrit_que_par_un_redacteur_de_tout_le_programme(fiche: Fiche, connecte: Any) -> None:
    borne = fabrique.personne("charge_mission", cle="bornee", action=fiche.action)
    page = reverse("programme:convention_modifier", args=[fiche.convention_id])
    assert connecte(borne).get(page).status_code == 403
    with pytest.raises(ModificationRefusee, match="tout le programme"):
        enregistrer_convention(convention=fiche.convention, partenaires=[borne.organisation], auteur=borne, au=LE)


def test_une_convention_signee_par_une_revue_ne_change_plus(verrouillee: Revue, mission_cci: Personne) -> None:
    with pytest.raises(ModificationRefusee, match="verrouillée"):
        enregistrer_convention(
            convention=verrouillee.convention, partenaires=[mission_cci.organisation], auteur=mission_cci, au=LE
        )

"""L'introduction, le mot de chaque partenaire, et ce qui a changé depuis le verrouillage."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.models import Fiche, LigneDepense, Revue

pytestmark = pytest.mark.django_db


def test_chacun_ecrit_son_mot_et_l_introduction_ne_s_efface_pas(
    revue: Revue, connecte: Any, mission_cci: Personne, mission_metropole: Personne
) -> None:
    page = reverse("programme:revue_mots", args=[revue.pk])
    cci = connecte(mission_cci)
    lue = str(revue.revision)
    assert cci.post(page, {"geste": "commenter", "texte": "Notre mot.", "revision": "0"}).status_code == 302
    assert cci.post(page, {"geste": "introduire", "texte": "Une bonne année.", "revision": lue}).status_code == 302
    metropole = connecte(mission_metropole)
    conflit = metropole.post(page, {"geste": "introduire", "texte": "Une année dense.", "revision": lue})
    assert conflit.status_code == 409
    assert "Une bonne année." in conflit.content.decode()
    assert "Une année dense." in conflit.content.decode()
    assert metropole.post(page, {"geste": "commenter", "texte": "Le nôtre.", "revision": "0"}).status_code == 302
    accueil = metropole.get(reverse("programme:revue", args=[revue.pk])).content.decode()
    assert all(mot in accueil for mot in ("Notre mot.", "Le nôtre.", "Une bonne année."))


def test_une_elue_lit_mais_n_ecrit_pas(revue: Revue, connecte: Any, elue: Personne) -> None:
    assert connecte(elue).post(reverse("programme:revue_mots", args=[revue.pk]), {"texte": "x"}).status_code == 403


def test_ce_qui_a_change_depuis_se_voit_et_mene_a_la_rectification(
    revue: Revue, fiche: Fiche, connecte: Any, elue: Personne
) -> None:
    page = reverse("programme:revue_ecarts", args=[revue.pk])
    client = connecte(elue)
    assert "Rien :" in client.get(page).content.decode()
    LigneDepense.objects.filter(fiche=fiche).update(montant_eur=Decimal(1))
    change = client.get(page).content.decode()
    figure = revue.figures.get(cle=f"f{fiche.numero:02d}.total_calcule")
    assert reverse("programme:revue_figure", args=[figure.pk]) in change

"""« Mes messages » : chacun les siens, lus une fois, et le même budget pour les résumés de toutes les actions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.comptes.tests.fabrique import personne
from tissu.messages.accueil import accueil
from tissu.messages.choices import Canal, EtatRemise
from tissu.messages.contrat import Finalite, MessagePersonnel, Textes
from tissu.messages.models import Coordonnee, Remise
from tissu.messages.operations import choisir_pour_soi, deposer, suspendre
from tissu.messages.operations.effacement import effacer
from tissu.messages.queries.choix import qui_s_oppose, recoit
from tissu.messages.queries.espace import qui_attend
from tissu.messages.rules.lecture import mettre_en_page
from tissu.messages.tests.fabrique import distribuer

pytestmark = pytest.mark.django_db
LUNDI = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RESUMES = Finalite("essai.resumes", "Résumé d'essai")


@dataclass(frozen=True)
class Resume(MessagePersonnel):
    """Un résumé à une personne."""

    fait: str = "1"

    slug: ClassVar[str] = "essai.resume"
    finalite: ClassVar[Finalite] = RESUMES

    @property
    def cle(self) -> str:
        return f"{self.personne.pk}:{self.fait}"

    def textes(self) -> Textes:
        return Textes(
            objet=f"Résumé {self.fait}", courriel=f"Le fait {self.fait}.", html=f"<p>Le fait {self.fait}.</p>"
        )


@pytest.fixture
def lea() -> Personne:
    return personne("lea", Role.LECTEUR)


def ecrire(a: Personne, fait: str = "1", au: datetime = LUNDI) -> Remise:
    return deposer(Resume(a, fait), auteur=None, au=au).remises.get(canal=Canal.ESPACE)


def test_au_dela_du_budget_le_courriel_attend_et_se_lit_dans_l_espace(lea: Personne, client: Client) -> None:
    for fait in ("1", "2", "3"):
        ecrire(lea, fait)
    distribuer(au=LUNDI)
    assert [(un.subject, un.alternatives[0][0]) for un in mail.outbox] == [  # type: ignore[attr-defined]
        ("Résumé 1", "<p>Le fait 1.</p>"), ("Résumé 2", "<p>Le fait 2.</p>"),
    ]  # fmt: skip
    client.force_login(lea)
    assert {un["objet"] for un in client.get(reverse("messages:boite")).context["messages_recus"]} == {
        "Résumé 1", "Résumé 2", "Résumé 3",
    }  # fmt: skip
    assert qui_attend([lea], Resume) == {lea.pk}
    distribuer(au=LUNDI + timedelta(days=1, minutes=1))
    assert mail.outbox[2].subject == "Résumé 3"
    assert qui_attend([lea], Resume) == set()


def test_lire_marque_lu_une_fois_et_chacun_les_siens(lea: Personne, client: Client) -> None:
    remise, autre = ecrire(lea), ecrire(personne("paul", Role.LECTEUR))
    bloc = accueil(lea, au=LUNDI)
    assert bloc is not None
    assert [ligne.titre for ligne in bloc.attentes] == ["1\u00a0message à lire"]
    client.force_login(lea)
    page = client.get(reverse("messages:lire", args=[remise.pk]))
    assert "Le fait 1." in page.content.decode()
    marquer = reverse("messages:marquer_lu", args=[remise.pk])
    assert f'hx-post="{marquer}" hx-trigger="load, submit"' in page.content.decode()
    assert client.post(marquer, headers={"HX-Request": "true"}).content == b'<p class="note">Lu</p>'
    remise.refresh_from_db()
    lue_le = remise.lue_le
    assert lue_le is not None
    assert client.post(marquer).url == reverse("messages:boite")  # type: ignore[attr-defined]
    assert "Lu le" in client.get(reverse("messages:lire", args=[remise.pk])).content.decode()
    remise.refresh_from_db()
    assert remise.lue_le == lue_le
    assert accueil(lea, au=LUNDI) is None
    assert client.post(reverse("messages:marquer_lu", args=[autre.pk])).status_code == 404
    assert client.get(reverse("messages:lire", args=[autre.pk])).status_code == 404


def test_le_texte_efface_ne_se_montre_plus(lea: Personne, client: Client) -> None:
    remise = ecrire(lea)
    effacer(au=LUNDI + timedelta(days=91))
    client.force_login(lea)
    assert client.get(reverse("messages:boite")).context["messages_recus"] == []
    assert client.get(reverse("messages:lire", args=[remise.pk])).status_code == 404


def test_suspendue_son_adresse_ne_recoit_plus_l_espace_si(lea: Personne, client: Client) -> None:
    suspendre(coordonnee=Coordonnee.objects.create(canal="courriel", valeur=lea.courriel, cree_le=LUNDI), au=LUNDI)
    assert ecrire(lea).etat == EtatRemise.RECUE
    distribuer(au=LUNDI)
    assert mail.outbox == []
    client.force_login(lea)
    assert "ne lisez plus vos messages qu’ici" in client.get(reverse("messages:boite")).content.decode()


def test_le_dernier_choix_l_emporte(lea: Personne) -> None:
    assert recoit(lea, RESUMES)
    for rang, recevoir in enumerate((False, True, False)):
        choisir_pour_soi(personne=lea, finalite=RESUMES, recevoir=recevoir, au=LUNDI + timedelta(minutes=rang))
        assert recoit(lea, RESUMES) is recevoir
    assert qui_s_oppose([lea, personne("paul", Role.LECTEUR)], RESUMES) == {lea.pk}


def test_la_boite_tient_en_requetes_constantes(
    lea: Personne, client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client.force_login(lea)
    for rang in range(12):
        ecrire(lea, str(rang))
    with django_assert_max_num_queries(14):
        client.get(reverse("messages:boite"))


def test_le_texte_se_met_en_page() -> None:
    texte = (
        "Bonjour Léa,\n\nEn retard\n- Une note (fiche 7)\n  https://t.example/1/\n- Une réunion\n    . Bilan\n"
        "    . Suite\n  https://t.example/2/\n\nTout : https://t.example/3/\nFin."
    )
    blocs = mettre_en_page(texte)
    assert [(bloc.liste, [(une.texte, une.lien, une.details) for une in bloc.lignes]) for bloc in blocs] == [
        (False, [("Bonjour Léa,", "", [])]),
        (False, [("En retard", "", [])]),
        (True, [("Une note (fiche 7)", "https://t.example/1/", []),
                ("Une réunion", "https://t.example/2/", ["Bilan", "Suite"])]),
        (False, [("Tout", "https://t.example/3/", []), ("Fin.", "", [])]),
    ]  # fmt: skip


def test_un_texte_ne_peut_pas_ecrire_la_page(lea: Personne, client: Client) -> None:
    remise = ecrire(lea, '<script>alert(1)</script> : https://t.example/"onclick="x')
    client.force_login(lea)
    page = client.get(reverse("messages:lire", args=[remise.pk])).content.decode()
    assert "<script>alert" not in page
    assert 'onclick="x' not in page

"""Des courriels envoyés une fois à chacun : ce qui échoue repart, ce qui n'a rien à dire ne part pas."""

from smtplib import SMTPException

import pytest
from django.core import mail
from django.utils import timezone

from tissu.socle.courriels import envoyer_a_chacun, envoyer_courriel
from tissu.socle.models import Travail


@pytest.mark.django_db
def test_un_envoi_manque_efface_sa_marque_et_laisse_partir_les_autres() -> None:
    def prendre(nom: str) -> bool:
        Travail.objects.create(nom=nom, libelle=nom, cree_le=timezone.now())
        return nom != "vide"

    def envoyer(nom: str) -> None:
        if nom == "refusé":
            raise SMTPException("boîte pleine")

    envois = envoyer_a_chacun(["refusé", "vide", "parti"], prendre=prendre, envoyer=envoyer)
    assert (envois.partis, envois.manques) == (["parti"], 1)
    # Ce qui n'avait rien à dire garde sa marque : on ne l'examine pas deux fois.
    assert sorted(Travail.objects.values_list("nom", flat=True)) == ["parti", "vide"]


def test_un_courriel_a_son_texte_sa_page_et_de_quoi_l_arreter() -> None:
    envoyer_courriel(
        objet="3\u00a0locaux", gabarit="comptes/courriels/invitation", a="a@essai.example",
        contexte={"invitation": {"prenom": "Camille", "invitee_par": "Sacha", "organisation": "Essai",
                                 "expire_le": None}, "lien": "https://exemple.fr/", "plateforme": "L\u202fEssai"},
        arreter="https://exemple.fr/arreter",
    )  # fmt: skip
    [courriel] = mail.outbox
    assert courriel.subject == "3 locaux"
    assert "de L Essai" in str(courriel.body)
    assert courriel.extra_headers == {"List-Unsubscribe": "<https://exemple.fr/arreter>"}
    [(page, nature)] = courriel.alternatives  # type: ignore[attr-defined]
    assert nature == "text/html"
    assert "Camille" in page

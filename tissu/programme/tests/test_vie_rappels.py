"""Le résumé hebdomadaire et la page d'accueil : à qui, quoi, une fois."""

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tissu.messages.choices import EtatRemise
from tissu.messages.models import Remise
from tissu.messages.queries.choix import recoit
from tissu.messages.tests.fabrique import distribuer
from tissu.programme.accueil import accueil
from tissu.programme.messages import RAPPELS
from tissu.programme.models import Echeance
from tissu.programme.operations import echeances, livrables, reunions
from tissu.programme.operations.rappels import envoyer_rappels, regler
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db
MARDI = datetime(2024, 6, 11, 7, tzinfo=UTC)
AVANT = MARDI - timedelta(days=20)


@pytest.fixture
def taches(fiche: Any, mission_cci: Any) -> list[Echeance]:
    """Une en retard, une cette semaine, une dans quinze jours, une plus loin, toutes à la même personne."""
    return [
        echeances.creer_echeance(
            fiche=fiche, type="tache", titre=titre, echeance=le, responsable=mission_cci, auteur=mission_cci, au=AVANT
        )
        for titre, le in (
            ("En retard", date(2024, 6, 10)), ("Vendredi", date(2024, 6, 14)), ("Quinzaine", date(2024, 6, 24)),
            ("Lointaine", date(2024, 8, 1)),
        )
    ]  # fmt: skip


def test_le_resume_dit_tout_une_fois(fiche: Any, taches: Any, mission_cci: Any, mission_metropole: Any) -> None:
    fiche.pilotes.add(mission_cci)
    livrables.promettre_livrable(
        fiche=fiche, titre="Bulletin", attendu_le=date(2024, 6, 1), auteur=mission_cci, au=AVANT
    )
    reunions.creer_reunion(
        fiche=fiche, auteur=mission_cci, au=AVANT,
        contenu=reunions.ContenuDeReunion(
            "Technique", datetime(2024, 6, 13, 12, tzinfo=UTC), lieu="Salle 2", ordre_du_jour="Bilan\nSuite",
            invites=(mission_cci,),
        ),
    )  # fmt: skip
    assert envoyer_rappels(au=MARDI) == 1
    distribuer(au=MARDI)
    courriel = mail.outbox[0]
    assert courriel.to == [mission_cci.courriel]
    assert courriel.subject == "Partenariat : 2 en retard, 2 à venir, 1 réunion"
    texte = str(courriel.body)
    ordre = [
        texte.index(mot)
        for mot in ("En retard\n", "Bulletin", "Cette semaine\n", "Vendredi", "Dans les quinze jours\n", "Quinzaine",
                    "Vos réunions", "14 h 00, Salle 2 : Technique", ". Suite", "ne plus recevoir")
    ]  # fmt: skip
    assert ordre == sorted(ordre)
    assert "Lointaine" not in texte
    assert "/messages/arret/" in courriel.extra_headers["List-Unsubscribe"]
    assert courriel.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Rejoué le jour même ou le lendemain : rien de plus.
    assert envoyer_rappels(au=MARDI + timedelta(hours=2)) == 0
    assert envoyer_rappels(au=MARDI + timedelta(days=1)) == 0
    # La semaine suivante : le retard revient, ce qui a été rappelé à son seuil ne revient pas.
    assert envoyer_rappels(au=MARDI + timedelta(days=7)) == 1
    distribuer(au=MARDI + timedelta(days=7))
    suivant = str(mail.outbox[1].body)
    assert ("Vendredi" in suivant, "Quinzaine" in suivant, "Lointaine" in suivant) == (True, True, False)


def test_jamais_le_lendemain(fiche: Any, mission_cci: Any) -> None:
    echeances.creer_echeance(
        fiche=fiche, type="tache", titre="Hier", echeance=date(2024, 6, 12), responsable=mission_cci,
        auteur=mission_cci, au=MARDI - timedelta(days=1),
    )  # fmt: skip
    assert envoyer_rappels(au=MARDI) == 0


def test_confiee_a_un_autre_elle_attend_son_repit(taches: Any, mission_cci: Any, mission_metropole: Any) -> None:
    for une in taches:
        echeances.modifier_echeance(
            echeance=une, revision=1, titre=une.titre, detail="", le=une.echeance, responsable=mission_metropole,
            motif="", auteur=mission_cci, au=MARDI - timedelta(days=1),
        )  # fmt: skip
    assert envoyer_rappels(au=MARDI) == 0
    assert envoyer_rappels(au=MARDI + timedelta(days=7)) == 1
    distribuer(au=MARDI + timedelta(days=7))
    assert mail.outbox[0].to == [mission_metropole.courriel]


def test_pas_un_lundi(taches: Any) -> None:
    # Personne n'a encore été examiné : le mardi de la semaine n'est pas venu.
    assert envoyer_rappels(au=MARDI - timedelta(days=1)) == 0


def test_arretes_inactifs_et_sans_droit_ne_recoivent_rien(taches: Any, mission_cci: Any) -> None:
    regler(personne=mission_cci, actif=False, au=AVANT)
    assert envoyer_rappels(au=MARDI) == 0
    regler(personne=mission_cci, actif=True, au=MARDI)
    mission_cci.is_active = False
    mission_cci.save()
    assert envoyer_rappels(au=MARDI) == 0


def test_un_echec_n_arrete_pas_les_autres_et_se_rattrape(
    fiche: Any, taches: Any, mission_metropole: Any, mission_cci: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    echeances.creer_echeance(
        fiche=fiche, type="tache", titre="Autre", echeance=date(2024, 6, 1), responsable=mission_metropole,
        auteur=mission_metropole, au=AVANT,
    )  # fmt: skip
    vrai = mail.EmailMessage.send

    def refuser(self: Any, *args: Any, **kwargs: Any) -> int:
        if self.to == [mission_cci.courriel]:
            raise SMTPRecipientsRefused({mission_cci.courriel: (452, b"boite pleine")})
        return vrai(self, *args, **kwargs)

    assert envoyer_rappels(au=MARDI) == 2
    with monkeypatch.context() as contexte:
        contexte.setattr(mail.EmailMessage, "send", refuser)
        distribuer(au=MARDI)
    assert [courriel.to[0] for courriel in mail.outbox] == [mission_metropole.courriel]
    distribuer(au=MARDI + timedelta(hours=1))
    assert [courriel.to[0] for courriel in mail.outbox] == [mission_metropole.courriel, mission_cci.courriel]


def test_celui_qui_attend_retient_le_suivant_et_se_lit_dans_l_espace(taches: Any, mission_cci: Any) -> None:
    assert envoyer_rappels(au=MARDI) == 1
    espace = Remise.objects.get(destinataire=f"personne:{mission_cci.pk}", canal="espace")
    assert (espace.etat, espace.remise_le) == (EtatRemise.RECUE, MARDI)
    # Rien n'est parti : la semaine suivante, on ne l'empile pas ; parti, le suivant dit ce qui a attendu.
    suivante = MARDI + timedelta(days=7)
    assert envoyer_rappels(au=suivante - timedelta(minutes=5)) == 0
    distribuer(au=suivante - timedelta(minutes=1))
    assert envoyer_rappels(au=suivante) == 1


def test_l_arret_en_un_geste_est_celui_de_l_ecran(taches: Any, mission_cci: Any, client: Client) -> None:
    envoyer_rappels(au=MARDI)
    distribuer(au=MARDI)
    lien = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    assert client.post(f"/{lien}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not recoit(mission_cci, RAPPELS)
    assert envoyer_rappels(au=MARDI + timedelta(days=7)) == 0
    client.force_login(mission_cci)
    assert client.get(reverse("programme:rappels")).context["actif"] is False
    client.post(reverse("programme:rappels"), {"actif": "oui"})
    assert envoyer_rappels(au=MARDI + timedelta(days=7)) == 1


def test_la_commande_dit_ce_qu_elle_depose(fiche: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rappels")
    assert capsys.readouterr().out == "Résumés déposés : 0 ; le facteur les remet.\n"


def test_l_accueil_tient_en_requetes_constantes(
    fiche: Any, taches: Any, mission_cci: Any, entreprise: Any, django_assert_max_num_queries: Any
) -> None:
    assert accueil(entreprise, au=MARDI) is None
    comptes = []
    for tour in range(2):
        with django_assert_max_num_queries(25) as compte:
            bloc = accueil(mission_cci, au=MARDI)
        comptes.append(len(compte))
        for numero in range(3):
            autre = fabrique.fiche(20 + tour * 10 + numero)
            promis = livrables.promettre_livrable(
                fiche=autre, titre="Note", attendu_le=None, auteur=mission_cci, au=AVANT
            )
            livrables.remettre_livrable(
                livrable=promis, revision=1, le=date(2024, 6, 5), adresse="https://exemple.fr", auteur=mission_cci,
                au=MARDI,
            )  # fmt: skip
    assert bloc is not None
    assert abs(comptes[0] - comptes[1]) <= 1
    assert [ligne.titre for ligne in bloc.attentes] == ["1\u00a0échéance du partenariat en retard"]
    assert [ligne.titre for ligne in bloc.nouveautes] == ["Livrable remis : Note"] * 3

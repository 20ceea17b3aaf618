"""Les courriels qui reviennent : l'avis lu, l'échec noté, l'adresse suspendue au troisième, le faux avis ignoré."""

import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from tissu.messages.canaux.courriel import identite, partie_de
from tissu.messages.choices import EtatRemise
from tissu.messages.management.commands import rebonds as commande
from tissu.messages.models import Coordonnee, Partie, Remise
from tissu.messages.operations import deposer
from tissu.messages.operations.rebonds import noter_rebond
from tissu.messages.rules.rebonds import RebondIllisible, lire_rebond
from tissu.messages.tests.fabrique import Alerte, distribuer

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "rebonds.yaml").read_text(encoding="utf-8"))
BORD = "----bord"


def avis(
    identite: str, *, action: str = "failed", status: str = "5.1.1", diagnostic: str = "",
    redit: str = "message/rfc822",
) -> bytes:  # fmt: skip
    """Un avis comme les serveurs en écrivent : un texte, le statut, le courriel redit."""
    lignes = [
        "From: MAILER-DAEMON@serveur.example", "To: retours@tissu.example", "Subject: Courriel non remis",
        "MIME-Version: 1.0", f'Content-Type: multipart/report; report-type=delivery-status; boundary="{BORD}"', "",
        f"--{BORD}", "Content-Type: text/plain; charset=utf-8", "", "Votre courriel n'est pas arrivé.", "",
        f"--{BORD}", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; serveur.example", "",
        "Final-Recipient: rfc822; lea@boutique.example", f"Action: {action}", f"Status: {status}",
        *([f"Diagnostic-Code: {diagnostic}"] if diagnostic else []), "",
        f"--{BORD}", f"Content-Type: {redit}", "", f"Message-ID: <{identite}>", "Subject: Alerte", "", "Bonjour", "",
        f"--{BORD}--", "",
    ]  # fmt: skip
    return "\r\n".join(lignes).encode()


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["cas"])
def test_lire_un_avis(cas: dict[str, Any]) -> None:
    champs = {nom: cas[nom] for nom in ("action", "status", "diagnostic", "redit") if nom in cas}
    lu = lire_rebond(avis("x@tissu", **champs))
    assert (lu and [lu.etat, lu.motif]) == (None if cas["attendu"] == "rien" else cas["attendu"])
    assert lu is None or lu.identite == "x@tissu"


@pytest.mark.parametrize(
    ("octets", "motif"),
    [
        (b"Subject: Absent du bureau\r\n\r\nJe reviens lundi.", "ce n'est pas un avis de non-remise"),
        (b"", "ce n'est pas un avis de non-remise"),
        (avis("x@tissu", redit="text/plain"), "il ne redit pas le Message-ID"),
    ],
)
def test_ce_qui_n_est_pas_un_avis_le_dit(octets: bytes, motif: str) -> None:
    with pytest.raises(RebondIllisible, match=motif):
        lire_rebond(octets)


@pytest.mark.parametrize("inventee", ["tissu-7@tissu", "tissu-7.AAAA@tissu", "autre@ailleurs.example", ""])
def test_une_identite_inventee_ne_designe_rien(inventee: str) -> None:
    assert (partie_de(identite(7)), partie_de(inventee)) == (7, None)


@pytest.fixture
def partie() -> Partie:
    au = timezone.now()
    deposer(Alerte((), courriels=("lea@boutique.example",)), auteur=None, au=au)
    distribuer(au=au)
    return Partie.objects.get()


@pytest.mark.django_db
def test_un_avis_fait_echouer_la_remise_une_seule_fois(partie: Partie) -> None:
    assert partie.remise.etat == EtatRemise.REMISE
    revenu = avis(identite(partie.pk), diagnostic="smtp; 550 5.1.1 Boîte inconnue ici")
    assert [noter_rebond(octets=revenu, au=timezone.now()) for _ in range(2)] == [True, True]
    partie.refresh_from_db()
    assert partie.motif == "Refusé par l'opérateur 550 5.1.1 Boîte inconnue ici"
    assert Remise.objects.get().etat == EtatRemise.ECHOUEE
    adresse = Coordonnee.objects.get()
    assert (adresse.echecs_suite, adresse.suspendue_le) == (1, None)


@pytest.mark.django_db
def test_trois_courriels_revenus_suspendent_l_adresse() -> None:
    for rang in range(3):
        au = timezone.now() + timedelta(days=rang)
        deposer(Alerte((), fait=str(rang), courriels=("lea@boutique.example",)), auteur=None, au=au)
        distribuer(au=au)
        noter_rebond(octets=avis(identite(Partie.objects.latest("pk").pk)), au=au)
        assert (Coordonnee.objects.get().suspendue_le is not None) == (rang == 2)


@pytest.mark.django_db
def test_un_retard_et_un_faux_avis_ne_changent_rien(partie: Partie) -> None:
    assert noter_rebond(octets=avis(identite(partie.pk), action="delayed"), au=timezone.now()) is False
    with pytest.raises(RebondIllisible, match="n'est pas parti d'ici"):
        noter_rebond(octets=avis(f"tissu-{partie.pk}@tissu"), au=timezone.now())
    assert Remise.objects.get().etat == EtatRemise.REMISE


@pytest.fixture
def passer(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], tuple[str, str]]:
    def appeler(octets: bytes) -> tuple[str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
        sortie, erreurs = io.StringIO(), io.StringIO()
        call_command("rebonds", stdout=sortie, stderr=erreurs)
        return sortie.getvalue(), erreurs.getvalue()

    return appeler


@pytest.mark.django_db
def test_la_commande_note_et_ignore_en_le_disant(partie: Partie, passer: Callable[[bytes], tuple[str, str]]) -> None:
    assert passer(b"Subject: Absent\r\n\r\nLundi.")[1].startswith("Avis ignoré : ce n'est pas un avis")
    assert passer(avis(identite(partie.pk), action="delayed")) == ("Avis sans échec : rien à noter.\n", "")
    assert passer(avis(identite(partie.pk))) == ("Échec noté.\n", "")
    assert Remise.objects.get().etat == EtatRemise.ECHOUEE


def test_un_avis_demesure_n_est_pas_lu(passer: Callable[[bytes], tuple[str, str]]) -> None:
    with pytest.raises(CommandError, match="dépasse 10 Mo"):
        passer(b"x" * (commande.AU_PLUS + 1))


def test_sans_base_le_serveur_de_courriel_revient_plus_tard(
    passer: Callable[[bytes], tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tombee(**_: object) -> bool:
        raise OperationalError("la base est arrêtée")

    monkeypatch.setattr(commande, "noter_rebond", tombee)
    with pytest.raises(CommandError) as refus:
        passer(avis("x@tissu"))
    assert refus.value.returncode == commande.REVENIR_PLUS_TARD == 75

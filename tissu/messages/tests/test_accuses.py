"""Les accusés d'une passerelle : par de vrais appels HTTP, signés, datés, redits, faux, trop vieux."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from django.core.cache import cache
from django.utils import timezone

from tissu.messages.canaux.ligne import Ligne
from tissu.messages.canaux.passerelle import AccusesIllisibles, lire_accuses
from tissu.messages.canaux.reglages import lire_operateurs, ouvrir_ligne
from tissu.messages.choices import Canal, EtatPartie, EtatRemise
from tissu.messages.models import Accuse, Coordonnee, Partie, Poste, Remise
from tissu.messages.operations import deposer
from tissu.messages.operations.departs import prendre
from tissu.messages.operations.postes import ouvrir_poste
from tissu.messages.operations.retours import noter
from tissu.messages.rules.signature import signer
from tissu.messages.tests.fabrique import Alerte, numeros
from tissu.messages.tests.passerelle import passerelle_ouverte

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "un secret de passerelle"


class Tour:
    """Une alerte remise à une vraie passerelle, et de quoi lui faire rappeler tissu."""

    def __init__(self, url: str, ligne: Ligne, poste: Poste) -> None:
        self.url, self.ligne, self.poste = url, ligne, poste

    def remettre(self, combien: int = 1) -> None:
        deposer(Alerte(numeros(combien)), auteur=None, au=timezone.now())
        for depart in prendre(poste=self.poste, canal=Canal.SMS, places=50, au=timezone.now()).departs:
            self.ligne.soumettre(depart)

    def noter(self) -> None:
        noter(poste=self.poste, evenements=self.ligne.lire(0), au=timezone.now())

    def rappeler(
        self, *accuses: dict[str, Any], secret: str = SECRET, le: datetime | None = None, operateur: str = "p",
        signature: str | None = None,
    ) -> httpx.Response:  # fmt: skip
        corps = json.dumps({"accuses": accuses}).encode()
        signature = signer(corps, secret=secret, le=le or timezone.now()) if signature is None else signature
        return httpx.post(
            f"{self.url}/messages/accuses/{operateur}/", content=corps, headers={"X-Tissu-Signature": signature},
            trust_env=False,
        )  # fmt: skip


@pytest.fixture
def tour(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tour]:
    cache.clear()
    monkeypatch.setenv("SECRET_ESSAI", "chut")
    monkeypatch.setenv("SECRET_ACCUSES", SECRET)
    with passerelle_ouverte() as classe:
        adresse = f"http://127.0.0.1:{classe.port}/v1/"
        settings.OPERATEURS_SMS = (
            f"[{{nom: p, genre: passerelle, adresse: '{adresse}', secret: SECRET_ESSAI,"
            f" secret_accuses: SECRET_ACCUSES}}, {{nom: muette, genre: passerelle, adresse: '{adresse}',"
            " secret: SECRET_ESSAI}]"
        )
        ligne = ouvrir_ligne(lire_operateurs(settings.OPERATEURS_SMS)[0])
        ligne.ouvrir()
        yield Tour(live_server.url, ligne, ouvrir_poste(operateur="p", au=timezone.now()))
        ligne.fermer()


def etats() -> list[str]:
    return list(Remise.objects.order_by("pk").values_list("etat", flat=True))


def test_un_accuse_signe_a_l_effet_d_un_accuse_de_smpp(tour: Tour) -> None:
    tour.remettre(2)
    tour.noter()
    assert etats() == [EtatRemise.REMISE, EtatRemise.REMISE]
    reponse = tour.rappeler({"id": "m1", "status": "delivrd"}, {"id": "m2", "status": "UNDELIV", "error": "27"})
    assert (reponse.status_code, reponse.json()) == (200, {"notes": 2, "deja_recu": False})
    assert etats() == [EtatRemise.RECUE, EtatRemise.ECHOUEE]
    assert Partie.objects.get(identifiant="m2").motif == "Le numéro n'a pas pu être joint code 27"
    assert list(Coordonnee.objects.order_by("valeur").values_list("echecs_suite", flat=True)) == [0, 1]


def test_le_meme_appel_redit_et_le_meme_accuse_resigne_ne_changent_rien(tour: Tour) -> None:
    tour.remettre()
    tour.noter()
    le = timezone.now()
    tour.rappeler({"id": "m1", "status": "UNDELIV"}, le=le)
    fait = list(Partie.objects.values())
    assert tour.rappeler({"id": "m1", "status": "UNDELIV"}, le=le).json() == {"notes": 0, "deja_recu": True}
    assert tour.rappeler({"id": "m1", "status": "DELIVRD"}, le=le + timedelta(seconds=2)).status_code == 200
    assert (list(Partie.objects.values()), Coordonnee.objects.get().echecs_suite) == (fait, 1)


@pytest.mark.parametrize(
    ("champs", "motif"),
    [
        ({"secret": "un autre"}, "n'est pas celle de ce corps"),
        ({"signature": ""}, "s'écrit « t=secondes,v1=empreinte"),
        ({"signature": f"t=1,v1={'z' * 64}"}, "s'écrit « t=secondes,v1=empreinte"),
        ({"signature": signer(b"autre chose", secret=SECRET, le=timezone.now())}, "n'est pas celle de ce corps"),
        ({"operateur": "inconnu"}, "n'est pas celle de ce corps"),
        ({"operateur": "muette"}, "n'est pas celle de ce corps"),
        ({"operateur": "muette", "secret": ""}, "n'est pas celle de ce corps"),
    ],
)
def test_une_fausse_signature_ne_change_rien(tour: Tour, champs: dict[str, Any], motif: str) -> None:
    tour.remettre()
    tour.noter()
    reponse = tour.rappeler({"id": "m1", "status": "DELIVRD"}, **champs)
    assert (reponse.status_code, motif in reponse.json()["erreur"]) == (401, True)
    assert etats() == [EtatRemise.REMISE]


@pytest.mark.parametrize(("ecart_s", "code"), [(-310, 401), (-280, 200), (280, 200), (310, 401)])
def test_un_appel_trop_vieux_ou_en_avance_est_refuse(tour: Tour, ecart_s: int, code: int) -> None:
    tour.remettre()
    tour.noter()
    le = timezone.now() + timedelta(seconds=ecart_s)
    assert tour.rappeler({"id": "m1", "status": "DELIVRD"}, le=le).status_code == code
    assert etats() == [EtatRemise.RECUE if code == 200 else EtatRemise.REMISE]


def test_l_accuse_d_un_inconnu_attend_qu_on_le_connaisse(tour: Tour) -> None:
    tour.remettre()
    assert tour.rappeler({"id": "m1", "status": "DELIVRD"}).status_code == 200
    assert (etats(), Accuse.objects.count()) == ([EtatRemise.ATTENTE], 1)
    tour.noter()
    assert (etats(), Accuse.objects.count()) == ([EtatRemise.RECUE], 0)


def test_la_reference_redite_retrouve_un_incertain(tour: Tour) -> None:
    tour.remettre()
    partie = Partie.objects.get()
    Partie.objects.update(etat=EtatPartie.INCERTAINE)
    accuse = {"id": "m9", "status": "DELIVRD", "reference": partie.pk, "to": numeros(1)[0]}
    assert tour.rappeler(accuse).status_code == 200
    assert etats() == [EtatRemise.RECUE]
    assert Partie.objects.get().identifiant == "m9"


def test_trop_gros_trop_long_ou_lu_il_est_refuse(tour: Tour) -> None:
    gros = tour.rappeler({"id": "m1", "status": "DELIVRD", "bourrage": "x" * 70_000})
    assert (gros.status_code, gros.json()["erreur"]) == (413, "Le corps dépasse 65536 octets.")
    illisible = tour.rappeler({"id": "m1", "status": "PERDU"})
    assert (illisible.status_code, "« status » : « PERDU »" in illisible.json()["erreur"]) == (422, True)
    assert httpx.get(f"{tour.url}/messages/accuses/p/", trust_env=False).status_code == 405
    assert not Accuse.objects.exists()


@pytest.mark.parametrize(
    ("corps", "motif"),
    [
        (b"<xml/>", "Le corps est du JSON"),
        (b"[" * 50_000, "Le corps est du JSON"),
        (b"[]", "Le corps est du JSON"),
        (b'{"accuses": []}', "une liste d'un à 500"),
        (b'{"accuses": ["m1"]}', "Accusé n° 1 : c'est un objet"),
        (b'{"accuses": [{"id": "", "status": "DELIVRD"}]}', "n° 1, « id »"),
        (b'{"accuses": [{"id": "m\\u0000", "status": "DELIVRD"}]}', "n° 1, « id »"),
        (
            b'{"accuses": [{"id": "m", "status": "DELIVRD"}, {"id": "n", "status": "DELIVRD", "to": 336}]}',
            "n° 2, « to »",
        ),
        (b'{"accuses": [{"id": "m", "status": "DELIVRD", "reference": true}]}', "n° 1, « reference »"),
    ],
)
def test_un_corps_faux_dit_quoi_ecrire(corps: bytes, motif: str) -> None:
    with pytest.raises(AccusesIllisibles, match=motif):
        lire_accuses(corps)

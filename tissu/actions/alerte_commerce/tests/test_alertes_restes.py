"""Ce qui reste d'une alerte : ses textes effacés, sa chaîne et ses comptes, les chiffres communiqués."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tissu.actions.alerte_commerce.messages.alertes import apercu
from tissu.actions.alerte_commerce.models import Adherent, Alerte
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.queries.alertes import bilans, chiffres
from tissu.actions.alerte_commerce.queries.conseils import alertes_passees
from tissu.actions.alerte_commerce.tests.fabrique import AU, mobile
from tissu.actions.alerte_commerce.tests.test_alertes import adherent, auteur, envoyee, remettre, soumise

pytestmark = pytest.mark.django_db


def test_apres_trente_jours_il_ne_reste_que_les_chiffres() -> None:
    un = adherent()
    partie = envoyee()
    remettre(partie.envoi)  # type: ignore[arg-type]
    assert alertes.expirer(au=AU + timedelta(days=29)) == 0
    assert (alertes.expirer(au=AU + timedelta(days=30)), alertes.expirer(au=AU + timedelta(days=31))) == (1, 0)
    partie.refresh_from_db()
    assert {getattr(partie, nom) for nom in ("lieu", "texte", "maniere", "direction", "conseil")} == {""}
    assert (partie.lon, partie.cible, partie.nature) == (None, {"sorte": "rayon"}, "vol_etalage")
    assert (bilans([partie])[partie.pk].recus, partie.vises) == (1, 1)
    assert alertes_passees(un, au=AU + timedelta(days=31)) == []
    for geste in (alertes.lever, alertes.annuler, alertes.mettre_a_jour):
        with pytest.raises(alertes.AlerteRefusee, match="textes sont effacés"):
            geste(alerte=partie, auteur=auteur(), au=AU + timedelta(days=31))


def test_la_chaine_mesuree_et_ses_comptes() -> None:
    for rang in range(20):
        adherent(mobiles=(mobile(rang),))
    adherent(mobiles=(mobile(30),), accord=False)
    partie = envoyee()
    remettre(partie.envoi, AU + timedelta(seconds=4))  # type: ignore[arg-type]
    bilan = bilans([partie])[partie.pk]
    assert (bilan.premiere_le, bilan.recu_95_le) == (AU + timedelta(seconds=4), AU + timedelta(seconds=22))
    assert (bilan.remis, bilan.recus, bilan.en_route) == (20, 20, False)
    assert type(bilan).de_json(bilan.en_json()) == bilan


def test_les_chiffres_se_taisent_sous_trois_alertes() -> None:
    adherent()
    debut, fin = AU - timedelta(days=1), AU + timedelta(days=1)
    for rang in range(2):
        remettre(envoyee(lieu=f"{rang} rue du Four").envoi)  # type: ignore[arg-type]
    assert (chiffres(debut, fin, au=AU).secret, chiffres(debut, fin, au=AU).natures) == (True, [])
    remettre(envoyee().envoi)  # type: ignore[arg-type]
    lus = chiffres(debut, fin, au=AU)
    assert (lus.alertes, lus.secret, lus.natures, lus.remis) == (3, False, [("Vol à l'étalage", 3)], 3)
    assert lus.pas[0] == ("Appel au 17", timedelta(minutes=5))
    assert chiffres(fin, fin + timedelta(days=1), au=AU).alertes == 0


def test_l_apercu_coute_autant_de_requetes_pour_dix_que_pour_un() -> None:
    comptes = []
    for combien in (1, 9):
        for _ in range(combien):
            adherent()
        prete = soumise()
        with CaptureQueriesContext(connection) as lues:
            apercu(prete, au=AU)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]
    assert Adherent.objects.count() == 10


def test_la_commande_de_nuit_efface_les_textes(capsys: pytest.CaptureFixture[str]) -> None:
    adherent()
    envoyee()
    Alerte.objects.update(redigee_le=AU - timedelta(days=400))
    call_command("alertes", "expirer")
    assert capsys.readouterr().out == "1\xa0alerte réduite à ses chiffres.\n"
    assert Alerte.objects.get().texte == ""

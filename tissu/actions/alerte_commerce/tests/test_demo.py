"""La démonstration : des adhérents que l'on voit fictifs, des départs, des demandes, un stock juste."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Sum
from django.utils import timezone

from tissu.actions.alerte_commerce import demo
from tissu.actions.alerte_commerce.choices import EtatAdherent, MotifConfirmation
from tissu.actions.alerte_commerce.models import (
    PARTIES,
    Adherent,
    Alerte,
    Communication,
    ContactAdherent,
    LigneImport,
    MouvementDeStock,
    Publipostage,
    SeanceCPSQ,
    Stock,
)
from tissu.actions.alerte_commerce.queries.adherents import adherents_joignables
from tissu.actions.alerte_commerce.queries.alertes import chiffres
from tissu.actions.alerte_commerce.queries.confirmations import comptes_par_etat, suivre
from tissu.actions.alerte_commerce.queries.effets import mesure
from tissu.actions.alerte_commerce.queries.gestion import comptes
from tissu.comptes.demo import comptes_de_demonstration
from tissu.locaux.tests import fabrique as locaux
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db


def test_une_petite_ville_se_peuple_et_la_relancer_n_ajoute_rien(tmp_path: Path) -> None:
    au = timezone.now()
    comptes_de_demonstration(au=au)
    for rang in range(200):
        locaux.local(f"Boutique fictive {rang}", "boulangerie", rue=f"RUE {rang % 9}")
    demo.installer(dossier=tmp_path, au=au, suivi=SansSuivi())
    etats = comptes()
    assert (etats["a_verifier"], etats["demande"], etats["suspendu"]) == (9, 3, 2)
    # Les huit mis en échec, et ceux que deux ans d'alertes n'ont pas joints.
    assert 8 <= etats["a_rappeler"] <= 11
    importes = comptes_par_etat(suivre(MotifConfirmation.IMPORTE, au=au))
    assert importes["a_demander"] > 0 and importes["a_relancer"] > 0
    assert comptes_par_etat(suivre(MotifConfirmation.SUSPENDU, au=au))["demande"] >= 1
    # 120 commerces, trois lignes refusées, un doublon qui attend ; un départ sur seize actifs.
    assert sum(etats.values()) - etats["a_rappeler"] == 117
    assert etats["parti"] == 7
    assert LigneImport.objects.filter(decision="a_trancher").count() == 4
    assert not ContactAdherent.objects.exclude(mobile__startswith="+3363998").exists()
    assert len(adherents_joignables(au)) == etats["actif"] - etats["a_rappeler"]
    for article in Stock.objects.order_by("article"):
        somme = MouvementDeStock.objects.filter(article=article.article).aggregate(Sum("quantite"))
        assert somme["quantite__sum"] == article.quantite
    lettre = Communication.objects.get(titre="Lettre aux commerces d'un quartier")
    effet = mesure(lettre, au.date()).effet
    assert effet is not None and effet.contactes.adhesions > 0
    assert Publipostage.objects.get(communication=lettre).fichier
    tenues = SeanceCPSQ.objects.filter(etat="tenue")
    assert (SeanceCPSQ.objects.count(), tenues.count(), SeanceCPSQ.objects.filter(etat="prevue").count()) == (25, 22, 1)
    ancien = au.date() - timedelta(days=700)
    assert Adherent.objects.filter(adhere_le__gt=ancien).exclude(etat=EtatAdherent.PARTI).exists()
    parties = Alerte.objects.filter(type="alerte", etat__in=PARTIES)
    assert 60 <= parties.count() <= 80
    assert set(Alerte.objects.filter(type="alerte").exclude(etat__in=PARTIES).values_list("etat", flat=True)) >= {
        "a_approuver", "renvoyee", "brouillon",
    }  # fmt: skip
    assert not Alerte.objects.filter(redigee_le__lt=au - timedelta(days=30)).exclude(texte="").exists()
    lus = chiffres(au - timedelta(days=730), au, au=au)
    assert lus.recus > 0.9 * lus.remis > 0
    combien = Adherent.objects.count()
    demo.installer(dossier=tmp_path, au=au, suivi=SansSuivi())
    assert Adherent.objects.count() == combien

"""Les veilles de locaux : ce qui se dit d'un lieu, à qui, quand, et une seule fois."""

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tissu.actions.observatoire_commerce import tasks as travaux
from tissu.actions.observatoire_commerce.choices import SorteVeille
from tissu.actions.observatoire_commerce.models import VeilleDeLocaux
from tissu.actions.observatoire_commerce.operations import veilles as operations
from tissu.actions.observatoire_commerce.queries import veilles as lectures
from tissu.actions.observatoire_commerce.queries.lieux import Lieu, trouver_lieu
from tissu.actions.observatoire_commerce.rules.veilles import fenetre, resume_mensuel_du
from tissu.comptes.choices import Role
from tissu.comptes.models import Attribution, Personne
from tissu.locaux.choices import EtatLocal, OrigineActivite, Source
from tissu.locaux.models import Local, Occupation, PeriodeEtat
from tissu.locaux.operations.histoire import changer_etat, changer_occupant, corriger_occupation, retirer
from tissu.locaux.operations.transformations import fermer
from tissu.locaux.tests import fabrique
from tissu.messages.choices import EtatRemise
from tissu.messages.models import Remise
from tissu.messages.tests.fabrique import distribuer
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
AVANT = datetime(2026, 3, 2, 9, tzinfo=UTC)
GESTE = datetime(2026, 3, 20, 9, tzinfo=UTC)
AVRIL = datetime(2026, 4, 1, 7, tzinfo=UTC)
LE = date(2026, 3, 18)


def vieillir() -> None:
    """Ce que la fabrique vient d'écrire était su bien avant la veille."""
    for modele in (Local, Occupation, PeriodeEtat):
        modele.historique.update(history_date=AVANT - timedelta(days=300))


def suivre(qui: Personne, sorte: str, lieu: Lieu, au: datetime = AVANT) -> VeilleDeLocaux:
    return operations.suivre(lieu=lieu, sorte=sorte, auteur=qui, au=au)


def vider(local: Local, au: datetime = GESTE, le: date = LE) -> None:
    local.refresh_from_db()
    changer_etat(local=local, version=local.version, etat=EtatLocal.VACANT, le=le, auteur=None, au=au)


def occuper(local: Local, au: datetime = GESTE, le: date = LE, **valeurs: Any) -> None:
    local.refresh_from_db()
    changer_occupant(local=local, version=local.version, le=le, valeurs=valeurs, auteur=None, au=au)


def dits(qui: Personne, au: datetime = AVRIL) -> list[list[str]]:
    """Par veille, ce que la page montre."""
    return [[f"{un.local} : {un.fait.texte}" for un in s.changements] for s in lectures.page_des_veilles(qui, au=au)]


def test_chaque_sorte_de_veille_dit_ce_qui_la_regarde(mission: Personne) -> None:
    bar = fabrique.local("Bar", "bar", numero="1", quartier="Centre")
    boutique = fabrique.local("Pain", "boulangerie", numero="2", quartier="Centre")
    ailleurs = fabrique.local("Loin", "cafe_bar", numero="3", quartier="Nord", rue="RUE LOINTAINE")
    vieillir()
    centre, rue = trouver_lieu(quartier="Centre"), Lieu(voie=bar.voie_id)
    suivre(mission, SorteVeille.VACANT, centre)
    suivre(mission, SorteVeille.ACTIVITE, Lieu())
    suivre(mission, SorteVeille.TOUT, rue)
    vider(bar)
    occuper(boutique, enseigne="Café", activite="cafe_bar")
    vider(ailleurs)
    vide, cafe = "1 RUE DE LA LIBERTE : Vacant, sans précision", "2 RUE DE LA LIBERTE"
    assert dits(mission) == [
        [vide], [f"{cafe} : Boulangerie, pâtisserie devient Café, bar"],
        [vide, f"{cafe} : Nouvel occupant : Café, Café, bar", f"{cafe} : Boulangerie, pâtisserie devient Café, bar"],
    ]  # fmt: skip


def test_une_vacance_qui_se_precise_n_est_pas_nouvelle(mission: Personne) -> None:
    local = fabrique.local(numero="1", quartier="Centre")
    vieillir()
    suivre(mission, SorteVeille.VACANT, Lieu())
    suivre(mission, SorteVeille.TOUT, Lieu(voie=local.voie_id))
    changer_etat(
        local=local, version=1, etat=EtatLocal.VACANT_COMMERCIALISE, le=LE, auteur=None, au=GESTE
    )  # fmt: skip
    assert dits(mission) == [
        [], ["1 RUE DE LA LIBERTE : Vacant, commercialisé (était : vacant, sans précision)"]
    ]  # fmt: skip


def test_une_correction_ou_un_fait_retire_ne_se_dit_pas(mission: Personne) -> None:
    corrige, efface = fabrique.local("Bar", "bar"), fabrique.local("Pain", "boulangerie")
    vieillir()
    suivre(mission, SorteVeille.TOUT, Lieu(voie=corrige.voie_id))
    corriger_occupation(
        occupation=corrige.occupations.get(), version=1, valeurs={"activite": "boulangerie"}, auteur=None, au=GESTE
    )  # fmt: skip
    vider(efface)
    efface.refresh_from_db()
    retirer(
        ligne=efface.etats.get(fin=None), version=efface.version, motif="Erreur", auteur=None, au=GESTE
    )  # fmt: skip
    assert dits(mission) == [[]]


def test_un_local_nouveau_puis_disparu(mission: Personne) -> None:
    ancien = fabrique.local("Bar", "bar", numero="1")
    vieillir()
    suivre(mission, SorteVeille.TOUT, Lieu(voie=ancien.voie_id))
    suivre(mission, SorteVeille.VACANT, Lieu())
    fermer(local=ancien, version=1, le=LE, motif="Démoli", auteur=None, au=GESTE)
    fabrique.local(numero="2")
    for modele in (Local, PeriodeEtat):
        modele.historique.filter(history_date__gt=GESTE).update(history_date=GESTE)
    assert dits(mission) == [
        ["1 RUE DE LA LIBERTE : N'existe plus", "2 RUE DE LA LIBERTE : Nouveau dans l'observatoire",
         "2 RUE DE LA LIBERTE : Vacant, sans précision, vu pour la première fois"],
        ["2 RUE DE LA LIBERTE : Vacant, sans précision, vu pour la première fois"],
    ]  # fmt: skip


def test_le_resume_part_une_fois_par_mois_et_ne_redit_rien(mission: Personne) -> None:
    bar = fabrique.local("Bar", "bar", numero="1")
    vieillir()
    suivre(mission, SorteVeille.VACANT, Lieu())
    vider(bar)
    assert operations.envoyer_resumes(au=AVRIL) == 1
    distribuer(au=AVRIL)
    assert operations.envoyer_resumes(au=AVRIL + timedelta(hours=2)) == 0
    [courriel] = mail.outbox
    assert (courriel.to, courriel.subject) == ([mission.courriel], "Vos rues et quartiers : 1 local a changé")
    texte, [(page, nature)] = str(courriel.body), courriel.alternatives  # type: ignore[attr-defined]
    for ecrit in (texte, page):
        assert f"/locaux/local/{bar.reference}/" in ecrit
        assert "/observatoire-commerce/veilles/#resume" in ecrit
    assert "- 1 RUE DE LA LIBERTE : Vacant, sans précision, depuis le 18 mars 2026" in texte
    assert nature == "text/html"
    assert "/messages/arret/" in courriel.extra_headers["List-Unsubscribe"]
    assert courriel.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert operations.envoyer_resumes(au=AVRIL + timedelta(days=30)) == 0
    distribuer(au=AVRIL + timedelta(days=30))
    assert len(mail.outbox) == 1


def test_jamais_le_lendemain(mission: Personne) -> None:
    bar, autre = fabrique.local("Bar", "bar"), fabrique.local("Pain", "boulangerie")
    vieillir()
    suivre(mission, SorteVeille.VACANT, Lieu())
    vider(bar, au=AVRIL - timedelta(days=1))
    assert operations.envoyer_resumes(au=AVRIL) == 0
    vider(autre, au=AVRIL + timedelta(days=10), le=date(2026, 4, 10))
    mai = AVRIL + timedelta(days=30)
    assert operations.envoyer_resumes(au=mai) == 1
    # Le 1er mai est férié : le courriel attend le lundi.
    distribuer(au=mai)
    assert mail.outbox == []
    distribuer(au=mai + timedelta(days=3))
    assert mail.outbox[0].subject == "Vos rues et quartiers : 2 locaux ont changé"


def test_une_veille_ne_remonte_pas_avant_son_ouverture(mission: Personne) -> None:
    bar = fabrique.local("Bar", "bar")
    vieillir()
    vider(bar)
    suivre(mission, SorteVeille.VACANT, Lieu(), au=GESTE + timedelta(days=1))
    assert operations.envoyer_resumes(au=AVRIL) == 0
    assert dits(mission) == [[]]


def test_les_droits_se_relisent_a_l_envoi(mission: Personne, elu: Personne) -> None:
    bar = fabrique.local("Bar", "bar")
    vieillir()
    for qui in (mission, elu):
        suivre(qui, SorteVeille.VACANT, Lieu())
    vider(bar)
    Attribution.objects.filter(personne=mission).update(fin=date(2021, 1, 1))
    Personne.objects.filter(pk=elu.pk).update(is_active=False)
    assert operations.envoyer_resumes(au=AVRIL) == 0


def test_arreter_le_resume_garde_les_veilles(mission: Personne) -> None:
    bar, autre = fabrique.local("Bar", "bar"), fabrique.local("Pain", "boulangerie")
    vieillir()
    suivre(mission, SorteVeille.VACANT, Lieu())
    operations.regler_le_resume(personne=mission, actif=False, au=AVANT)
    vider(bar)
    assert operations.envoyer_resumes(au=AVRIL) == 0
    assert len(dits(mission)[0]) == 1
    operations.regler_le_resume(personne=mission, actif=True, au=AVRIL)
    vider(autre, au=AVRIL + timedelta(days=10), le=date(2026, 4, 10))
    assert operations.envoyer_resumes(au=AVRIL + timedelta(days=30)) == 1
    distribuer(au=AVRIL + timedelta(days=33))
    assert mail.outbox[0].subject == "Vos rues et quartiers : 1 local a changé"


def test_un_courriel_refuse_repart_sans_arreter_les_autres(
    mission: Personne, elu: Personne, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = fabrique.local("Bar", "bar")
    vieillir()
    for qui in (mission, elu):
        suivre(qui, SorteVeille.VACANT, Lieu())
    vider(bar)
    envoyer = mail.EmailMultiAlternatives.send

    def refuser_le_premier(courriel: Any, **options: Any) -> Any:
        if courriel.to == [mission.courriel]:
            raise SMTPRecipientsRefused({mission.courriel: (452, b"boite pleine")})
        return envoyer(courriel, **options)

    assert operations.envoyer_resumes(au=AVRIL) == 2
    with monkeypatch.context() as contexte:
        contexte.setattr(mail.EmailMultiAlternatives, "send", refuser_le_premier)
        distribuer(au=AVRIL)
    assert [courriel.to[0] for courriel in mail.outbox] == [elu.courriel]
    distribuer(au=AVRIL + timedelta(hours=1))
    assert [courriel.to[0] for courriel in mail.outbox] == [elu.courriel, mission.courriel]


def test_celui_qui_attend_retient_le_suivant_et_se_lit_dans_l_espace(mission: Personne) -> None:
    bar, autre = fabrique.local("Bar", "bar"), fabrique.local("Pain", "boulangerie")
    vieillir()
    suivre(mission, SorteVeille.VACANT, Lieu())
    vider(bar)
    assert operations.envoyer_resumes(au=AVRIL) == 1
    assert Remise.objects.get(destinataire=f"personne:{mission.pk}", canal="espace").etat == EtatRemise.RECUE
    vider(autre, au=AVRIL + timedelta(days=10), le=date(2026, 4, 10))
    mai = AVRIL + timedelta(days=33)
    assert operations.envoyer_resumes(au=mai) == 0
    # La fenêtre de la première est close : ce qui n'a pas pu partir se lit dans l'espace, et le suivant reprend.
    distribuer(au=mai)
    assert (mail.outbox, Remise.objects.get(canal="courriel").etat) == ([], EtatRemise.PERIMEE)
    assert operations.envoyer_resumes(au=mai + timedelta(days=1)) == 1
    distribuer(au=mai + timedelta(days=1))
    assert mail.outbox[0].subject == "Vos rues et quartiers : 1 local a changé"


def test_la_commande_dit_ce_qu_elle_depose(mission: Personne, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("veilles_locaux")
    assert capsys.readouterr().out == "Résumés déposés : 0 ; le facteur les remet.\n"


def test_d_un_etablissement_protege_rien_ne_vient_de_sirene(mission: Personne, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lectures, "sirets_masques", lambda: frozenset({"73282932000074"}))
    saisi, releve = fabrique.local("Pain", "boulangerie", numero="1"), fabrique.local("Vin", "cafe_bar", numero="2")
    vieillir()
    suivre(mission, SorteVeille.TOUT, Lieu(voie=saisi.voie_id))
    occuper(saisi, enseigne="NOM DE SIRENE", activite="cafe_bar", siret="73282932000074")
    saisi.occupations.filter(fin=None).update(origine_activite=OrigineActivite.NAF)
    occuper(releve, enseigne="Vu de la rue", activite="cafe_bar", siret="73282932000074")
    releve.occupations.filter(fin=None).update(source=Source.TERRAIN)
    assert dits(mission) == [
        ["1 RUE DE LA LIBERTE : Nouvel occupant", "2 RUE DE LA LIBERTE : Nouvel occupant : Vu de la rue, Café, bar"]
    ]


def test_ouvrir_deux_fois_n_en_fait_qu_une_et_les_refus_se_disent(mission: Personne, agence: Personne) -> None:
    rue = fabrique.voie()
    une = suivre(mission, SorteVeille.TOUT, Lieu(quartier="Centre", voie=rue.pk))
    assert suivre(mission, SorteVeille.TOUT, Lieu(voie=rue.pk)) == une
    for sorte, lieu in ((SorteVeille.TOUT, Lieu()), ("autre", Lieu()), (SorteVeille.VACANT, Lieu(choix="x"))):
        with pytest.raises(operations.VeilleRefusee):
            suivre(mission, sorte, lieu)
    with pytest.raises(operations.VeilleRefusee):
        suivre(fabrique.personne(Role.COURTIER), SorteVeille.VACANT, Lieu())
    with pytest.raises(operations.VeilleRefusee):
        operations.ne_plus_suivre(veille=une, auteur=agence)
    operations.ne_plus_suivre(veille=une, auteur=mission)
    assert not VeilleDeLocaux.objects.exists()


def test_dix_changements_ne_coutent_pas_plus_de_requetes_qu_un(mission: Personne) -> None:
    locaux = [fabrique.local("Bar", "bar") for _ in range(11)]
    vieillir()
    suivre(mission, SorteVeille.VACANT, Lieu())
    comptes = []
    for tranche in (locaux[:1], locaux[1:]):
        for local in tranche:
            vider(local)
        with CaptureQueriesContext(connection) as lues:
            lectures.resumes(lectures.abonnes(), au=AVRIL)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]


@pytest.mark.parametrize(
    ("examine_le", "au", "du"),
    [(None, date(2026, 4, 1), True), (date(2026, 4, 1), date(2026, 4, 2), False),
     (date(2026, 3, 20), date(2026, 4, 1), True), (date(2026, 4, 1), date(2026, 5, 3), True)],
)  # fmt: skip
def test_le_jour_du_resume(examine_le: date | None, au: date, du: bool) -> None:
    assert resume_mensuel_du(examine_le, au, 1) is du


def test_avant_le_jour_du_mois_rien_ne_part() -> None:
    assert resume_mensuel_du(None, date(2026, 4, 4), 5) is False


def test_la_fenetre_est_vide_avant_la_fin_du_repit() -> None:
    assert fenetre(AVRIL - timedelta(days=2), None, AVRIL, 3) == ()
    assert fenetre(AVANT, GESTE, AVRIL, 3) == (GESTE, AVRIL - timedelta(days=3))


def test_le_travail_de_fond_envoie_et_dit_son_compte(mission: Personne) -> None:
    bar = fabrique.local("Bar", "bar", numero="1")
    vieillir()
    suivre(mission, SorteVeille.VACANT, Lieu())
    vider(bar)
    dites: list[str] = []
    assert travaux.envoyer_resumes(SansSuivi(lambda part, mots: dites.append(mots))) == {"deposes": 1}
    assert dites == ["Résumés déposés : 1."]

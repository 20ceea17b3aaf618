"""Rédiger, soumettre, approuver et envoyer une alerte, l'annuler, la lever, l'oublier : ce qui s'écrit, se refuse."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections

from tissu.actions.alerte_commerce.choices import EtatAlerte, TypeAlerte
from tissu.actions.alerte_commerce.messages.alertes import apercu
from tissu.actions.alerte_commerce.models import Adherent, Alerte, AvisSurAlerte, EtapeAlerte
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.queries.ciblage import recues_ce_mois
from tissu.actions.alerte_commerce.queries.conseils import alertes_passees
from tissu.actions.alerte_commerce.tests import fabrique
from tissu.actions.alerte_commerce.tests.fabrique import AU, DIJON, mobile, personne
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique as locaux
from tissu.messages.choices import Canal, EtatPartie, EtatRemise
from tissu.messages.models import Envoi, Partie, Remise
from tissu.messages.operations import empreinte_de
from tissu.socle.conflits import ConflitDeSaisie
from tissu.socle.parametres import Valeur, tous_les_parametres

pytestmark = pytest.mark.django_db
CHAMPS: dict[str, Any] = {
    "nature": "vol_etalage", "activite": "", "lieu": "12 rue du Four", "code_commune": DIJON, "lon": 5.04,
    "lat": 47.32, "fait_le": AU - timedelta(minutes=20), "appel_17_le": AU - timedelta(minutes=15), "retard": "",
    "direction": "à pied vers la gare", "maniere": "Deux individus occupent la caisse", "conseil": "", "texte": "",
    "cible": {"sorte": "rayon", "rayon_m": 1000},
}  # fmt: skip


def adherent(nom: str = "", **champs: Any) -> Adherent:
    """Un commerce du lieu du fait."""
    return fabrique.adherent(nom, **{"lon": 5.04, "lat": 47.32} | champs)


def auteur() -> Personne:
    return personne(Role.POLICE, organisation="police")


def approbatrice() -> Personne:
    return personne(Role.POLICE, Role.LECTEUR, organisation="police")


def rediger(**champs: Any) -> Alerte:
    return alertes.rediger(champs=CHAMPS | champs, auteur=auteur(), au=AU)


def soumise(au: datetime = AU, **champs: Any) -> Alerte:
    cree = alertes.rediger(champs=CHAMPS | champs, auteur=auteur(), au=au)
    return alertes.soumettre(alerte=cree, interpelle=False, auteur=auteur(), au=au)


def envoyer(alerte: Alerte, au: datetime = AU, **options: Any) -> Alerte:
    attendue = options.pop("attendue", None) or empreinte_de(apercu(alerte, au=au).message)
    return alertes.approuver_et_envoyer(alerte=alerte, attendue=attendue, auteur=approbatrice(), au=au, **options)


def envoyee(au: datetime = AU, **champs: Any) -> Alerte:
    return envoyer(soumise(au, **champs), au)


def remettre(envoi: Envoi, le: datetime = AU, *, recues: bool = True) -> None:
    """Comme le facteur : tout est remis, puis reçu une seconde après l'autre."""
    etat = EtatRemise.RECUE if recues else EtatRemise.REMISE
    Partie.objects.filter(remise__envoi=envoi).update(etat=EtatPartie(etat.value), remise_le=le)
    for rang, remise in enumerate(Remise.objects.filter(envoi=envoi, canal=Canal.SMS, etat=EtatRemise.ATTENTE)):
        remise.etat, remise.remise_le = etat, le
        remise.recue_le = le + timedelta(seconds=rang) if recues else None
        remise.save()


def sms(type_: str = TypeAlerte.ALERTE) -> list[str]:
    """Les numéros visés, dans l'ordre de départ."""
    parties = Partie.objects.filter(remise__envoi__alerte__type=type_, canal=Canal.SMS).order_by("rang", "pk")
    return list(parties.values_list("remise__coordonnee__valeur", flat=True))


def test_du_brouillon_au_telephone_le_plus_proche_d_abord() -> None:
    adherent("Loin", lon=5.04, lat=47.327, mobiles=(mobile(1),))
    adherent("Près", lon=5.04, lat=47.3201, mobiles=(mobile(2), mobile(3)))
    adherent("Ailleurs", lon=5.04, lat=47.40, mobiles=(mobile(4),))
    partie = envoyee()
    assert sms() == [mobile(2), mobile(3), mobile(1)]
    assert (partie.etat, partie.vises, partie.approbateur) == ("envoyee", 2, approbatrice())
    assert partie.envoi is not None
    assert partie.envoi.textes["sms"].startswith("ALERTE COMMERCE : vol à l'étalage, 12 rue du Four, 9h40.")
    assert (partie.envoi.urgent, partie.envoi.priorite) == (True, 0)
    assert set(Remise.objects.values_list("canal", flat=True)) == {"sms", "courriel", "espace"}
    courriel = Remise.objects.filter(canal=Canal.COURRIEL).order_by("pk")[0]
    assert courriel.textes is not None and "/alerte-commerce/avis/" in courriel.textes["courriel"]
    gestes = EtapeAlerte.objects.order_by("pk").values_list("geste", flat=True)
    assert list(gestes) == ["redige", "soumet", "envoie"]


def test_un_numero_de_deux_boutiques_ne_sonne_qu_une_fois() -> None:
    adherent("Nord", mobiles=(mobile(1),), lat=47.321)
    adherent("Sud", mobiles=(mobile(1), mobile(2)), lat=47.322)
    a_voir = soumise()
    assert apercu(a_voir, au=AU).message.numeros() == 2
    envoyer(a_voir)
    assert sms() == [mobile(1), mobile(2)]


@pytest.mark.parametrize("qui", [("cci", Role.POLICE), ("cci", Role.CHARGE_MISSION), ("cci", Role.ADMINISTRATEUR),
                                 ("metropole", Role.POLICE), ("agence", Role.POLICE), ("police", Role.LECTEUR),
                                 ("police", Role.ADMINISTRATEUR)])  # fmt: skip
def test_nul_autre_que_les_forces_de_l_ordre(qui: tuple[str, str]) -> None:
    adherent()
    intrus, partie, prete = personne(qui[1], organisation=qui[0]), envoyee(), soumise()
    attendue = empreinte_de(apercu(prete, au=AU).message)
    signe = {"auteur": intrus, "au": AU}
    gestes: list[Callable[[], Any]] = [
        lambda: alertes.rediger(champs=CHAMPS, **signe),
        lambda: alertes.modifier(alerte=prete, version=prete.version, champs=CHAMPS, **signe),
        lambda: alertes.soumettre(alerte=prete, interpelle=False, **signe),
        lambda: alertes.approuver_et_envoyer(alerte=prete, attendue=attendue, **signe),
        lambda: alertes.renvoyer(alerte=prete, motif="x", **signe),
        lambda: alertes.reprendre(alerte=prete, **signe),
        lambda: alertes.abandonner(alerte=prete, **signe),
        lambda: alertes.mettre_a_jour(alerte=partie, **signe),
        lambda: alertes.annuler(alerte=partie, **signe),
        lambda: alertes.lever(alerte=partie, **signe),
    ]
    for geste in gestes:
        with pytest.raises(alertes.AlerteRefusee, match="Seules les forces de l'ordre"):
            geste()
    assert list(Alerte.objects.order_by("pk").values_list("etat", flat=True)) == ["envoyee", "a_approuver"]
    assert Envoi.objects.count() == 1


def test_l_auteur_n_approuve_pas_son_alerte_sauf_regle_datee(monkeypatch: pytest.MonkeyPatch) -> None:
    adherent()
    prete = soumise()
    attendue = empreinte_de(apercu(prete, au=AU).message)
    with pytest.raises(alertes.AlerteRefusee, match="une autre personne doit l'approuver"):
        alertes.approuver_et_envoyer(alerte=prete, attendue=attendue, auteur=auteur(), au=AU)
    regle = tous_les_parametres()["alerte_commerce.alerte_deux_personnes"]
    permise = replace(regle, valeurs=(Valeur(date(2026, 1, 1), None, False),))
    monkeypatch.setitem(tous_les_parametres(), regle.nom, permise)
    assert alertes.approuver_et_envoyer(alerte=prete, attendue=attendue, auteur=auteur(), au=AU).etat == "envoyee"


def test_ce_qui_part_est_ce_qui_a_ete_montre() -> None:
    adherent()
    prete = soumise()
    attendue = empreinte_de(apercu(prete, au=AU).message)
    adherent("Arrivé entre-temps")
    with pytest.raises(alertes.AlerteRefusee, match=r"Rien n'est parti\. Le texte ou la liste .* a changé"):
        envoyer(prete, attendue=attendue)
    assert (Alerte.objects.get().etat, Envoi.objects.count()) == ("a_approuver", 0)
    assert envoyer(prete).envoi is not None


def test_un_double_appui_n_envoie_qu_une_fois() -> None:
    adherent()
    prete = soumise()
    attendue = empreinte_de(apercu(prete, au=AU).message)
    for _ in range(2):
        envoyer(prete, attendue=attendue)
    assert (Envoi.objects.count(), len(sms())) == (1, 1)
    autre = personne(Role.POLICE, Role.ELU, organisation="police")
    with pytest.raises(alertes.AlerteRefusee, match="« envoyée »"):
        alertes.approuver_et_envoyer(alerte=prete, attendue=attendue, auteur=autre, au=AU)


@pytest.mark.django_db(transaction=True)
def test_deux_approbateurs_ensemble_un_seul_envoie() -> None:
    adherent()
    prete, refus = soumise(), []
    attendue = empreinte_de(apercu(prete, au=AU).message)
    deux = [approbatrice(), personne(Role.POLICE, Role.ELU, organisation="police")]

    def approuver(qui: Personne) -> None:
        try:
            alertes.approuver_et_envoyer(alerte=prete, attendue=attendue, auteur=qui, au=AU)
        except alertes.AlerteRefusee as erreur:
            refus.append(str(erreur))

    def dans_un_fil(qui: Personne) -> None:
        approuver(qui)
        connections.close_all()

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        for qui in deux:
            approuver(qui)
    else:
        fils = [threading.Thread(target=dans_un_fil, args=[qui]) for qui in deux]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
    assert (Envoi.objects.count(), len(sms()), len(refus)) == (1, 1, 1), refus
    assert "envoyée" in refus[0] or "vient d'agir" in refus[0]


def test_un_fait_qui_a_vieilli_demande_une_raison() -> None:
    adherent()
    prete, tard = soumise(), AU + timedelta(hours=1)
    with pytest.raises(alertes.AlerteRefusee, match="Le fait date de 1 h 20"):
        envoyer(prete, tard)
    partie = envoyer(prete, tard, retard="La même équipe vient d'être revue")
    assert partie.retard == "La même équipe vient d'être revue"


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"appel_17_le": None}, "appel au 17"),
        ({"fait_le": AU - timedelta(hours=2)}, "plus que 1 h"),
        ({"lieu": "chemin des introuvables", "lon": None, "lat": None}, "n'a pas de position"),
    ],
)
def test_une_alerte_incomplete_ne_se_soumet_pas(champs: dict[str, Any], phrase: str) -> None:
    brouillon = rediger(**champs)
    with pytest.raises(alertes.AlerteRefusee, match=phrase):
        alertes.soumettre(alerte=brouillon, interpelle=False, auteur=auteur(), au=AU)
    assert Alerte.objects.get().etat == EtatAlerte.BROUILLON


def test_interpelle_pas_d_alerte() -> None:
    with pytest.raises(alertes.AlerteRefusee, match="interpellé"):
        alertes.soumettre(alerte=rediger(), interpelle=True, auteur=auteur(), au=AU)


@pytest.mark.parametrize("champ", ["lieu", "direction", "maniere", "conseil", "texte", "retard"])
def test_aucune_identite_n_entre_par_aucun_champ(champ: str) -> None:
    with pytest.raises(alertes.PassageInterdit, match="AB-123-CD") as refus:
        rediger(**{champ: "Fuite en AB-123-CD"})
    assert list(refus.value.champs) == [champ]
    assert Alerte.objects.count() == 0
    with pytest.raises(alertes.PassageInterdit):
        alertes.renvoyer(alerte=soumise(), motif="Ajoutez AB-123-CD", auteur=approbatrice(), au=AU)


def test_une_adresse_se_situe_par_les_locaux() -> None:
    locaux.local(rue="RUE DU FOUR", numero="3", lon=5.1, lat=47.3, quartier="Centre")
    locaux.local(rue="RUE DU FOUR", numero="11", lon=5.2, lat=47.4, quartier="Gare")
    ici = rediger(lieu="12 rue du Four, devant la poste", lon=None, lat=None)
    assert (ici.lon, ici.lat, ici.quartier) == (5.2, 47.4, "Gare")
    assert rediger(lieu="3 rue du Four", lon=None, lat=None).quartier == "Centre"


def test_renvoyer_puis_corriger_puis_conflit() -> None:
    prete = soumise()
    rendue = alertes.renvoyer(alerte=prete, motif="Précisez la rue", auteur=approbatrice(), au=AU)
    assert (rendue.etat, rendue.motif) == ("renvoyee", "Précisez la rue")
    corrigee = alertes.modifier(
        alerte=rendue, version=rendue.version, champs=CHAMPS | {"lieu": "14 rue du Four"}, auteur=auteur(), au=AU
    )
    assert (corrigee.etat, corrigee.lieu, corrigee.motif) == ("brouillon", "14 rue du Four", "")
    with pytest.raises(ConflitDeSaisie):
        alertes.modifier(alerte=rendue, version=1, champs=CHAMPS, auteur=auteur(), au=AU)
    alertes.soumettre(alerte=corrigee, interpelle=False, auteur=auteur(), au=AU)
    assert alertes.reprendre(alerte=corrigee, auteur=auteur(), au=AU).etat == "brouillon"
    assert alertes.abandonner(alerte=corrigee, auteur=auteur(), au=AU).etat == "abandonnee"


def test_annuler_retient_ce_qui_n_est_pas_parti_et_previent_les_autres() -> None:
    for rang in range(3):
        adherent(mobiles=(mobile(rang),), lat=47.32 + rang * 1e-4)
    partie = envoyee()
    premier = Partie.objects.filter(canal=Canal.SMS).order_by("rang")[0]
    Partie.objects.filter(pk=premier.pk).update(etat=EtatPartie.REMISE, remise_le=AU)
    Remise.objects.filter(pk=premier.remise_id).update(etat=EtatRemise.REMISE, remise_le=AU)
    # Deux SMS et trois courriels attendaient encore.
    assert alertes.annuler(alerte=partie, auteur=auteur(), au=AU) == 5
    partie.refresh_from_db()
    assert (partie.etat, partie.close_le) == ("annulee", AU)
    assert sms(TypeAlerte.ANNULATION) == [mobile(0)]
    suite = partie.suites.get()
    assert suite.texte.startswith("ALERTE COMMERCE ANNULEE")
    with pytest.raises(alertes.AlerteRefusee, match="« annulée »"):
        alertes.lever(alerte=partie, auteur=auteur(), au=AU)


def test_annuler_avant_tout_depart_ne_derange_personne() -> None:
    adherent()
    alertes.annuler(alerte=envoyee(), auteur=auteur(), au=AU)
    assert (Envoi.objects.count(), Alerte.objects.count()) == (1, 1)


def test_la_suite_va_aux_memes_et_a_ceux_du_nouveau_lieu_la_levee_a_tous() -> None:
    adherent("Premier", mobiles=(mobile(1),), lat=47.3201)
    adherent("Second", mobiles=(mobile(2),), lat=47.36)
    partie = envoyee()
    remettre(partie.envoi)  # type: ignore[arg-type]
    brouillon = alertes.mettre_a_jour(alerte=partie, auteur=auteur(), au=AU)
    corrigee = alertes.modifier(
        alerte=brouillon, version=1, champs=CHAMPS | {"lat": 47.3601, "maniere": "Revus plus au nord"},
        auteur=auteur(), au=AU,
    )  # fmt: skip
    prete = alertes.soumettre(alerte=corrigee, interpelle=False, auteur=auteur(), au=AU)
    suite = envoyer(prete, AU + timedelta(minutes=90))
    assert (suite.type, suite.premiere) == ("mise_a_jour", partie)
    assert sms(TypeAlerte.MISE_A_JOUR) == [mobile(2), mobile(1)]
    ouverte = alertes.mettre_a_jour(alerte=suite, auteur=auteur(), au=AU)
    alertes.lever(alerte=partie, auteur=approbatrice(), au=AU + timedelta(hours=3))
    assert sorted(sms(TypeAlerte.LEVEE)) == [mobile(1), mobile(2)]
    ouverte.refresh_from_db()
    assert ouverte.etat == EtatAlerte.ABANDONNEE
    with pytest.raises(alertes.AlerteRefusee, match="plus en cours"):
        alertes.mettre_a_jour(alerte=partie, auteur=auteur(), au=AU)


def test_le_plafond_du_mois_ecarte_et_se_dit() -> None:
    un = adherent()
    for rang in range(8):
        envoyee(lieu=f"{rang} rue du Four")
    assert recues_ce_mois(AU) == {un.pk: 8}
    prete = soumise()
    assert apercu(prete, au=AU).ciblage.hors == {"plafond": 1}
    with pytest.raises(alertes.AlerteRefusee, match="Aucun commerce à prévenir"):
        envoyer(prete)
    assert recues_ce_mois(AU + timedelta(days=10)) == {}


def test_l_avis_d_un_geste_une_fois_par_commerce() -> None:
    un = adherent()
    partie = envoyee()
    alertes.noter_avis(alerte=partie.pk, adherent=un.pk, utile=True, au=AU)
    alertes.noter_avis(alerte=partie.pk, adherent=un.pk, utile=False, au=AU)
    assert [avis.utile for avis in AvisSurAlerte.objects.all()] == [False]
    with pytest.raises(alertes.AlerteRefusee, match="pas été envoyée"):
        alertes.noter_avis(alerte=partie.pk, adherent=adherent("Autre").pk, utile=True, au=AU)


def test_l_espace_d_un_adherent_dit_ses_alertes() -> None:
    un, autre = adherent(), adherent(lat=47.5)
    partie = envoyee()
    [lue] = alertes_passees(un, au=AU)
    assert (lue.nature, lue.lieu, lue.etat, lue.texte) == ("Vol à l'étalage", "12 rue du Four", "Envoyée", partie.texte)
    assert alertes_passees(autre, au=AU) == []
    alertes.annuler(alerte=partie, auteur=auteur(), au=AU)
    assert [une.etat for une in alertes_passees(un, au=AU)] == ["Annulée"]

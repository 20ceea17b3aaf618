"""Les messages CAP qui se suivent : une mise à jour, une annulation, une fin s'attachent à l'alerte qu'ils citent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import GesteAlerte, TypeAlerte
from tissu.actions.alerte_commerce.models import Alerte, OrigineCap
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.operations.alertes.reprise import Reprise
from tissu.actions.alerte_commerce.queries.cap import emetteur_cap
from tissu.actions.alerte_commerce.queries.ciblage import message_cap
from tissu.actions.alerte_commerce.rules import cap
from tissu.actions.alerte_commerce.tests.test_alertes import adherent, auteur, envoyee, rediger
from tissu.actions.alerte_commerce.tests.test_cap import MESSAGE, deposer
from tissu.comptes.models import Personne
from tissu.messages.models import Envoi

pytestmark = pytest.mark.django_db
AILLEURS = "vigie.example"
Connecter = Callable[[Personne], Client]


def partie(**champs: Any) -> Alerte:
    """Une alerte partie à l'instant, reçue par un commerce du lieu."""
    adherent("Boutique")
    au = timezone.now()
    return envoyee(au, fait_le=au - timedelta(minutes=20), appel_17_le=au - timedelta(minutes=15), **champs)


def cite(alerte: Alerte) -> tuple[str, str, datetime]:
    """La référence que notre export donnerait de cette alerte."""
    assert alerte.envoyee_le is not None
    return emetteur_cap(), str(alerte.identifiant), alerte.envoyee_le


def message(type_: TypeAlerte, *references: tuple[str, str, datetime], **champs: Any) -> cap.MessageCap:
    au = timezone.now()
    defauts: dict[str, Any] = {
        "emetteur": AILLEURS, "identifiant": "suite-1", "envoye_le": au, "fait_le": None, "lieu": "", "cercle": None,
        "description": "Un individu revu gare", "parametres": {},
    }  # fmt: skip
    return replace(MESSAGE, type=type_, references=references, **defauts | champs)


def reprendre(dit: cap.MessageCap) -> Reprise:
    return alertes.reprendre_un_cap(octets=cap.ecrire(dit), auteur=auteur(), au=timezone.now())


def test_une_mise_a_jour_est_le_brouillon_de_la_suite() -> None:
    premiere = partie()
    reprise = reprendre(message(TypeAlerte.MISE_A_JOUR, cite(premiere)))
    suite = reprise.alerte
    assert (reprise.geste, suite.etat, suite.type, suite.premiere) == (None, "brouillon", "mise_a_jour", premiere)
    assert (suite.maniere, suite.lieu, suite.lon, suite.nature) == (
        "Un individu revu gare", premiere.lieu, premiere.lon, premiere.nature,
    )  # fmt: skip
    assert (suite.cible, suite.appel_17_le) == (premiere.cible, premiere.appel_17_le)
    origine = OrigineCap.objects.get()
    assert (origine.alerte, origine.emetteur, origine.identifiant) == (suite, AILLEURS, "suite-1")


def test_le_fil_d_un_autre_outil_se_suit_de_bout_en_bout() -> None:
    adherent("Boutique")
    au = timezone.now()
    debut = replace(MESSAGE, emetteur=AILLEURS, identifiant="fil-1", envoye_le=au - timedelta(minutes=5),
                    fait_le=au - timedelta(minutes=20), lieu="12 rue du Four")  # fmt: skip
    premiere = reprendre(debut).alerte
    assert (premiere.type, premiere.premiere) == ("alerte", None)
    with pytest.raises(alertes.AlerteRefusee, match=f"déjà ici : c'est l'alerte n° {premiere.pk}"):
        reprendre(debut)
    with pytest.raises(alertes.AlerteRefusee, match="n'est plus en cours"):
        reprendre(message(TypeAlerte.MISE_A_JOUR, (AILLEURS, "fil-1", debut.envoye_le)))
    fin = message(TypeAlerte.ANNULATION, (AILLEURS, "fil-1", debut.envoye_le))
    assert reprendre(fin) == Reprise(premiere, GesteAlerte.ABANDONNE)
    Alerte.objects.filter(pk=premiere.pk).update(etat="envoyee", envoyee_le=au)
    suite = reprendre(message(TypeAlerte.MISE_A_JOUR, (AILLEURS, "fil-1", debut.envoye_le))).alerte
    assert suite.premiere == premiere
    derniere = message(TypeAlerte.LEVEE, (AILLEURS, "suite-1", OrigineCap.objects.get(alerte=suite).envoye_le))
    assert reprendre(derniere) == Reprise(premiere, GesteAlerte.LEVE)


@pytest.mark.parametrize("type_", [TypeAlerte.MISE_A_JOUR, TypeAlerte.ANNULATION, TypeAlerte.LEVEE])
@pytest.mark.parametrize(("reference", "phrase"), [
    (None, "« references » est vide"),
    ((AILLEURS, "inconnue", timezone.now()), "n'est pas connue ici"),
    (("notre", "pas-un-uuid", timezone.now()), "n'est pas connue ici"),
    (("notre", "00000000-0000-4000-8000-000000000000", timezone.now()), "n'est pas connue ici"),
])  # fmt: skip
def test_une_reference_vide_ou_inconnue_se_refuse(type_: TypeAlerte, reference: Any, phrase: str) -> None:
    if reference and reference[0] == "notre":
        reference = (emetteur_cap(), *reference[1:])
    with pytest.raises(alertes.AlerteRefusee, match=phrase):
        reprendre(message(type_, *([reference] if reference else [])))
    assert Alerte.objects.count() == 0


@pytest.mark.parametrize("change", [
    lambda emetteur, cle, le: ("autre.example", cle, le), lambda emetteur, cle, le: (emetteur, cle[:-1] + "0", le),
    lambda emetteur, cle, le: (emetteur, cle, le + timedelta(seconds=1)),
])  # fmt: skip
def test_les_trois_parties_de_la_reference_comptent(change: Callable[..., Any]) -> None:
    premiere = partie()
    Alerte.objects.filter(pk=premiere.pk).update(identifiant="11111111-1111-4111-8111-111111111111")
    premiere.refresh_from_db()
    with pytest.raises(alertes.AlerteRefusee, match="n'est pas connue ici"):
        reprendre(message(TypeAlerte.MISE_A_JOUR, change(*cite(premiere))))


@pytest.mark.parametrize("type_", [TypeAlerte.MISE_A_JOUR, TypeAlerte.ANNULATION, TypeAlerte.LEVEE])
@pytest.mark.parametrize(("geste", "etat"), [(alertes.annuler, "annulée"), (alertes.lever, "levée")])
def test_une_alerte_close_se_dit_close(type_: TypeAlerte, geste: Callable[..., Any], etat: str) -> None:
    premiere = partie()
    geste(alerte=premiere, auteur=auteur(), au=timezone.now())
    combien = Alerte.objects.count()
    with pytest.raises(alertes.AlerteRefusee, match=f"n° {premiere.pk} que ce message cite est déjà {etat}"):
        reprendre(message(type_, cite(premiere)))
    assert Alerte.objects.count() == combien


def test_deux_fils_a_la_fois_se_refusent() -> None:
    premiere, autre = partie(), partie()
    with pytest.raises(alertes.AlerteRefusee, match="plusieurs alertes"):
        reprendre(message(TypeAlerte.ANNULATION, cite(premiere), cite(autre)))
    connue = message(TypeAlerte.ANNULATION, ("inconnu.example", "x", timezone.now()), cite(premiere))
    assert reprendre(connue).alerte == premiere


@pytest.mark.parametrize(("champs", "phrase"), [
    ({"envoye_le": timezone.now() + timedelta(hours=1)}, "l'avenir"),
    ({"expire_le": timezone.now() - timedelta(minutes=1)}, "a expiré"),
])  # fmt: skip
def test_un_message_d_un_autre_temps_se_refuse(champs: dict[str, Any], phrase: str) -> None:
    with pytest.raises(alertes.AlerteRefusee, match=phrase):
        reprendre(message(TypeAlerte.ALERTE, lieu="12 rue du Four", **champs))


@pytest.mark.parametrize(("type_", "geste", "etat"), [
    (TypeAlerte.ANNULATION, "annuler", "annulee"), (TypeAlerte.LEVEE, "lever", "levee"),
])  # fmt: skip
def test_une_fin_se_propose_et_la_police_confirme(
    type_: TypeAlerte, geste: str, etat: str, officier: Personne, connecte: Connecter
) -> None:
    premiere, client = partie(), connecte(officier)
    page = deposer(client, cap.ecrire(message(type_, cite(premiere))))
    adresse = f"/alerte-commerce/alertes/{premiere.pk}/gestes/{geste}/"
    assert f'action="{adresse}"' in page and "1\xa0commerce" in page
    premiere.refresh_from_db()
    assert (premiere.etat, Alerte.objects.count(), Envoi.objects.count()) == ("envoyee", 1, 1)
    client.post(adresse)
    premiere.refresh_from_db()
    assert premiere.etat == etat


def a_la_seconde(ecrit: cap.MessageCap) -> cap.MessageCap:
    """CAP n'a pas de fraction de seconde."""
    return replace(
        ecrit, envoye_le=ecrit.envoye_le.replace(microsecond=0),
        fait_le=ecrit.fait_le.replace(microsecond=0) if ecrit.fait_le else None,
        references=tuple((qui, quoi, quand.replace(microsecond=0)) for qui, quoi, quand in ecrit.references),
    )  # fmt: skip


def test_aller_et_retour_de_tout_un_fil() -> None:
    """Ce que l'on exporte se relit, cite les bonnes alertes, et ne se reprend pas deux fois chez soi."""
    premiere = partie()
    suite = alertes.mettre_a_jour(alerte=premiere, auteur=auteur(), au=timezone.now())
    alertes.lever(alerte=premiere, auteur=auteur(), au=timezone.now())
    for une in Alerte.objects.select_related("premiere"):
        ecrit = message_cap(une, emetteur=emetteur_cap())
        lu = cap.lire(cap.ecrire(ecrit))
        assert lu == a_la_seconde(ecrit)
        assert [cle for _, cle, _ in lu.references] == ([str(premiere.identifiant)] if une.premiere else [])
    seule = Alerte.objects.get(pk=suite.pk)
    assert seule.etat == "abandonnee"
    with pytest.raises(alertes.AlerteRefusee, match="déjà ici"):
        reprendre(message_cap(premiere, emetteur=emetteur_cap()))


def test_une_alerte_exportee_d_un_serveur_se_reprend_sur_un_autre() -> None:
    """Le même fil, chez un voisin : son alerte, sa mise à jour, sa fin, chacune citant la précédente."""
    premiere = partie()
    suite = alertes.mettre_a_jour(alerte=premiere, auteur=auteur(), au=timezone.now())
    messages = [message_cap(une, emetteur="voisin.example") for une in (premiere, suite)]
    Alerte.objects.filter(pk__in=[suite.pk]).delete()
    recue = reprendre(messages[0]).alerte
    assert (recue.lieu, recue.nature, recue.cible["rayon_m"], recue.maniere) == (
        premiere.lieu, premiere.nature, premiere.cible["rayon_m"], premiere.maniere,
    )  # fmt: skip
    Alerte.objects.filter(pk=recue.pk).update(etat="envoyee", envoyee_le=timezone.now())
    assert reprendre(messages[1]).alerte.premiere == recue


def test_une_alerte_dont_les_textes_sont_effaces_n_a_plus_de_suite() -> None:
    premiere = partie()
    alertes.expirer(au=timezone.now() + timedelta(days=31))
    with pytest.raises(alertes.AlerteRefusee, match="textes sont effacés"):
        reprendre(message(TypeAlerte.MISE_A_JOUR, cite(premiere)))


def test_nul_autre_ne_reprend_un_message(mission: Personne) -> None:
    rediger()
    with pytest.raises(alertes.AlerteRefusee, match="Seules les forces de l'ordre"):
        alertes.reprendre_un_cap(octets=cap.ecrire(MESSAGE), auteur=mission, au=timezone.now())

"""Les écrans de la vie des fiches : droits, saisies gardées, conflits montrés, agenda relu."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from tissu.comptes.models import Attribution
from tissu.programme.models import Echeance, Livrable, Reunion
from tissu.programme.operations import abonnements, echeances, livrables, reunions
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db
MAINTENANT = timezone.now()


@pytest.fixture
def vie(fiche: Any, mission_cci: Any, mission_metropole: Any) -> dict[str, Any]:
    """Une fiche de cette année avec une tâche en retard, deux réunions et un livrable."""
    fiche.annee = MAINTENANT.year
    fiche.save()
    hier = timezone.localdate() - timedelta(days=1)
    tache = echeances.creer_echeance(
        fiche=fiche, type="tache", titre="Relancer, vite ; l'été\nsuite", echeance=hier, auteur=mission_cci,
        au=MAINTENANT,
    )  # fmt: skip
    Echeance.objects.filter(pk=tache.pk).update(titre="Relancer, vite ; l'été")

    def reunion(jours: int) -> Reunion:
        return reunions.creer_reunion(
            fiche=fiche, auteur=mission_cci, au=MAINTENANT,
            contenu=reunions.ContenuDeReunion(
                "Comité, technique", MAINTENANT + timedelta(days=jours), ordre_du_jour="Point 1\nPoint 2, l'été",
                invites=(mission_cci, mission_metropole), autres=("Mme Durand",),
            ),
        )  # fmt: skip

    passee, future = reunion(-2), reunion(2)
    reunions.rediger_compte_rendu(
        reunion=passee, revision=1, texte="SECRET DU COMPTE RENDU", auteur=mission_cci, au=MAINTENANT
    )
    livrable = livrables.promettre_livrable(
        fiche=fiche, titre="Note", attendu_le=hier, auteur=mission_cci, au=MAINTENANT
    )
    return {"fiche": fiche, "tache": tache, "passee": passee, "future": future, "livrable": livrable}


def pages(vie: dict[str, Any]) -> list[str]:
    fiche = vie["fiche"].pk
    return [
        reverse("programme:calendrier"), reverse("programme:calendrier") + "?vue=retard",
        reverse("programme:calendrier") + "?vue=suivies&mois=faux&fiche=x&sorte=rien",
        reverse("programme:calendrier_fiche", args=[fiche]), reverse("programme:livrables"),
        reverse("programme:echeance", args=[vie["tache"].pk]), reverse("programme:reunion", args=[vie["passee"].pk]),
        reverse("programme:reunion", args=[vie["future"].pk]), reverse("programme:livrable", args=[vie["livrable"].pk]),
        reverse("programme:reunion_ics", args=[vie["future"].pk]), reverse("programme:abonnement"),
        reverse("programme:rappels"), reverse("programme:compte_rendu_pdf", args=[vie["passee"].pk]),
    ]  # fmt: skip


def saisies(vie: dict[str, Any]) -> list[str]:
    fiche = vie["fiche"].pk
    return [
        *(reverse(f"programme:{nom}", args=[fiche])
          for nom in ("echeance_nouvelle", "reunion_nouvelle", "serie_nouvelle", "livrable_nouveau")),
        *(reverse(f"programme:{nom}", args=[vie["passee"].pk]) for nom in ("reunion_modifier", "compte_rendu")),
        reverse("programme:livrable_modifier", args=[vie["livrable"].pk]),
    ]  # fmt: skip


def test_qui_lit_et_qui_ecrit(vie: Any, connecte: Any, elue: Any, mission_metropole: Any, entreprise: Any) -> None:
    codes = {}
    for qui in (elue, mission_metropole, entreprise):
        client = connecte(qui)
        codes[qui.pk] = [{client.get(adresse).status_code for adresse in liste} for liste in (pages(vie), saisies(vie))]
    assert codes == {elue.pk: [{200}, {403}], mission_metropole.pk: [{200}, {200}], entreprise.pk: [{403}, {403}]}


def test_une_elue_ne_poste_rien(vie: Any, connecte: Any, elue: Any) -> None:
    client = connecte(elue)
    assert client.post(reverse("programme:livrable", args=[vie["livrable"].pk]), {}).status_code == 422
    donnees = {"le": timezone.localdate().isoformat(), "adresse": "https://exemple.fr", "revision": 1}
    reponse = client.post(reverse("programme:livrable", args=[vie["livrable"].pk]), donnees)
    assert reponse.status_code == 422
    assert Livrable.objects.get().remis_le is None


def test_creer_une_tache_puis_la_dire_faite(vie: Any, connecte: Any, mission_cci: Any) -> None:
    client = connecte(mission_cci)
    adresse = reverse("programme:echeance_nouvelle", args=[vie["fiche"].pk])
    refus = client.post(adresse, {"type": "tache", "titre": "Garder ceci", "le": ""})
    assert refus.status_code == 422
    assert "Garder ceci" in refus.content.decode()
    client.post(adresse, {"type": "tache", "titre": "Neuve", "le": "2026-12-15"})
    neuve = Echeance.objects.get(titre="Neuve")
    client.post(reverse("programme:echeance_etat", args=[neuve.pk]), {"geste": "faite", "revision": neuve.revision})
    assert Echeance.objects.get(pk=neuve.pk).etat == "faite"


def test_creer_une_serie_par_l_ecran(vie: Any, connecte: Any, mission_cci: Any, mission_metropole: Any) -> None:
    donnees = {
        "titre": "Mensuelle", "jour": "2027-01-12", "heure": "14:30", "duree_minutes": 90, "frequence": "mensuelle",
        "repere": "rang", "jusqu_au": "2027-03-31", "invites": [mission_metropole.pk], "autres": "M. Petit\n",
    }  # fmt: skip
    connecte(mission_cci).post(reverse("programme:serie_nouvelle", args=[vie["fiche"].pk]), donnees)
    trouvees = Reunion.objects.filter(titre="Mensuelle").order_by("debut")
    assert [f"{timezone.localtime(une.debut):%m-%d %H:%M}" for une in trouvees] == [
        "01-12 14:30", "02-09 14:30", "03-09 14:30",
    ]  # fmt: skip


def test_le_conflit_montre_les_deux_versions_et_se_reprend(vie: Any, connecte: Any, mission_metropole: Any) -> None:
    client = connecte(mission_metropole)
    adresse = reverse("programme:compte_rendu", args=[vie["passee"].pk])
    reponse = client.post(adresse, {"texte": "Ma version", "revision": 1})
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "SECRET DU COMPTE RENDU" in page
    assert page.count("Ma version") == 2
    assert 'name="revision" value="2"' in page
    client.post(adresse, {"texte": "Les deux", "revision": 2})
    assert Reunion.objects.get(pk=vie["passee"].pk).compte_rendu == "Les deux"


def test_presences_et_decision_par_l_ecran(vie: Any, connecte: Any, mission_metropole: Any) -> None:
    client, passee = connecte(mission_metropole), vie["passee"]
    donnees = {f"presence-{une.pk}": "presente" for une in passee.participations.all()} | {"nom": "M. Neuf"}
    client.post(reverse("programme:reunion_presences", args=[passee.pk]), donnees)
    assert set(passee.participations.values_list("presence", flat=True)) == {"presente"}
    assert passee.participations.filter(nom="M. Neuf").exists()
    adresse = reverse("programme:reunion_decision", args=[passee.pk])
    refus = client.post(adresse, {"texte": "Décider", "tache": "Faire"})
    assert "Donnez la date" in refus.content.decode()
    client.post(adresse, {"texte": "Décider", "tache": "Faire", "le": "2027-01-05"})
    assert passee.decisions.get().echeance.titre == "Faire"


def test_annuler_une_reunion(vie: Any, connecte: Any, mission_cci: Any) -> None:
    future = vie["future"]
    adresse = reverse("programme:reunion_annuler", args=[future.pk])
    connecte(mission_cci).post(adresse, {"motif": "Grève", "revision": future.revision})
    assert Reunion.objects.get(pk=future.pk).motif_annulation == "Grève"


def test_le_calendrier_tient_en_requetes_constantes(
    vie: Any, connecte: Any, mission_cci: Any, django_assert_max_num_queries: Any
) -> None:
    client = connecte(mission_cci)
    comptes = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as compte:
            client.get(reverse("programme:calendrier"))
        comptes.append(len(compte))
        for numero in (7, 8, 9):
            autre = fabrique.fiche(numero + len(comptes) * 10)
            echeances.creer_echeance(
                fiche=autre, type="jalon", titre="J", echeance=timezone.localdate(), auteur=mission_cci, au=MAINTENANT
            )
    assert comptes[0] == comptes[1]


def lire(client: Client, jeton: str) -> Calendar:
    return Calendar.from_ical(client.get(reverse("programme:calendrier_ics", args=[jeton])).content)


def test_l_agenda_se_relit(vie: Any, client: Client, mission_metropole: Any, mission_cci: Any) -> None:
    reunions.annuler_reunion(
        reunion=vie["future"], revision=vie["future"].revision, motif="x", auteur=mission_cci, au=MAINTENANT
    )
    jeton = abonnements.donner_jeton(personne=mission_metropole, au=MAINTENANT)
    reponse = client.get(reverse("programme:calendrier_ics", args=[jeton]))
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SECRET" not in reponse.content.decode()
    lus = {str(une["uid"]): une for une in Calendar.from_ical(reponse.content).walk("VEVENT")}
    tache = lus[f"echeance-{vie['tache'].pk}@localhost"]
    assert str(tache["summary"]) == "À faire : Relancer, vite ; l'été"
    assert tache["dtstart"].dt == timezone.localdate() - timedelta(days=1)
    future = lus[f"reunion-{vie['future'].pk}@localhost"]
    assert (str(future["status"]), int(future["sequence"])) == ("CANCELLED", 1)
    assert "Point 1\nPoint 2, l'été" in str(future["description"])
    debut = future["dtstart"].dt
    assert isinstance(debut, datetime)
    assert str(debut.tzinfo) == "Europe/Paris"
    assert abs(debut - vie["future"].debut) < timedelta(seconds=1)
    assert {str(une["status"]) for une in lus.values()} == {"CONFIRMED", "CANCELLED"}


def test_l_agenda_suit_les_droits(vie: Any, client: Client, mission_metropole: Any) -> None:
    jeton = abonnements.donner_jeton(personne=mission_metropole, au=MAINTENANT)
    assert len(lire(client, jeton).walk("VEVENT")) == 4
    Attribution.objects.filter(personne=mission_metropole).update(action="une_autre_action")
    assert lire(client, jeton).walk("VEVENT") == []
    mission_metropole.is_active = False
    mission_metropole.save()
    adresse = reverse("programme:calendrier_ics", args=[jeton])
    assert client.get(adresse).status_code == 404


def test_le_jeton_se_montre_une_fois_et_se_revoque(vie: Any, connecte: Any, mission_cci: Any) -> None:
    client = connecte(mission_cci)
    adresse = reverse("programme:abonnement")
    page = client.post(adresse).content.decode()
    jeton = page.split("/partenariat/agenda/")[1].split(".ics")[0]
    assert Client().get(reverse("programme:calendrier_ics", args=[jeton])).status_code == 200
    assert jeton not in client.get(adresse).content.decode()
    client.post(adresse, {"geste": "revoquer"})
    assert Client().get(reverse("programme:calendrier_ics", args=[jeton])).status_code == 404


def test_arreter_ses_rappels(connecte: Any, mission_cci: Any) -> None:
    client, adresse = connecte(mission_cci), reverse("programme:rappels")
    client.post(adresse, {"actif": "non"})
    assert "Recevoir le résumé" in client.get(adresse).content.decode()

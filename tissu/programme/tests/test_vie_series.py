"""Des réunions qui reviennent : à dater, datées, prolongées sans doubler ; une remise retirée avec sa raison."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Fiche, Livrable, Reunion, SerieDeReunions
from tissu.programme.operations import livrables, reunions, series
from tissu.programme.operations.annees import preparer_annee
from tissu.programme.operations.conflits import ConflitDeSaisie
from tissu.programme.operations.vie import VieRefusee
from tissu.programme.queries.livrables import remises
from tissu.programme.tests import fabrique
from tissu.programme.tests.test_fiches_ecrans import texte

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
Connecte = Callable[[Personne], Client]


def _contenu(**champs: Any) -> reunions.ContenuDeReunion:
    debut = datetime.combine(date(2024, 3, 12), time(14), tzinfo=PARIS)
    return reunions.ContenuDeReunion(**({"titre": "Point technique", "debut": debut} | champs))


@pytest.fixture
def serie(fiche: Fiche, mission_cci: Personne, mission_metropole: Personne) -> SerieDeReunions:
    """Le deuxième mardi, de mars à mai 2024."""
    contenu = _contenu(lieu="Chambre", ordre_du_jour="Suites", invites=(mission_metropole,), autres=("Mme Durand",))
    return series.creer_serie(
        fiche=fiche, contenu=contenu, frequence="mensuelle", repere="rang", jusqu_au=date(2024, 5, 31),
        auteur=mission_cci, au=fabrique.AU,
    )  # fmt: skip


def _debuts(serie: SerieDeReunions) -> list[str]:
    return [f"{une.debut.astimezone(PARIS):%m-%d %H:%M}" for une in serie.reunions.order_by("debut")]


def test_prolonger_ajoute_la_suite_sans_toucher_au_reste(
    serie: SerieDeReunions, mission_cci: Personne, mission_metropole: Personne
) -> None:
    mai = serie.reunions.order_by("-debut")[0]
    reunions.annuler_reunion(reunion=mai, revision=mai.revision, motif="Pont", auteur=mission_cci, au=fabrique.AU)
    assert series.prolonger_serie(serie=serie, jusqu_au=date(2024, 7, 31), auteur=mission_cci, au=fabrique.AU) == 2
    assert _debuts(serie) == ["03-12 14:00", "04-09 14:00", "05-14 14:00", "06-11 14:00", "07-09 14:00"]
    juillet = serie.reunions.order_by("-debut")[0]
    participants = [str(une) for une in juillet.participations.order_by("pk")]
    assert (juillet.lieu, juillet.ordre_du_jour, participants) == (
        "Chambre", "Suites", [str(mission_metropole), "Mme Durand"])  # fmt: skip
    assert serie.reunions.get(pk=mai.pk).etat == "annulee"
    serie.refresh_from_db()
    assert serie.jusqu_au == date(2024, 7, 31)


def test_une_reunion_deplacee_dans_la_suite_n_est_pas_doublee(serie: SerieDeReunions, mission_cci: Personne) -> None:
    Reunion.objects.filter(pk=serie.reunions.order_by("-debut")[0].pk).update(
        debut=datetime.combine(date(2024, 6, 11), time(14), tzinfo=PARIS)
    )
    assert series.prolonger_serie(serie=serie, jusqu_au=date(2024, 7, 31), auteur=mission_cci, au=fabrique.AU) == 1
    assert _debuts(serie) == ["03-12 14:00", "04-09 14:00", "06-11 14:00", "07-09 14:00"]


def test_qui_est_parti_n_est_pas_reinvite(
    serie: SerieDeReunions, mission_cci: Personne, mission_metropole: Personne
) -> None:
    Personne.objects.filter(pk=mission_metropole.pk).update(is_active=False)
    series.prolonger_serie(serie=serie, jusqu_au=date(2024, 6, 30), auteur=mission_cci, au=fabrique.AU)
    juin = serie.reunions.order_by("-debut")[0]
    assert [str(une) for une in juin.participations.all()] == ["Mme Durand"]


@pytest.mark.parametrize(
    ("jusqu_au", "message"),
    [
        (date(2024, 5, 31), "va déjà jusqu'au"),
        (date(2024, 6, 3), "Aucune réunion de plus"),
        (date(2034, 1, 1), "60 au plus"),
    ],
)
def test_une_prolongation_qui_ne_va_pas_n_ecrit_rien(
    serie: SerieDeReunions, mission_cci: Personne, jusqu_au: date, message: str
) -> None:
    with pytest.raises(VieRefusee, match=message):
        series.prolonger_serie(serie=serie, jusqu_au=jusqu_au, auteur=mission_cci, au=fabrique.AU)
    assert serie.reunions.count() == 3


def test_une_fiche_close_ou_un_lecteur_ne_prolonge_pas(
    serie: SerieDeReunions, mission_cci: Personne, elue: Personne
) -> None:
    with pytest.raises(VieRefusee, match="chargés de mission"):
        series.prolonger_serie(serie=serie, jusqu_au=date(2024, 7, 31), auteur=elue, au=fabrique.AU)
    serie.fiche.etat = EtatFiche.CLOSE
    with pytest.raises(VieRefusee, match="close"):
        series.prolonger_serie(serie=serie, jusqu_au=date(2024, 7, 31), auteur=mission_cci, au=fabrique.AU)


def test_une_serie_promise_se_date_une_seule_fois(fiche: Fiche, mission_cci: Personne, connecte: Connecte) -> None:
    promise = series.promettre_serie(fiche=fiche, titre="Échange technique", frequence="trimestrielle", auteur=None)
    client = connecte(mission_cci)
    calendrier = client.get(reverse("programme:calendrier_fiche", args=[fiche.pk]))
    assert "Échange technique Chaque trimestre : la fiche ne dit pas de jour Choisir les dates" in texte(calendrier)
    adresse = reverse("programme:serie_dater", args=[promise.pk])
    assert 'value="Échange technique"' in client.get(adresse).content.decode()
    saisie = {
        "titre": "Échange technique", "jour": "2024-03-14", "heure": "10:00", "duree_minutes": "60", "lieu": "",
        "ordre_du_jour": "", "autres": "", "frequence": "trimestrielle", "repere": "rang", "jusqu_au": "2024-12-31",
    }  # fmt: skip
    assert client.post(adresse, saisie).status_code == 302
    assert _debuts(promise) == ["03-14 10:00", "06-13 10:00", "09-12 10:00", "12-12 10:00"]
    assert "Cette série a déjà ses dates" in client.get(adresse).content.decode()
    assert client.post(adresse, saisie).status_code == 422
    assert promise.reunions.count() == 4


def test_une_serie_sans_date_ne_se_prolonge_pas(fiche: Fiche, mission_cci: Personne, connecte: Connecte) -> None:
    promise = series.promettre_serie(fiche=fiche, titre="Échange", frequence="mensuelle", auteur=None)
    client, adresse = connecte(mission_cci), reverse("programme:serie_prolonger", args=[promise.pk])
    page = client.get(adresse)
    assert ("data-garder" in page.content.decode(), "pas encore de date" in texte(page)) == (False, True)


def test_l_ecran_prolonge(serie: SerieDeReunions, mission_cci: Personne, connecte: Connecte) -> None:
    client, adresse = connecte(mission_cci), reverse("programme:serie_prolonger", args=[serie.pk])
    assert "Elle va jusqu'au 31 mai 2024." in texte(client.get(adresse))
    assert client.post(adresse, {"jusqu_au": "2024-06-30"}).status_code == 302
    assert serie.reunions.count() == 4


def test_la_fiche_suivante_promet_le_meme_rythme(serie: SerieDeReunions, mission_cci: Personne) -> None:
    suivante = preparer_annee(fiche=serie.fiche, annee=2025, auteur=mission_cci, au=fabrique.AU)
    copie = suivante.series.get()
    assert (copie.titre, copie.frequence, copie.premiere_le, copie.reunions.count()) == (
        "Point technique", "mensuelle", None, 0)  # fmt: skip


# Retirer une remise


@pytest.fixture
def remis(fiche: Fiche, mission_cci: Personne) -> Livrable:
    livrable = livrables.promettre_livrable(
        fiche=fiche, titre="Note", attendu_le=date(2024, 5, 1), auteur=mission_cci, au=fabrique.AU
    )
    livrables.remettre_livrable(
        livrable=livrable, revision=1, le=date(2024, 4, 30), auteur=mission_cci, au=fabrique.AU,
        fichier=ContentFile(b"%PDF-1.7 note", name="note.pdf"),
    )  # fmt: skip
    return livrable


def test_une_remise_retiree_garde_son_fichier_et_sa_raison(
    remis: Livrable, mission_cci: Personne, mission_metropole: Personne, connecte: Connecte
) -> None:
    client, adresse = connecte(mission_metropole), reverse("programme:livrable_retirer", args=[remis.pk])
    raison = "Les chiffres de mars étaient ceux de février. " * 5
    client.post(adresse, {"revision": str(remis.revision), "motif": raison})
    remis.refresh_from_db()
    assert (remis.remis_le, remis.remis_par, remis.piece, remis.adresse) == (None, None, None, "")
    lues = [(une["titre"], une["texte"].partition(",")[0]) for une in remises(remis)]
    assert lues == [
        (f"Remise retirée : {raison.strip()}", f"Par {mission_metropole}."),
        ("note.pdf", f"Par {mission_cci}"),
    ]
    page = client.get(reverse("programme:livrable", args=[remis.pk]))
    assert "Remettre le livrable" in texte(page) and "note.pdf" in texte(page)


@pytest.mark.parametrize(("revision", "motif", "attendu"), [(2, " ", VieRefusee), (1, "Erreur", ConflitDeSaisie)])
def test_sans_raison_ou_apres_un_autre_rien_n_est_retire(
    remis: Livrable, mission_cci: Personne, revision: int, motif: str, attendu: type[Exception]
) -> None:
    with pytest.raises(attendu):
        livrables.retirer_remise(livrable=remis, revision=revision, motif=motif, auteur=mission_cci, au=fabrique.AU)
    assert Livrable.objects.get(pk=remis.pk).remis_le == date(2024, 4, 30)


def test_ce_qui_n_est_pas_remis_ne_se_retire_pas(fiche: Fiche, mission_cci: Personne) -> None:
    livrable = livrables.promettre_livrable(
        fiche=fiche, titre="Note", attendu_le=None, auteur=mission_cci, au=fabrique.AU
    )
    with pytest.raises(VieRefusee, match="rien à retirer"):
        livrables.retirer_remise(livrable=livrable, revision=1, motif="x", auteur=mission_cci, au=fabrique.AU)


def test_remettre_de_nouveau_apres_un_retrait_se_lit(remis: Livrable, mission_cci: Personne) -> None:
    livrables.retirer_remise(
        livrable=remis, revision=remis.revision, motif="Mauvais fichier", auteur=mission_cci, au=fabrique.AU
    )
    livrables.remettre_livrable(
        livrable=remis, revision=remis.revision, le=date(2024, 6, 3), auteur=mission_cci, au=fabrique.AU,
        adresse="https://geoshop.example/",
    )  # fmt: skip
    assert [une["titre"] for une in remises(remis)] == [
        "https://geoshop.example/", "Remise retirée : Mauvais fichier", "note.pdf"]  # fmt: skip

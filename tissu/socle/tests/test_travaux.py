"""Les travaux de fond : avancer, réessayer, échouer, et survivre à la mort de leur exécutant."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tissu.socle import travaux
from tissu.socle.models import EtatTravail, Travail
from tissu.socle.travaux import (
    EchecDefinitif,
    SansSuivi,
    Suivi,
    TravailInconnu,
    TravailRepris,
    executer_travail,
    lancer,
    reprendre_abandonnes,
    travail,
)


@pytest.fixture(autouse=True)
def declarations() -> Iterator[None]:
    """Les travaux déclarés par un essai n'en sortent pas."""
    avant = dict(travaux._definitions)
    yield
    travaux._definitions.clear()
    travaux._definitions.update(avant)


def executer(dossier: Travail) -> Travail:
    """Joue un tour d'exécutant sur ce travail."""
    executer_travail.call(str(dossier.pk))
    dossier.refresh_from_db()
    return dossier


def en_file(dossier: Travail) -> int:
    """Combien de fois le travail attend dans la file."""
    return DBTaskResult.objects.filter(status="READY", args_kwargs__args__0=str(dossier.pk)).count()


def vider_la_file() -> None:
    """Comme si un exécutant avait sorti tout ce qui attendait."""
    DBTaskResult.objects.all().delete()


# Le cours normal


@pytest.mark.django_db
def test_un_travail_avance_puis_reussit() -> None:
    vus: list[tuple[float, str]] = []

    @travail("essai.import", libelle="Import d'essai")
    def importer(suivi: Suivi, *, fichier: str) -> dict[str, str]:
        suivi.avancer(0.4, f"Lecture de {fichier}")
        dossier = Travail.objects.get()
        vus.append((dossier.part, dossier.message))
        suivi.retourner_vers("/registre/imports/")
        return {"fichier": fichier}

    dossier = executer(lancer("essai.import", fichier="StockEtablissement.csv"))

    assert vus == [(0.4, "Lecture de StockEtablissement.csv")]
    assert (dossier.etat, dossier.part, dossier.resultat, dossier.retour, dossier.tentative) == (
        EtatTravail.REUSSI,
        1.0,
        {"fichier": "StockEtablissement.csv"},
        "/registre/imports/",
        1,
    )
    assert dossier.fini_le is not None


@pytest.mark.django_db
def test_l_avancement_reste_entre_zero_et_un() -> None:
    parts = []

    @travail("essai.borne", libelle="Bornes")
    def borner(suivi: Suivi) -> None:
        for part in (-1, 0.5, 7):
            suivi.avancer(part)
            parts.append(Travail.objects.get().part)

    executer(lancer("essai.borne"))

    assert parts == [0.0, 0.5, 1.0]


@pytest.mark.django_db
def test_lancer_met_le_travail_une_fois_dans_la_file() -> None:
    travail("essai.simple", libelle="Simple")(lambda suivi: None)

    dossier = lancer("essai.simple")

    assert (dossier.etat, dossier.libelle, en_file(dossier)) == (EtatTravail.EN_ATTENTE, "Simple", 1)


@pytest.mark.django_db
def test_un_travail_unique_deja_en_attente_est_rendu() -> None:
    travail("essai.unique", libelle="Unique")(lambda suivi, **kwargs: None)

    premier = lancer("essai.unique", unique=True, mois="2026-10", zone="Z1")
    meme = lancer("essai.unique", unique=True, zone="Z1", mois="2026-10")
    autre = lancer("essai.unique", unique=True, mois="2026-11", zone="Z1")

    assert (meme.pk, autre.pk == premier.pk, Travail.objects.count()) == (premier.pk, False, 2)


@pytest.mark.django_db
def test_un_travail_que_personne_ne_declare_n_est_pas_lance() -> None:
    with pytest.raises(TravailInconnu, match=r"« essai\.absent »"):
        lancer("essai.absent")


@pytest.mark.django_db
def test_un_travail_dont_la_piece_a_ete_retiree_echoue_sans_reessayer() -> None:
    travail("essai.retire", libelle="Retiré")(lambda suivi: None)
    dossier = lancer("essai.retire")
    del travaux._definitions["essai.retire"]
    vider_la_file()

    executer(dossier)

    assert (dossier.etat, dossier.message, en_file(dossier)) == (
        EtatTravail.ECHOUE,
        "Aucune pièce ne déclare le travail « essai.retire ».",
        0,
    )


# Les échecs


@pytest.mark.django_db
def test_un_echec_est_reessaye_puis_declare() -> None:
    @travail("essai.casse", libelle="Cassé", tentatives=2)
    def casser(suivi: Suivi) -> None:
        raise ConnectionError("Le service de l'Insee ne répond pas.")

    dossier = lancer("essai.casse")
    vider_la_file()

    executer(dossier)
    assert (dossier.etat, dossier.fini_le, en_file(dossier)) == (EtatTravail.EN_ATTENTE, None, 1)

    vider_la_file()
    executer(dossier)
    assert (dossier.etat, dossier.tentative, dossier.message, en_file(dossier)) == (
        EtatTravail.ECHOUE,
        2,
        "Le service de l'Insee ne répond pas.",
        0,
    )
    assert dossier.erreur.strip().endswith("ConnectionError: Le service de l'Insee ne répond pas.")


@pytest.mark.django_db
def test_un_travail_qui_se_releve_reussit() -> None:
    essais = []

    @travail("essai.releve", libelle="Relevé")
    def relever(suivi: Suivi) -> int:
        essais.append(1)
        if len(essais) < 3:
            raise TimeoutError("Trop long.")
        return len(essais)

    dossier = lancer("essai.releve")
    for _ in range(3):
        executer(dossier)

    assert (dossier.etat, dossier.resultat, dossier.erreur, dossier.message) == (EtatTravail.REUSSI, 3, "", "")


@pytest.mark.django_db
def test_un_echec_definitif_ne_se_reessaie_pas_et_ne_montre_pas_de_trace() -> None:
    @travail("essai.refuse", libelle="Refusé")
    def refuser(suivi: Suivi) -> None:
        raise EchecDefinitif("Le fichier n'a pas de colonne siret.")

    dossier = lancer("essai.refuse")
    vider_la_file()

    executer(dossier)

    assert (dossier.etat, dossier.tentative, dossier.message, dossier.erreur, en_file(dossier)) == (
        EtatTravail.ECHOUE,
        1,
        "Le fichier n'a pas de colonne siret.",
        "",
        0,
    )


@pytest.mark.django_db
def test_un_resultat_qui_ne_s_ecrit_pas_en_json_est_un_echec_dit() -> None:
    @travail("essai.objet", libelle="Objet", tentatives=1)
    def rendre_un_objet(suivi: Suivi) -> object:
        return object()

    dossier = executer(lancer("essai.objet"))

    assert (dossier.etat, "JSON" in dossier.message) == (EtatTravail.ECHOUE, True)


# L'exécutant qui s'arrête


def pris_puis_abandonne(nom: str, *, il_y_a: timedelta) -> Travail:
    """Un travail pris par un exécutant qui n'a plus donné signe de vie depuis ce temps."""
    dossier = lancer(nom)
    vider_la_file()
    pris = travaux._prendre(str(dossier.pk))
    assert pris is not None
    Travail.objects.filter(pk=pris.pk).update(battement=timezone.now() - il_y_a)
    pris.refresh_from_db()
    return pris


@pytest.mark.django_db
def test_un_travail_abandonne_est_repris_et_fini() -> None:
    travail("essai.abandon", libelle="Abandonné")(lambda suivi: "fini")
    dossier = pris_puis_abandonne("essai.abandon", il_y_a=timedelta(minutes=5))

    assert (reprendre_abandonnes(au=timezone.now()), en_file(dossier)) == (1, 1)

    executer(dossier)
    assert (dossier.etat, dossier.resultat, dossier.tentative) == (EtatTravail.REUSSI, "fini", 2)


@pytest.mark.django_db
def test_un_travail_qui_bat_encore_n_est_pas_repris() -> None:
    travail("essai.vivant", libelle="Vivant")(lambda suivi: None)
    dossier = pris_puis_abandonne("essai.vivant", il_y_a=timedelta(seconds=30))

    assert (reprendre_abandonnes(au=timezone.now()), en_file(dossier)) == (0, 0)


@pytest.mark.django_db
def test_un_travail_qui_tue_toujours_son_executant_finit_par_echouer() -> None:
    travail("essai.mortel", libelle="Mortel", tentatives=1)(lambda suivi: None)
    dossier = pris_puis_abandonne("essai.mortel", il_y_a=timedelta(minutes=5))

    assert reprendre_abandonnes(au=timezone.now()) == 0

    dossier.refresh_from_db()
    assert (dossier.etat, dossier.message, en_file(dossier)) == (
        EtatTravail.ECHOUE,
        "L'exécutant s'est arrêté plusieurs fois pendant ce travail.",
        0,
    )


@pytest.mark.django_db
def test_un_travail_sorti_de_la_file_mais_jamais_pris_y_est_remis() -> None:
    travail("essai.perdu", libelle="Perdu")(lambda suivi: None)
    dossier = lancer("essai.perdu")
    vider_la_file()

    plus_tard = timezone.now() + timedelta(minutes=5)
    assert [reprendre_abandonnes(au=plus_tard), reprendre_abandonnes(au=plus_tard), en_file(dossier)] == [1, 0, 1]


@pytest.mark.django_db
def test_un_travail_qui_attend_son_tour_n_est_pas_remis_deux_fois() -> None:
    travail("essai.attente", libelle="En attente")(lambda suivi: None)
    dossier = lancer("essai.attente")

    assert (reprendre_abandonnes(au=timezone.now() + timedelta(hours=1)), en_file(dossier)) == (0, 1)


@pytest.mark.django_db
def test_l_executant_que_l_on_croyait_mort_s_arrete_et_ne_gache_rien() -> None:
    travail("essai.revenant", libelle="Revenant")(lambda suivi: "par le second")
    dossier = pris_puis_abandonne("essai.revenant", il_y_a=timedelta(minutes=5))
    revenant = Suivi(dossier.pk, dossier.tentative)
    reprendre_abandonnes(au=timezone.now())
    executer(dossier)

    with pytest.raises(TravailRepris):
        revenant.avancer(0.9, "Je suis encore là.")
    travaux._noter_echec(dossier=Travail(pk=dossier.pk, tentative=1, tentatives_max=3), erreur=TravailRepris())

    dossier.refresh_from_db()
    assert (dossier.etat, dossier.resultat, dossier.part) == (EtatTravail.REUSSI, "par le second", 1.0)


@pytest.mark.django_db
def test_un_travail_ne_se_prend_qu_une_fois() -> None:
    travail("essai.seul", libelle="Seul")(lambda suivi: None)
    dossier = lancer("essai.seul")

    premier, second = travaux._prendre(str(dossier.pk)), travaux._prendre(str(dossier.pk))

    assert (premier is not None, second) == (True, None)


@pytest.mark.django_db
def test_un_battement_manque_ne_tue_pas_le_travail(monkeypatch: pytest.MonkeyPatch) -> None:
    travail("essai.battu", libelle="Battu")(lambda suivi: None)
    dossier = pris_puis_abandonne("essai.battu", il_y_a=timedelta())

    def base_occupee(*args: Any) -> Any:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(travaux, "_tentative_en_cours", base_occupee)

    travaux._battement(dossier)._ecrire()


def test_hors_de_la_file_le_suivi_dit_ou_se_tait() -> None:
    dits: list[tuple[float, str]] = []

    SansSuivi(lambda part, message: dits.append((part, message))).avancer(0.5, "À moitié.")
    SansSuivi().avancer(0.5, "Personne n'écoute.")

    assert dits == [(0.5, "À moitié.")]

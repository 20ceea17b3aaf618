"""« Diffuser… » de bout en bout : d'une revue verrouillée à sa page publique, puis à son retrait."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.programme.choices import TypeRevue
from tissu.programme.models import Convention, Fiche, Revue
from tissu.programme.operations import revues
from tissu.programme.publications.revue import documents
from tissu.programme.tests import fabrique
from tissu.publications import operations
from tissu.publications.models import Edition, Publication, Telechargement
from tissu.publications.operations.rendu import rendre_edition
from tissu.publications.sources import lien_de_diffusion, lire_reference
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
LE = datetime(2025, 1, 20, 9, 0, tzinfo=UTC)
HUMAIN = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
ROBOT = {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
PAGE = "/publications/revue-du-partenariat-2023-2025/1/"
FICHIER = f"{PAGE}fichier.pdf"


@pytest.fixture(autouse=True)
def stockage(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def revue_de(convention: Convention, *, type_: str = TypeRevue.BILAN_ANNUEL, verrouillee: bool = True) -> Revue:
    """La revue de 2024 d'une convention, signée par ses deux partenaires."""
    equipe = [fabrique.personne("charge_mission", organisation=cle) for cle in ("cci", "metropole")]
    revue = revues.ouvrir(
        convention=convention, annee=convention.debut + 1, type=type_, au=date(2024, 12, 31), auteur=equipe[0], le=LE
    )
    if verrouillee:
        empreinte = revues.arreter(revue=revue, auteur=equipe[0], au=LE).empreinte
        for qui in equipe:
            revues.donner_accord(revue=revue, empreinte=empreinte, auteur=qui, au=LE)
    return Revue.objects.get(pk=revue.pk)


def adresse(revue: Revue) -> str:
    return lien_de_diffusion("programme.revue", str(revue.pk))


def rendre() -> Edition:
    """Le travail de fond, fait ici."""
    edition = Edition.objects.latest("pk")
    rendre_edition(edition=edition.pk, suivi=SansSuivi(), au=timezone.now())
    return edition


def test_du_comite_au_public_puis_au_retrait(
    fiche: Fiche, connecte: Any, mission_cci: Personne, elue: Personne, django_capture_on_commit_callbacks: Any
) -> None:
    revue, anonyme = revue_de(fiche.convention), Client()
    lectrice = fabrique.connecter(Client(), fabrique.personne("lecteur", organisation="metropole"))
    comite = fabrique.connecter(Client(), elue)
    client = connecte(mission_cci)
    page = client.get(reverse("programme:revue", args=[revue.pk])).content.decode()
    # Le jeton porte l'heure : on le relit au lieu de l'attendre à la seconde près.
    jeton = re.search(r'/publications/diffuser/([^/"]+)/', page)
    assert jeton and lire_reference(jeton[1])[1] == str(revue.pk)

    # Préparer, pour le comité de pilotage.
    envoi = {"audience": "comite_pilotage", "note": "Relue en comité.", "contact": "bilans@essai.example"}
    suite = client.post(adresse(revue), envoi)
    edition = rendre()
    assert (suite.status_code, suite["Location"]) == (302, reverse("publications:suivi", args=[edition.pk]))
    qui = {"anonyme": anonyme, "lectrice": lectrice, "comité": comite, "mission": client}

    def codes(adresse_: str = PAGE) -> dict[str, int]:
        return {nom: un.get(adresse_, **HUMAIN).status_code for nom, un in qui.items()}

    assert codes() == {"anonyme": 404, "lectrice": 404, "comité": 404, "mission": 200}

    # Le comité d'abord.
    client.post(reverse("publications:mettre_en_ligne", args=[edition.pk]), {"audience": "comite_pilotage"})
    rendre()
    assert codes() == {"anonyme": 404, "lectrice": 404, "comité": 200, "mission": 200}
    assert codes(FICHIER) == {"anonyme": 404, "lectrice": 404, "comité": 200, "mission": 200}
    assert "Diffusion réservée : comité de pilotage" in texte(comite)

    # Le public ensuite : jamais sans le geste qui le confirme.
    elargir = reverse("publications:elargir", args=[edition.pk])
    refus = client.post(elargir, {"audience": "public"})
    assert (refus.status_code, "Confirmez que ce document" in refus.content.decode()) == (422, True)
    client.post(elargir, {"audience": "public", "confirmee": "on"})
    rendre()
    assert codes() == dict.fromkeys(qui, 200)
    assert "Diffusion réservée" not in texte(comite)
    page = anonyme.get(PAGE).content.decode()
    assert ("bilans@essai.example" in page, mission_cci.courriel in page, "Relue en comité." in page) == (
        True, False, True,
    )  # fmt: skip

    # Un robot n'est pas un téléchargement ; chaque personne en fait un.
    Telechargement.objects.all().delete()
    anonyme.get(FICHIER, **ROBOT)
    for un in (anonyme, comite):
        un.get(FICHIER, **HUMAIN | {"REMOTE_ADDR": f"192.0.2.{len(un.cookies)}"})
    assert sorted(Telechargement.objects.values_list("robot", "provenance")) == [
        (False, "partenaire"), (False, "public"), (True, "public"),
    ]  # fmt: skip
    gestion = client.get(reverse("publications:gestion"))
    assert [(une.personnes, une.robots) for une in gestion.context["page"]] == [(2, 1)]

    # Le retrait : la page dit pourquoi, le fichier n'est plus.
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("publications:retirer", args=[edition.pk]), {"motif": "Un total était faux."})
    assert codes() == dict.fromkeys(qui, 410)
    assert codes(FICHIER) == dict.fromkeys(qui, 410)
    assert "Un total était faux." in anonyme.get(PAGE).content.decode()
    suivi = client.get(reverse("publications:suivi", args=[edition.pk]))
    assert [geste["titre"] for geste in suivi.context["gestes"]] == [
        "Retirée", "Audience élargie : public", "Diffusée : comité de pilotage", "Préparée",
    ]  # fmt: skip


def texte(client: Client) -> str:
    pdf = PdfReader(BytesIO(client.get(FICHIER, **HUMAIN).content))
    return " ".join(page.extract_text() for page in pdf.pages)


def test_l_embargo_est_au_comite_puis_au_public(
    fiche: Fiche, connecte: Any, mission_cci: Personne, elue: Personne, monkeypatch: pytest.MonkeyPatch
) -> None:
    revue, anonyme, comite = revue_de(fiche.convention), Client(), fabrique.connecter(Client(), elue)
    client = connecte(mission_cci)
    client.post(adresse(revue), {"audience": "public"})
    fin = timezone.localtime() + timedelta(days=4)
    envoi = {"audience": "public", "confirmee": "on", "embargo_jusqu_au": f"{fin:%Y-%m-%dT%H:%M}"}
    client.post(reverse("publications:mettre_en_ligne", args=[Edition.objects.get().pk]), envoi)
    edition = rendre()
    assert edition.embargo_jusqu_au == fin.replace(second=0, microsecond=0)
    avant = [un.get(FICHIER, **HUMAIN).status_code for un in (anonyme, comite)]
    assert (avant, "Sous embargo jusqu'au" in texte(comite)) == ([404, 200], True)
    monkeypatch.setattr(timezone, "now", lambda: fin)
    apres = [un.get(FICHIER, **HUMAIN).status_code for un in (anonyme, comite)]
    assert (apres, "Sous embargo" in texte(comite)) == ([200, 200], False)


@pytest.mark.parametrize(
    ("role", "organisation", "attendu"),
    [
        (Role.CHARGE_MISSION, "cci", 200), (Role.CHARGE_MISSION, "agence", 200), (Role.ADMINISTRATEUR, "cci", 403),
        (Role.LECTEUR, "cci", 403), (Role.ELU, "metropole", 403), (Role.CHARGE_FILIERE, "cci", 403),
    ],
)  # fmt: skip
def test_qui_ouvre_le_formulaire(role: Role, organisation: str, attendu: int, fiche: Fiche, connecte: Any) -> None:
    qui = fabrique.personne(role.value, organisation=organisation)
    assert connecte(qui).get(adresse(revue_de(fiche.convention))).status_code == attendu


def test_seul_un_partenaire_prepare_et_seul_l_editeur_diffuse(
    fiche: Fiche, connecte: Any, mission_cci: Personne, mission_metropole: Personne
) -> None:
    revue = revue_de(fiche.convention)
    tierce = fabrique.personne("charge_mission", organisation="agence")
    bornee = fabrique.personne("charge_mission", cle="bornee", action=fiche.action)
    for intrus in (tierce, bornee):
        refus = connecte(intrus).post(adresse(revue), {"audience": "partenaires", "note": "Gardez ceci."})
        assert (refus.status_code, "Gardez ceci." in refus.content.decode()) == (422, True)
    assert not Publication.objects.exists()
    client = connecte(mission_cci)
    client.post(adresse(revue), {"audience": "partenaires"})
    edition = Edition.objects.get()
    gestes = {
        "mettre_en_ligne": {"audience": "partenaires"}, "elargir": {"audience": "public", "confirmee": "on"},
        "corriger": {"motif": "Autre."}, "retirer": {"motif": "Non."}, "lever": {},
    }  # fmt: skip
    for etat in ("brouillon", "diffusee"):
        for intrus in (mission_metropole, tierce, bornee):
            for nom, envoi in gestes.items():
                connecte(intrus).post(reverse(f"publications:{nom}", args=[edition.pk]), envoi)
            edition.refresh_from_db()
            assert (edition.etat, edition.audience, Edition.objects.count()) == (etat, "partenaires", 1)
        if etat == "brouillon":
            operations.diffuser(edition=edition, audience="partenaires", auteur=mission_cci, au=timezone.now())


def test_une_revue_non_verrouillee_ne_se_diffuse_pas(fiche: Fiche, connecte: Any, mission_cci: Personne) -> None:
    revue = revue_de(fiche.convention, verrouillee=False)
    refus = connecte(mission_cci).post(adresse(revue), {"audience": "partenaires"})
    assert (refus.status_code, "une fois verrouillée" in refus.content.decode()) == (422, True)


@pytest.mark.parametrize("jeton", ["x", "eyJ4IjoxfQ:1abc:def", "a:b:c"])
def test_un_lien_de_diffusion_forge_n_existe_pas(jeton: str, connecte: Any, mission_cci: Personne) -> None:
    assert connecte(mission_cci).get(reverse("publications:diffuser", args=[jeton])).status_code == 404


def test_une_revue_effacee_ne_se_diffuse_plus(connecte: Any, mission_cci: Personne) -> None:
    assert connecte(mission_cci).get(lien_de_diffusion("programme.revue", "999")).status_code == 404


# --- Une adresse par convention ---


def preparer(revue: Revue, mission: Personne) -> Publication:
    source = documents()[0]
    return operations.preparer_depuis(source=source, reference=str(revue.pk), auteur=mission, au=LE).publication


@pytest.fixture
def ancienne(fiche: Fiche) -> Convention:
    """Une convention d'avant, avec sa fiche."""
    passee = fabrique.convention(2018, 2020, titre="Convention passée")
    fabrique.fiche(annee=2019, convention_=passee)
    return passee


def test_chaque_convention_a_son_adresse(fiche: Fiche, ancienne: Convention, mission_cci: Personne) -> None:
    meme = fabrique.convention(2018, 2020, titre="Autre convention des mêmes années")
    fabrique.fiche(annee=2019, convention_=meme)
    parues = [preparer(revue_de(une), mission_cci) for une in (fiche.convention, ancienne, meme)]
    assert [(une.slug, une.titre) for une in parues] == [
        ("revue-du-partenariat-2023-2025", "Revues du partenariat 2023-2025"),
        ("revue-du-partenariat-2018-2020", "Revues du partenariat 2018-2020"),
        ("revue-du-partenariat-2018-2020-2", "Revues du partenariat 2018-2020"),
    ]
    mi_parcours = revue_de(fiche.convention, type_=TypeRevue.MI_PARCOURS)
    assert preparer(mi_parcours, mission_cci) == parues[0]
    assert [edition.numero for edition in parues[0].editions.order_by("numero")] == [1, 2]


def test_une_adresse_deja_donnee_reste(
    fiche: Fiche, ancienne: Convention, mission_cci: Personne, client: Client
) -> None:
    """L'adresse unique d'autrefois reste à la convention de sa première édition ; l'autre en reçoit une."""
    bilan = revue_de(fiche.convention)
    seule = Publication.objects.create(
        slug="revue-du-partenariat", titre="Revues du partenariat", resume="x", nature="rapport",
        source="programme.revue", origine="programme", organisation=mission_cci.organisation, creee_le=LE,
    )  # fmt: skip
    source: Callable[..., Any] = documents()[0].document
    edition = operations.preparer(
        publication=seule, document=source(str(bilan.pk), personne=mission_cci, au=LE), periode=str(bilan.pk),
        auteur=mission_cci, au=LE, audience="public",
    )  # fmt: skip
    operations.diffuser(edition=edition, audience="public", confirmee=True, auteur=mission_cci, au=LE)
    assert preparer(revue_de(ancienne), mission_cci).slug == "revue-du-partenariat-2018-2020"
    suite = preparer(revue_de(fiche.convention, type_=TypeRevue.MI_PARCOURS), mission_cci)
    assert (suite, suite.serie) == (seule, str(fiche.convention_id))
    assert client.get("/publications/revue-du-partenariat/1/").status_code == 200

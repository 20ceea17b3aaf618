"""La chambre n'alerte pas : aucune adresse, aucune commande, aucune opération n'écrit une alerte hors de la police.

Chaque compte de la démonstration, et quelques comptes que l'on arrangerait pour passer, visite toutes les adresses de
la fiche avec de quoi réussir ; rien d'une alerte ne change. Le même parcours réussit à la police.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command, get_commands
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from tissu.actions.alerte_commerce import urls as adresses
from tissu.actions.alerte_commerce.messages.alertes import apercu
from tissu.actions.alerte_commerce.models import Adherent, Alerte, EtapeAlerte
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.rules import cap
from tissu.actions.alerte_commerce.tests import fabrique
from tissu.actions.alerte_commerce.tests.test_alertes import CHAMPS
from tissu.actions.alerte_commerce.tests.test_cap import MESSAGE
from tissu.actions.alerte_commerce.tests.test_views_alertes import saisie
from tissu.actions.alerte_commerce.urls import publiques
from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.demo import PERSONNES, comptes_de_demonstration
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.messages.models import Envoi
from tissu.messages.operations import empreinte_de

pytestmark = pytest.mark.django_db
RACINE = Path(__file__).resolve().parents[4]
POLICE = ("officier", "chef.de.poste")
GESTES = ("approuver", "renvoyer", "reprendre", "abandonner", "annuler", "lever")
ARRANGES: dict[str, tuple[TypeOrganisation, tuple[Role, ...]]] = {
    "tous les rôles à la chambre": (TypeOrganisation.CCI, tuple(Role)),
    "rôle police à la chambre": (TypeOrganisation.CCI, (Role.POLICE,)),
    "rôle police à la métropole": (TypeOrganisation.METROPOLE, (Role.POLICE, Role.CHARGE_MISSION)),
    "police sans le rôle": (TypeOrganisation.POLICE, (Role.LECTEUR,)),
    "administration à la police": (TypeOrganisation.POLICE, (Role.ADMINISTRATEUR, Role.RESPONSABLE)),
    "club": (TypeOrganisation.CLUB, (Role.PRESIDENT_CLUB,)),
    "sans rôle": (TypeOrganisation.CCI, ()),
}
AUTRES = [cle for cle, *_ in PERSONNES if cle not in POLICE] + [*ARRANGES, "rôle police échu", "anonyme"]


@pytest.fixture(autouse=True)
def comptes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    comptes_de_demonstration(au=timezone.now())


def compte(cle: str) -> Personne | None:
    """Le compte de démonstration, ou un compte arrangé ; None : personne n'est connecté."""
    if cle == "anonyme":
        return None
    if cle == "rôle police échu":
        une = _creer(cle, TypeOrganisation.POLICE, ())
        hier = timezone.localdate() - timedelta(days=1)
        Attribution.objects.create(personne=une, role=Role.POLICE, debut=hier - timedelta(days=9), fin=hier)
        return une
    if cle in ARRANGES:
        une = _creer(cle, *ARRANGES[cle])
        une.is_staff = une.is_superuser = True
        une.save()
        return une
    return Personne.objects.get(courriel=f"{cle}@demo.example")


def _creer(cle: str, sorte: TypeOrganisation, roles: tuple[Role, ...]) -> Personne:
    chez, _ = Organisation.objects.get_or_create(nom=f"Essai {sorte}", defaults={"type": sorte})
    une = Personne.objects.create_user(f"{abs(hash(cle))}@essai.example", "un-mot-de-passe-long", organisation=chez)
    for role in roles:
        Attribution.objects.create(personne=une, role=role, debut=timezone.localdate() - timedelta(days=30))
    return une


def police(rang: int = 0) -> Personne:
    return Personne.objects.get(courriel=f"{POLICE[rang]}@demo.example")


def du_moment() -> dict[str, Any]:
    au = timezone.now()
    return CHAMPS | {"fait_le": au - timedelta(minutes=20), "appel_17_le": au - timedelta(minutes=15)}


@pytest.fixture
def fil() -> dict[str, Alerte]:
    """Une alerte dans chaque état d'où un geste est possible."""
    fabrique.adherent("Boutique", lon=5.04, lat=47.32)
    au, qui = timezone.now(), police()

    def soumise() -> Alerte:
        brouillon = alertes.rediger(champs=du_moment(), auteur=qui, au=au)
        return alertes.soumettre(alerte=brouillon, interpelle=False, auteur=qui, au=au)

    partie = soumise()
    attendue = empreinte_de(apercu(partie, au=au).message)
    return {
        "brouillon": alertes.rediger(champs=du_moment(), auteur=qui, au=au), "soumise": soumise(),
        "rendue": alertes.renvoyer(alerte=soumise(), motif="Précisez", auteur=police(1), au=au),
        "partie": alertes.approuver_et_envoyer(alerte=partie, attendue=attendue, auteur=police(1), au=au),
    }  # fmt: skip


def photo() -> tuple[Any, ...]:
    """Tout ce qui ferait une alerte."""
    return (
        list(Alerte.objects.order_by("pk").values()), EtapeAlerte.objects.count(),
        list(Envoi.objects.filter(message="alerte_commerce.alerte").order_by("pk").values("pk", "annule_le")),
    )  # fmt: skip


def visites(adresse: URLPattern, fil: dict[str, Alerte]) -> Iterator[dict[str, Any]]:
    """De quoi remplir une adresse : chaque alerte et chaque geste là où elle en demande."""
    noms = list(adresse.pattern.converters)
    gestes = GESTES if "geste" in noms else ("",)
    d_alerte = "pk" in noms and str(adresse.pattern).startswith("alertes/")
    pks = [une.pk for une in fil.values()] if d_alerte else [fil["soumise"].pk]
    for pk in pks:
        for geste in gestes:
            connus = {"pk": pk, "geste": geste, "contact": 1, "format": "csv", "motif": "importe", "papier": "a5"}
            yield {nom: connus.get(nom, "x") for nom in noms}


@pytest.fixture
def deposer(fil: dict[str, Alerte]) -> Callable[[Client, str], Any]:
    """Un dépôt qui réussirait à la police : la saisie entière, l'empreinte juste, un fichier CAP."""
    prete, moment = fil["soumise"], timezone.now()
    vue = empreinte_de(apercu(prete, au=moment).message)
    octets = cap.ecrire(replace(MESSAGE, envoye_le=moment, fait_le=moment, lieu="12 rue du Four"))
    champs = saisie(empreinte=vue, texte="x", motif="x", version=str(fil["brouillon"].version))

    def faire(client: Client, url: str) -> Any:
        fichier = SimpleUploadedFile("alerte.xml", octets, "application/cap+xml")
        cache.clear()
        return client.post(url, champs | {"fichier": fichier})

    return faire


@pytest.mark.parametrize("cle", AUTRES)
def test_aucune_adresse_n_ecrit_d_alerte_pour_un_autre(
    cle: str, fil: dict[str, Alerte], deposer: Callable[[Client, str], Any]
) -> None:
    qui, client, avant = compte(cle), Client(), photo()
    if qui is not None:
        client.force_login(qui, backend="allauth.account.auth_backends.AuthenticationBackend")
    ouvertes = []
    for prefixe, liste in (("alerte_commerce", adresses.urlpatterns), ("adhesion", publiques.urlpatterns)):
        for adresse in liste:
            for arguments in visites(adresse, fil):
                url = reverse(f"{prefixe}:{adresse.name}", kwargs=arguments)
                with transaction.atomic():
                    reponse = deposer(client, url)
                    assert photo() == avant, url
                    transaction.set_rollback(True)
                if "/alertes/" in url and reponse.status_code not in (403, 404, 405):
                    ouvertes.append((url, reponse.status_code, reponse.headers.get("Location", "")))
    # Un anonyme est mené à la connexion ; nul autre n'ouvre une adresse qui écrit.
    assert all(qui is None and code == 302 and "/connexion/" in vers for _, code, vers in ouvertes), ouvertes


def test_le_meme_parcours_reussit_a_la_police(fil: dict[str, Alerte], deposer: Callable[[Client, str], Any]) -> None:
    reussies = set()
    for rang in (0, 1):
        client = Client()
        client.force_login(police(rang), backend="allauth.account.auth_backends.AuthenticationBackend")
        for adresse in adresses.urlpatterns:
            for arguments in visites(adresse, fil):
                url, avant = reverse(f"alerte_commerce:{adresse.name}", kwargs=arguments), photo()
                with transaction.atomic():
                    deposer(client, url)
                    if photo() != avant:
                        reussies.add(arguments.get("geste") or adresse.name)
                    transaction.set_rollback(True)
    assert reussies == {*GESTES, "alerte_nouvelle", "alerte_reprendre", "alerte_modifier", "alerte_suite"}


def ecritures() -> dict[str, Callable[..., Any]]:
    """Les opérations sur une alerte qui prennent un auteur, lues du module : une nouvelle est éprouvée d'office."""
    fonctions = {nom: getattr(alertes, nom) for nom in alertes.__all__ if inspect.isfunction(getattr(alertes, nom))}
    return {nom: faire for nom, faire in fonctions.items() if "auteur" in inspect.signature(faire).parameters}


def test_ce_qui_s_ecrit_sans_auteur_est_connu() -> None:
    sans = {nom for nom in alertes.__all__ if inspect.isfunction(getattr(alertes, nom))} - set(ecritures())
    # L'avis d'un commerce, et l'effacement des textes échus.
    assert sans == {"noter_avis", "expirer"}


@pytest.mark.parametrize("cle", AUTRES)
def test_aucune_operation_n_obeit_a_un_autre(cle: str, fil: dict[str, Alerte]) -> None:
    qui, avant, prete = compte(cle), photo(), fil["soumise"]
    donnes: dict[str, Any] = {
        "champs": du_moment(), "auteur": qui, "au": timezone.now(), "motif": "x", "interpelle": False,
        "attendue": empreinte_de(apercu(prete, au=timezone.now()).message), "octets": cap.ecrire(MESSAGE),
    }  # fmt: skip
    for nom, faire in ecritures().items():
        voulus = inspect.signature(faire).parameters
        for alerte in fil.values():
            arguments = {un: valeur for un, valeur in donnes.items() if un in voulus}
            arguments |= {"alerte": alerte} if "alerte" in voulus else {}
            arguments |= {"version": alerte.version} if "version" in voulus else {}
            with pytest.raises(alertes.AlerteRefusee, match="Seules les forces de l'ordre"):
                faire(**arguments)
            assert photo() == avant, nom


COMMANDES: dict[str, list[list[str]]] = {
    "alertes": [["expirer"], ["envoyer"], ["approuver"], ["lever"], ["annuler"]],
    "adherents": [["importer", "{fichier}", "--en-service"], ["relancer"], ["effacer"], ["alerter"]],
}


@pytest.mark.parametrize("nom", sorted(COMMANDES))
def test_les_commandes_de_la_fiche_n_envoient_pas_d_alerte(nom: str, fil: dict[str, Alerte], tmp_path: Path) -> None:
    fichier = tmp_path / "liste.csv"
    fichier.write_text("Enseigne;Portable;Ville\nFleurs;0639980042;Dijon\n", encoding="utf-8")
    avant = photo()
    for arguments in COMMANDES[nom]:
        try:
            call_command(nom, *(un.format(fichier=fichier) for un in arguments), stdout=StringIO())
        except CommandError as refus:
            assert arguments[0] in {"envoyer", "approuver", "lever", "annuler", "alerter"}, refus
    assert photo() == avant
    assert Adherent.objects.filter(nom="Fleurs").exists() == (nom == "adherents")


def test_toutes_les_commandes_de_la_fiche_sont_eprouvees() -> None:
    siennes = {nom for nom, piece in get_commands().items() if piece == "tissu.actions.alerte_commerce"}
    assert siennes == set(COMMANDES)


def _imports(source: Path) -> Iterator[str]:
    """Les modules et les noms qu'un fichier importe, en entier."""
    for noeud in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            yield from (un.name for un in noeud.names)
        elif isinstance(noeud, ast.ImportFrom) and noeud.module:
            yield from (f"{noeud.module}.{un.name}" for un in noeud.names)


def test_nul_autre_code_n_atteint_les_ecritures_d_une_alerte() -> None:
    """De tout le produit, commandes, travaux et interfaces compris, seuls ces fichiers peuvent écrire ou envoyer."""
    visees = ("tissu.actions.alerte_commerce.operations.alertes",
              "tissu.actions.alerte_commerce.messages.alertes.AlerteAuxCommerces",
              "tissu.actions.alerte_commerce.messages.AlerteAuxCommerces")  # fmt: skip
    trouves = {
        str(fichier.relative_to(RACINE))
        for fichier in (RACINE / "tissu").rglob("*.py")
        if "tests" not in fichier.parts and any(un.startswith(visees) for un in _imports(fichier))
    }
    dossier = "tissu/actions/alerte_commerce/"
    dedans = {un for un in trouves if un.startswith(f"{dossier}operations/alertes/")}
    assert trouves - dedans == {
        f"{dossier}{un}"
        for un in ("views/alertes.py", "views/cap.py", "views/avis.py", "management/commands/alertes.py",
                   "demo/alertes.py", "messages/__init__.py")
    }  # fmt: skip


def test_l_administration_de_la_chambre_ne_se_fait_pas_police() -> None:
    """Ni en changeant son organisation, ni en s'en donnant le rôle."""
    ada = compte("administratrice")
    assert ada is not None and ada.organisation is not None
    client = Client()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    ici = ada.organisation
    change = {"nom": ici.nom, "type": TypeOrganisation.POLICE.value, "siren": ""}
    page = client.post(reverse("comptes:organisation", args=[ici.pk]), change)
    assert "ne devient pas la police" in page.content.decode()
    client.post(reverse("comptes:attribuer", args=[ada.pk]), {"role": Role.POLICE.value})
    ada = Personne.objects.select_related("organisation").get(pk=ada.pk)
    assert (ada.organisation and ada.organisation.type, Role.POLICE in ada.roles_actifs()) == ("cci", False)
    vide = Organisation.objects.create(nom="Gendarmerie d'essai", type=TypeOrganisation.CLUB)
    client.post(reverse("comptes:organisation", args=[vide.pk]), change | {"nom": vide.nom})
    vide.refresh_from_db()
    assert vide.type == TypeOrganisation.POLICE

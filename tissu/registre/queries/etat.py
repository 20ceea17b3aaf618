"""L'état des données et de la configuration : ce que `tissu verifier` dit, contrôle par contrôle."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tissu.comptes.models import Personne
from tissu.comptes.queries import a_double_authentification, doit_double_authentification
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.registre.choices import EtatImport
from tissu.registre.models import Import, Zone
from tissu.registre.nomenclatures import NAF_2025, naf_en_vigueur
from tissu.registre.nomenclatures.magasin import SORTES, importee, insee
from tissu.registre.queries.corrections import compte_a_revoir
from tissu.socle.formats import date_courte, nombre, pluriel
from tissu.socle.models import EtatTravail, Travail
from tissu.socle.parametres import ParametreInvalide, parametre, tous_les_parametres
from tissu.socle.territoire import TerritoireInconnu, territoire
from tissu.socle.travaux import SILENCE_MAXIMAL

BON, ATTENTION, PROBLEME = "bon", "attention", "probleme"
ATTENTE_MAXIMALE = timedelta(minutes=10)
"""Un travail que personne ne prend en dix minutes dit que l'exécutant ne tourne pas."""


@dataclass(frozen=True)
class Controle:
    """Un point vérifié. `etat` vaut bon, attention ou probleme ; le message dit aussi quoi faire."""

    sujet: str
    etat: str
    message: str


def verifier(*, au: datetime) -> list[Controle]:
    """Tous les contrôles, dans l'ordre où on les lit."""
    controles: tuple[tuple[str, Callable[[datetime], tuple[str, str]]], ...] = (
        ("Configuration", _configuration),
        ("Base de données", _base),
        ("Territoire", _territoire),
        ("Paramètres", _parametres),
        ("Nomenclatures", _nomenclatures),
        ("Registre", _registre),
        ("Imports", _imports),
        ("Zones", _zones),
        ("Travaux de fond", _travaux),
        ("Corrections", _corrections),
        ("Double authentification", _mfa),
        ("Secret", _secret),
        ("Courriel", _courriel),
    )
    return [Controle(sujet, *controle(au)) for sujet, controle in controles]


def _configuration(au: datetime) -> tuple[str, str]:
    erreurs = [e for e in checks.run_checks() if e.is_serious() and not e.is_silenced()]
    if erreurs:
        return PROBLEME, " ".join(str(erreur.msg) for erreur in erreurs)
    return BON, "Les vérifications de démarrage passent."


def _base(au: datetime) -> tuple[str, str]:
    executeur = MigrationExecutor(connection)
    if executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
        return PROBLEME, "Des migrations restent à appliquer : lancez « tissu migrate »."
    return BON, f"{connection.vendor}, à jour du code."


def _territoire(au: datetime) -> tuple[str, str]:
    try:
        lieu = territoire()
    except (TerritoireInconnu, KeyError, TypeError, ValueError) as erreur:
        return PROBLEME, f"Le territoire ne se lit pas : {erreur}"
    if not lieu.communes:
        return PROBLEME, f"{lieu.nom} n'a aucune commune : complétez son territoire.yaml."
    return BON, f"{lieu.nom}, {pluriel(len(lieu.communes), 'commune')}."


def _parametres(au: datetime) -> tuple[str, str]:
    try:
        return BON, f"{pluriel(len(tous_les_parametres()), 'paramètre daté', 'paramètres datés')}, sans trou."
    except (ParametreInvalide, KeyError, TypeError) as erreur:
        return PROBLEME, str(erreur)


def _nomenclatures(au: datetime) -> tuple[str, str]:
    if insee() is None and importee("naf_rev2") is None:
        return PROBLEME, "La NAF rév. 2 manque : relancez « make installe », ou « tissu nomenclatures importer »."
    if naf_en_vigueur(au.date()) == NAF_2025 and importee("naf_2025") is None:
        return PROBLEME, "La NAF 2025 est en vigueur et n'est pas importée : « tissu nomenclatures importer DOSSIER »."
    absentes = [libelle for sorte, libelle in SORTES.items() if importee(sorte) is None and sorte != "naf_rev2"]
    if absentes:
        return ATTENTION, f"Fichiers officiels non importés : {', '.join(absentes)}. Notre table courte les remplace."
    return BON, "NAF rév. 2, NAF 2025, catégories juridiques, tranches et pays officiels."


def _registre(au: datetime) -> tuple[str, str]:
    try:
        manifeste = courant().manifeste
    except RegistreAbsent as absence:
        return PROBLEME, str(absence)
    arret = date.fromisoformat(manifeste["source_au"])
    comptes = manifeste["comptes"]
    phrase = (
        f"{manifeste['territoire']['nom']}, version {manifeste['version']} : {nombre(comptes['etablissements'])} "
        f"établissements dont {nombre(comptes['actifs'])} actifs, source arrêtée au {date_courte(arret)}."
    )
    age, admis = (au.date() - arret).days, int(parametre("registre.age_maximal_source_jours", au=au.date()))
    if age > admis:
        return ATTENTION, f"{phrase} Elle a {age} jours (plus de {admis}) : importez des fichiers plus récents."
    return BON, phrase


def _imports(au: datetime) -> tuple[str, str]:
    dernier = Import.objects.order_by("-commence_le", "-pk").first()
    if dernier is None:
        return ATTENTION, "Aucun import au journal."
    phrase = f"Dernier import n° {dernier.pk}, {dernier.get_etat_display().lower()}. {dernier.message}"
    if dernier.etat in {EtatImport.INTERROMPU, EtatImport.ECHOUE, EtatImport.REFUSE_PAR_GARDE}:
        return PROBLEME, phrase
    if dernier.refusees:
        return ATTENTION, f"{phrase} Quarantaine : tissu sirene quarantaine --import {dernier.pk}"
    return BON, phrase


def _zones(au: datetime) -> tuple[str, str]:
    combien, approximatives = Zone.objects.count(), Zone.objects.filter(approximatif=True).count()
    if not combien:
        return ATTENTION, "Aucune zone : importez-en (« tissu zones importer FICHIER »)."
    suite = f", dont {pluriel(approximatives, 'approximative')}" if approximatives else ""
    return BON, f"{pluriel(combien, 'zone')}{suite}."


def _travaux(au: datetime) -> tuple[str, str]:
    muets = Travail.objects.filter(etat=EtatTravail.EN_COURS, battement__lt=au - SILENCE_MAXIMAL).count()
    oublies = Travail.objects.filter(etat=EtatTravail.EN_ATTENTE, cree_le__lt=au - ATTENTE_MAXIMALE).count()
    if muets or oublies:
        return PROBLEME, (
            f"{pluriel(muets, 'travail sans nouvelles', 'travaux sans nouvelles')}, "
            f"{pluriel(oublies, 'travail en attente', 'travaux en attente')} depuis plus de dix minutes : "
            "l'exécutant tourne-t-il (« tissu travailleur ») ?"
        )
    recents = Travail.objects.filter(etat=EtatTravail.ECHOUE, cree_le__gte=au - timedelta(days=7)).count()
    if recents:
        return ATTENTION, f"{pluriel(recents, 'travail échoué', 'travaux échoués')} depuis sept jours."
    return BON, "Aucun travail en panne."


def _corrections(au: datetime) -> tuple[str, str]:
    combien = compte_a_revoir()
    if combien:
        return ATTENTION, f"{pluriel(combien, 'correction')} à revoir : écran « Corrections à revoir »."
    return BON, "Aucune correction à revoir."


def _mfa(au: datetime) -> tuple[str, str]:
    tenues = [p for p in Personne.objects.filter(is_active=True).order_by("pk") if doit_double_authentification(p)]
    sans = [p for p in tenues if not a_double_authentification(p)]
    if settings.MODE == "production" and not settings.MFA_OBLIGATOIRE:
        return PROBLEME, "La double authentification n'est pas imposée : retirez TISSU_MFA_OBLIGATOIRE=non."
    if sans:
        return ATTENTION, f"{pluriel(len(sans), 'personne')} doit encore activer la double authentification."
    return BON, "Imposée à qui le doit." if settings.MFA_OBLIGATOIRE else "Proposée, non imposée (hors production)."


def _secret(au: datetime) -> tuple[str, str]:
    faible = settings.SECRET_KEY.startswith("cle-de-demonstration") or len(settings.SECRET_KEY) < 40
    if not faible:
        return BON, "TISSU_SECRET est posé."
    if settings.MODE == "production":
        return PROBLEME, "TISSU_SECRET est court ou connu : donnez une longue suite de caractères au hasard."
    return ATTENTION, "Secret de démonstration : posez TISSU_SECRET avant d'ouvrir la plateforme."


def _courriel(au: datetime) -> tuple[str, str]:
    if settings.EMAIL_HOST:
        return BON, f"Par {settings.EMAIL_HOST}."
    message = "Aucun serveur (TISSU_SMTP_HOTE) : les courriels s'écrivent dans le dossier de données."
    return (PROBLEME if settings.MODE == "production" else ATTENTION), message

"""La porte d'une action : ce qu'une pièce apporte au produit, déclaré une fois et vérifié au démarrage.

Chaque pièce de `config/actions.py` (et chaque service qui a des écrans) pose un `ACTION = Action(...)` dans
son `action.py`. Les promesses d'une porte sont des chemins de modules : elles sont importées par la
vérification du système, qui arrête le programme avec un message clair si l'une n'existe pas.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, register
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.module_loading import import_string, module_has_submodule

from tissu.socle.ecrans import Ecran, ecran_de


@dataclass(frozen=True)
class Lien:
    """Une entrée de la navigation : un titre et le nom d'une adresse."""

    titre: str
    adresse: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    """Ce qu'une action apporte.

    `urls_publiques` : les adresses courtes qu'elle tient hors de son espace (un site public que l'on imprime).
    Les promesses sont des chemins « module.fonction » :

    - `accueil(personne, *, au)` : ce que l'action a de neuf, et ce qui attend la personne ;
    - `fiche_etablissement(siret, personne)` : ce qu'elle sait d'un établissement ;
    - `apres_import(*, au)` : ce que de nouvelles données déclenchent chez elle ;
    - `publications` : son document principal ;
    - `documents()` : les documents qu'elle sait donner à diffuser (voir `tissu.publications.sources`) ;
    - `indicateurs` : le tuple de ses indicateurs (voir `tissu.socle.indicateurs`) ;
    - `couches` : le tuple de ses couches de carte (voir `tissu.cartes.couches`) ;
    - `messages` : le tuple de ses classes de message (voir `tissu.messages.contrat`) ;
    - `demo(*, dossier, au, suivi)` : ses données de démonstration, écrites par ses opérations.
    """

    slug: str
    titre: str
    titre_court: str
    resume: str
    urls: str = ""
    urls_publiques: str = ""
    fiche: int | None = None
    liens: tuple[Lien, ...] = ()
    accueil: str = ""
    fiche_etablissement: str = ""
    apres_import: str = ""
    publications: str = ""
    documents: str = ""
    indicateurs: str = ""
    couches: str = ""
    messages: str = ""
    demo: str = ""
    sources: tuple[str, ...] = field(default=())

    @property
    def chemin(self) -> str:
        """Le premier segment des adresses de l'action."""
        return self.slug.replace("_", "-")

    def promesses(self) -> Mapping[str, str]:
        """Les chemins que la porte promet, par nom de champ, sans les vides."""
        noms = (
            "accueil", "fiche_etablissement", "apres_import", "publications", "documents", "indicateurs", "couches",
            "messages", "demo",
        )  # fmt: skip
        return {nom: getattr(self, nom) for nom in noms if getattr(self, nom)}

    def appeler(self, promesse: str, *args: Any, **kwargs: Any) -> Any:
        """Appelle la fonction promise sous ce nom ; rend None si la porte ne la promet pas."""
        chemin = getattr(self, promesse)
        return import_string(chemin)(*args, **kwargs) if chemin else None


def portes() -> list[Action]:
    """Toutes les portes des applications installées, services d'abord, actions dans l'ordre de leur liste."""
    pieces = [piece for piece in apps.get_app_configs() if piece.name.startswith("tissu.")]
    return [
        import_string(f"{piece.name}.action.ACTION")
        for piece in pieces
        # Le module `action` du socle est ce fichier-ci : la déclaration, pas une porte.
        if piece.name != "tissu.socle" and module_has_submodule(piece.module, "action")
    ]


def actions() -> list[Action]:
    """Les portes des seules fiches-actions, dans l'ordre de `config/actions.py`."""
    return [import_string(f"{nom}.action.ACTION") for nom in settings.ACTIONS]


def portee_des_roles(espace: str) -> str:
    """L'action dont les rôles comptent pour un espace d'adresses ; vide pour les services, communs à toutes."""
    return espace if espace in {action.slug for action in actions()} else ""


def appeler_les_portes(promesse: str, *args: Any, **kwargs: Any) -> list[tuple[Action, Any]]:
    """Appelle la même promesse derrière chaque porte qui la fait, et rend les réponses non vides."""
    reponses = [(porte, porte.appeler(promesse, *args, **kwargs)) for porte in portes() if getattr(porte, promesse)]
    return [(porte, reponse) for porte, reponse in reponses if reponse]


@register()
def verifier_portes(app_configs: Any, **kwargs: Any) -> Iterable[Error]:
    """Vérifie que chaque porte tient ses promesses : modules, adresses, slugs uniques."""
    erreurs: list[Error] = []
    vus: dict[str, str] = {}
    for porte in portes():
        if porte.slug in vus:
            erreurs.append(_erreur(porte, f"le slug est déjà celui de « {vus[porte.slug]} »", "E001"))
        vus[porte.slug] = porte.titre
        for nom, chemin in porte.promesses().items():
            if not _existe(chemin):
                erreurs.append(_erreur(porte, f"la porte promet {nom} = {chemin}, qui n'existe pas", "E002"))
        for lien in porte.liens:
            try:
                reverse(lien.adresse, args=lien.arguments)
            except NoReverseMatch:
                erreurs.append(_erreur(porte, f"le lien « {lien.titre} » mène à {lien.adresse}, inconnu", "E003"))
    return erreurs


def _existe(chemin: str) -> bool:
    try:
        import_string(chemin)
    except ImportError:
        return False
    return True


def _erreur(porte: Action, defaut: str, numero: str) -> Error:
    return Error(f"Action « {porte.slug} » : {defaut}.", hint="Corrigez son action.py.", id=f"tissu.{numero}")


def contexte_navigation(request: Any) -> dict[str, Any]:
    """Contexte des gabarits : la navigation de gauche, faite des portes que la personne peut ouvrir."""
    personne = getattr(request, "user", None)
    if personne is None or not personne.is_authenticated:
        return {"navigation": []}
    groupes: list[dict[str, Any]] = []
    for porte in _par_usage(portes()):
        detenus = personne.roles_actifs(portee_des_roles(porte.slug))
        liens = [lien for lien in (_lien(lien, detenus, request.path) for lien in porte.liens) if lien]
        if liens:
            groupes.append({"titre": porte.titre_court, "fiche": porte.fiche, "liens": liens})
    _designer_l_actif(groupes)
    for groupe in groupes:
        groupe["ouvert"] = len(groupes) == 1 or any(lien["actif"] for lien in groupe["liens"])
    return {"navigation": groupes}


def _par_usage(toutes: Iterable[Action]) -> list[Action]:
    """Les fiches d'abord, par numéro ; puis les services, du plus proche du métier au plus général."""
    rangees = list(toutes)
    services = [porte for porte in reversed(rangees) if porte.fiche is None]
    return [*sorted((porte for porte in rangees if porte.fiche is not None), key=lambda une: une.fiche or 0), *services]


def _lien(lien: Lien, roles: set[str], chemin: str) -> dict[str, Any] | None:
    url = reverse(lien.adresse, args=lien.arguments)
    declaration = _ecran_a(url, settings.ROOT_URLCONF)
    if declaration is None or not declaration.ouvert_a(roles):
        return None
    return {"titre": lien.titre, "url": url, "actif": chemin.startswith(url)}


@lru_cache
def _ecran_a(url: str, adresses: str) -> Ecran | None:
    """Ce que déclare la vue de cette adresse. Gardé : `adresses`, le module qui les dit, ne change qu'en essai."""
    return ecran_de(resolve(url).func)


def _designer_l_actif(groupes: list[dict[str, Any]]) -> None:
    """Ne garde actif que le lien le plus précis : `/registre/imports/` l'emporte sur `/registre/`."""
    actifs = [lien for groupe in groupes for lien in groupe["liens"] if lien["actif"]]
    if actifs:
        precis = max(actifs, key=lambda lien: len(lien["url"]))
        for lien in actifs:
            lien["actif"] = lien is precis

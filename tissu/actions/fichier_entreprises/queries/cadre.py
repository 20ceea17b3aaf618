"""Le cadre d'une lecture : date des données, territoire, périmètre, mois ouverts."""

from datetime import date
from functools import lru_cache
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.choices import Secteurs
from tissu.entrepot.instantane import Instantane, courant
from tissu.registre.models import TypeZone, Zone
from tissu.socle.formats import mois_long
from tissu.socle.parametres import parametre
from tissu.socle.periodes import Periode, mois_de, mois_precedent

MOIS_DE_TENDANCE = 12


class MoisHorsDesDonnees(LookupError):
    """Le mois demandé commence après la date des données."""


def source_au(instantane: Instantane) -> date:
    """La date des données du registre."""
    return date.fromisoformat(instantane.manifeste["source_au"])


def territoire_servi(instantane: Instantane) -> str:
    return str(instantane.manifeste["territoire"]["nom"])


def bodacc_importe(instantane: Instantane) -> bool:
    """Y a-t-il des annonces du BODACC ? Sans elles, zéro radiation veut dire « pas de source »."""
    return bool(instantane.manifeste["comptes"].get("annonces"))


def communes(instantane: Instantane) -> dict[str, str]:
    """Les communes du territoire, du code au nom."""
    return {commune["code"]: commune["nom"] for commune in instantane.manifeste["territoire"]["communes"]}


def noms_des_zones() -> dict[str, str]:
    """Les zones du territoire autres que ses communes, de l'identifiant au nom."""
    zones = Zone.objects.exclude(type=TypeZone.COMMUNE).order_by("pk")
    return {str(pk): nom for pk, nom in zones.values_list("pk", "nom")}


@lru_cache(maxsize=256)
def _garder(instantane: Instantane, operation: ops.Node) -> tuple[dict[str, Any], ...]:
    return tuple(instantane.executer(operation.to_expr()))


def lire_et_garder(instantane: Instantane, expression: ir.Table) -> list[dict[str, Any]]:
    """Exécute une petite figure et la garde en mémoire : une version du registre ne change jamais."""
    return [dict(ligne) for ligne in _garder(instantane, expression.op())]


def reglage(nom: str, au: date) -> Any:
    """Un paramètre de la fiche à une date."""
    return parametre(f"fichier_entreprises.{nom}", au=au)


def perimetre(secteurs: str, *, au: date) -> rules.Perimetre:
    """Le périmètre en vigueur à une date, d'après les paramètres."""
    if secteurs == Secteurs.TOUS:
        return rules.perimetre_tous()
    return rules.perimetre_industrie_services(
        industrie=reglage("sections_industrie", au),
        services=reglage("sections_services", au),
        sci=reglage("categories_sci", au) if reglage("exclure_sci", au) else (),
        holdings=reglage("naf_holdings", au) if reglage("exclure_holdings", au) else (),
        loueurs=reglage("naf_loueurs_meubles", au),
    )


def dernier_mois_complet(instantane: Instantane) -> Periode:
    """Le dernier mois dont la première valeur peut être figée (J+10 passé dans les données)."""
    jour = source_au(instantane)
    candidat = mois_de(jour)
    while est_provisoire(candidat, jour):
        candidat = mois_precedent(candidat)
    return candidat


def est_provisoire(periode: Periode, jour: date) -> bool:
    return rules.est_provisoire(periode.fin, source_au=jour, jours=reglage("jours_avant_gel", periode.fin))


def verifier_mois(periode: Periode, instantane: Instantane) -> None:
    """Lève `MoisHorsDesDonnees` si le mois n'est pas encore commencé dans les données."""
    jour = source_au(instantane)
    if periode.debut > jour:
        raise MoisHorsDesDonnees(
            f"Le mois {periode.code} est postérieur aux données du registre, arrêtées au {jour:%d/%m/%Y}. "
            "Importez des fichiers plus récents, ou demandez un mois plus ancien."
        )


def periodes_ouvertes(nombre: int = 18) -> list[Periode]:
    """Les derniers mois que l'on peut ouvrir, du plus récent au plus ancien."""
    dernier = mois_de(source_au(courant()))
    return [mois_precedent(dernier, rang) for rang in range(nombre)]


def voisins(periode: Periode, jour: date) -> dict[str, Periode | None]:
    """Le mois d'avant, et celui d'après s'il est commencé dans les données."""
    apres = mois_precedent(periode, -1)
    return {"avant": mois_precedent(periode), "apres": apres if apres.debut <= jour else None}


def de_mois(code: str) -> str:
    """« de septembre 2026 », « d'octobre 2026 »."""
    nom = mois_long(code)
    return f"d'{nom}" if nom[0] in "ao" else f"de {nom}"


def mois_par_defaut() -> str:
    """Le code du dernier mois complet."""
    return dernier_mois_complet(courant()).code


def secteurs_demandes(brut: str) -> str:
    """Le périmètre demandé dans une adresse ; industrie et services si elle n'en dit rien d'utile."""
    return brut if brut in Secteurs.values else Secteurs.INDUSTRIE_SERVICES.value

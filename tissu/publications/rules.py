"""Les règles de la diffusion, sans base ni horloge : qui voit quoi et quand, ce qui compte comme téléchargement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

COMITE_DE_PILOTAGE = frozenset({"charge_mission", "elu", "membre_commission"})
"""Ceux qui lisent une édition avant les autres."""
PARTENAIRES = frozenset({"charge_mission", "charge_filiere", "lecteur", "elu", "agence", "administrateur"})
GESTIONNAIRES = frozenset({"charge_mission", "administrateur"})
"""Ceux qui suivent la préparation et la diffusion."""

CERCLES = ("comite_pilotage", "partenaires", "public")
"""Du plus étroit au plus large ; chaque audience contient les précédentes."""

DELAI_DE_DOUBLE_CLIC_S = 30
"""Deux demandes du même fichier par le même visiteur en moins de trente secondes sont un seul téléchargement
(règle du double-clic du code de conduite COUNTER, version 5)."""


class Acces(StrEnum):
    """Ce qu'une personne a d'une édition : rien, sa page, sa page et ses fichiers, ou l'annonce de son retrait."""

    FERME = "ferme"
    OUVERT = "ouvert"
    AVANT_LE_PUBLIC = "avant_le_public"
    RETIREE = "retiree"
    EN_PREPARATION = "en_preparation"


@dataclass(frozen=True)
class Verdict:
    """`listee` : l'édition paraît dans les listes de cette personne ; `motif` : une phrase pour elle."""

    acces: Acces
    listee: bool
    motif: str = ""

    @property
    def page(self) -> bool:
        return self.acces is not Acces.FERME

    @property
    def fichiers(self) -> bool:
        return self.acces in {Acces.OUVERT, Acces.AVANT_LE_PUBLIC}


def sous_embargo(embargo_jusqu_au: datetime | None, *, au: datetime) -> bool:
    """L'embargo court jusqu'à sa minute, exclue : à l'heure dite, l'édition est libre."""
    return embargo_jusqu_au is not None and au < embargo_jusqu_au


def dans_l_audience(audience: str, roles: Iterable[str]) -> bool:
    """Dit si ces rôles sont dans le cercle : le public contient les partenaires, qui contiennent le comité."""
    if audience == "public":
        return True
    detenus = set(roles)
    cercle = COMITE_DE_PILOTAGE if audience == "comite_pilotage" else COMITE_DE_PILOTAGE | PARTENAIRES
    return not cercle.isdisjoint(detenus)


def visibilite(
    *,
    etat: str,
    audience: str,
    embargo_jusqu_au: datetime | None,
    roles: Iterable[str],
    au: datetime,
    lecteurs: frozenset[str] = frozenset(),
) -> Verdict:
    """Ce que voit, à ce moment, une personne portant ces rôles (aucun : le public).

    Préparée : les gestionnaires seuls. Retirée : la page dit le retrait à qui pouvait la lire ; elle reste dans les
    listes des partenaires. Sous embargo : le comité de pilotage seul. Sinon : son audience, et les `lecteurs`.
    """
    detenus = set(roles)
    if etat == "brouillon":
        voit = not GESTIONNAIRES.isdisjoint(detenus)
        return Verdict(Acces.EN_PREPARATION if voit else Acces.FERME, voit, "En préparation : pas encore diffusée.")
    embargo = sous_embargo(embargo_jusqu_au, au=au)
    du_comite = not COMITE_DE_PILOTAGE.isdisjoint(detenus)
    lit = dans_l_audience(audience, detenus) or not lecteurs.isdisjoint(detenus)
    if not lit or (embargo and not du_comite):
        return Verdict(Acces.FERME, False, "Réservée, ou pas encore publiée.")
    if etat == "retiree":
        return Verdict(Acces.RETIREE, not (COMITE_DE_PILOTAGE | PARTENAIRES).isdisjoint(detenus), "Retirée.")
    if embargo:
        return Verdict(Acces.AVANT_LE_PUBLIC, True, "Sous embargo : le comité de pilotage la lit avant les autres.")
    return Verdict(Acces.OUVERT, True)


def audience_permise(audience: str, maximale: str) -> bool:
    """Dit si une audience ne dépasse pas celle que la nature du document permet."""
    return CERCLES.index(audience) <= CERCLES.index(maximale)


def refus_d_elargir(*, etat: str, audience: str, nouvelle: str, maximale: str, confirmee: bool) -> str:
    """Pourquoi une édition diffusée ne peut pas aller à cette audience ; vide si elle le peut.

    Une audience ne fait que s'élargir : ce qui a été lu ne se reprend pas, il se retire.
    """
    if etat != "diffusee":
        return "Seule une édition diffusée va à une audience plus large."
    if CERCLES.index(nouvelle) <= CERCLES.index(audience):
        return "Cette audience lit déjà l'édition. Pour la lui reprendre, retirez l'édition : sa page dira pourquoi."
    return _refus_d_audience(audience=nouvelle, maximale=maximale, confirmee=confirmee)


def compte_comme_telechargement(*, methode: str, robot: bool, entetes: Mapping[str, str]) -> bool:
    """Une personne a-t-elle demandé ce fichier ? Ni un robot, ni HEAD, ni un préchargement, ni une suite de fichier.

    `entetes` : les en-têtes HTTP, noms en minuscules. Une demande partielle compte si elle prend le début du fichier.
    """
    if methode != "GET" or robot:
        return False
    intentions = " ".join(entetes.get(nom, "") for nom in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    if "prefetch" in intentions.lower() or "preview" in intentions.lower():
        return False
    plage = entetes.get("range", "").replace(" ", "").lower()
    return not plage or plage.startswith("bytes=0-")


def refus_de_diffuser(*, etat: str, audience: str, maximale: str, confirmee: bool) -> str:
    """Pourquoi une édition ne peut pas être diffusée ainsi ; vide si elle le peut.

    `confirmee` : la personne a coché que le document devient public.
    """
    if etat != "brouillon":
        return "Cette édition est déjà diffusée : préparez une correction pour la remplacer."
    return _refus_d_audience(audience=audience, maximale=maximale, confirmee=confirmee)


def _refus_d_audience(*, audience: str, maximale: str, confirmee: bool) -> str:
    if not audience_permise(audience, maximale):
        return (
            "Ce document nomme des entreprises ou porte des données réservées : il ne peut pas aller aussi loin. "
            "Choisissez une audience plus étroite."
        )
    if audience == "public" and not confirmee:
        return "Confirmez que ce document peut être lu par tous."
    return ""

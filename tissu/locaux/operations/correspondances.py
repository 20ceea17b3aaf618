"""Les correspondances de fichiers : celles du produit se posent d'elles-mêmes, celles des personnes se gardent."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.locaux import permissions
from tissu.locaux.models import CorrespondanceLocaux
from tissu.locaux.nomenclatures import activites as typologie
from tissu.locaux.nomenclatures import correspondances_connues
from tissu.locaux.operations.ecriture import LocalRefuse, enregistrer, exiger, exiger_texte
from tissu.locaux.sources.champs import CHAMPS, proposer

UN_LIEU = (("voie",), ("adresse",), ("lon", "lat"), ("position",))


def proposer_correspondance(
    colonnes: Iterable[str], *, situe: bool, au: datetime
) -> tuple[CorrespondanceLocaux | None, dict[str, str]]:
    """La correspondance gardée dont toutes les colonnes sont dans le fichier, et les colonnes ; à défaut, devinées."""
    poser_les_connues(au=au)
    presentes = set(colonnes)
    gardees = sorted(CorrespondanceLocaux.objects.all(), key=lambda une: (-len(une.colonnes), une.nom))
    trouvee = next((une for une in gardees if une.colonnes and set(une.colonnes.values()) <= presentes), None)
    return trouvee, dict(trouvee.colonnes) if trouvee else proposer(colonnes)


def poser_les_connues(*, au: datetime) -> None:
    """Pose en base les correspondances livrées avec le produit ; une déjà là reste comme on l'a réglée."""
    posees = set(CorrespondanceLocaux.objects.values_list("nom", flat=True))
    for nom, contenu in correspondances_connues().items():
        if nom not in posees:
            enregistrer(CorrespondanceLocaux(nom=nom, **contenu), auteur=None, au=au, motif="Livrée avec le produit")


@transaction.atomic
def garder_correspondance(
    *,
    nom: str,
    colonnes: Mapping[str, str],
    activites: Mapping[str, str],
    code_commune: str,
    situe: bool,
    auteur: Any,
    au: datetime,
) -> CorrespondanceLocaux:
    """Garde une correspondance sous ce nom, ou remplace celle qui le porte. Lève `LocalRefuse`."""
    exiger(
        permissions.peut_importer, auteur, "Seuls les chargés de mission des partenaires règlent une correspondance."
    )
    nom = exiger_texte(nom, "Donnez un nom à la correspondance : elle servira au prochain fichier.")
    inconnus = sorted(set(colonnes) - set(CHAMPS))
    if inconnus:
        raise LocalRefuse(f"Champs inconnus : {', '.join(inconnus)}.")
    fausses = sorted({code for code in activites.values() if code} - set(typologie()))
    if fausses:
        raise LocalRefuse(f"Ces activités ne sont pas de la typologie : {', '.join(fausses)}.")
    if not situe and not any(all(champ in colonnes for champ in lieu) for lieu in UN_LIEU):
        raise LocalRefuse("Dites quelle colonne situe le local : la voie, l'adresse, ou la longitude et la latitude.")
    gardee = CorrespondanceLocaux.objects.filter(nom=nom[:100]).first() or CorrespondanceLocaux(nom=nom[:100])
    gardee.colonnes, gardee.activites, gardee.code_commune = dict(colonnes), dict(activites), code_commune
    enregistrer(gardee, auteur=auteur, au=au)
    return gardee

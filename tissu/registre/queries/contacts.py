"""Les contacts connus de la chambre. L'appelant a vérifié le droit de les lire, et journalise la lecture."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from tissu.registre.models import DonneeConsulaire
from tissu.registre.rules import est_diffusible

CHAMPS = ("dirigeant", "fonction", "telephone", "courriel", "site")
LOT = 500
RIEN = dict.fromkeys(CHAMPS, "")


def contacts_de(siret: str) -> dict[str, Any] | None:
    """Les contacts d'un établissement et l'édition du fichier dont ils viennent, ou None."""
    donnee = DonneeConsulaire.objects.select_related("edition").filter(siret=siret).first()
    if donnee is None:
        return None
    lus = {champ: getattr(donnee, champ) for champ in CHAMPS}
    if not any(lus.values()):
        return None
    edition = donnee.edition
    return {**lus, "source": edition.nom if edition else "", "au": edition.date_source if edition else None}


def avec_contacts(lignes: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Chaque établissement et ses contacts ; rien de ceux que la diffusion partielle protège."""
    suite = iter(lignes)
    while lot := list(islice(suite, LOT)):
        ouverts = [ligne["siret"] for ligne in lot if est_diffusible(ligne)]
        connus = {d["siret"]: d for d in DonneeConsulaire.objects.filter(siret__in=ouverts).values("siret", *CHAMPS)}
        for ligne in lot:
            yield {**ligne, **RIEN, **connus.get(ligne["siret"], {})}

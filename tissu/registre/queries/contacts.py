"""Les contacts connus de la chambre. L'appelant a vérifié le droit de les lire, et journalise la lecture."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from tissu.registre.models import DonneeConsulaire
from tissu.registre.rules import CasDiffusion, cas_diffusion

CHAMPS = ("dirigeant", "fonction", "telephone", "courriel", "site")
LOT = 500
RIEN = dict.fromkeys(CHAMPS, "")


def contacts_de(siret: str) -> dict[str, Any] | None:
    """Les contacts d'un établissement et l'édition du fichier dont ils viennent, ou None."""
    donnee = DonneeConsulaire.objects.select_related("edition").filter(siret=siret).first()
    if donnee is None:
        return None
    lus = {champ: getattr(donnee, champ) for champ in CHAMPS}
    return {**lus, "source": donnee.edition.nom, "au": donnee.edition.date_source} if any(lus.values()) else None


def avec_contacts(lignes: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Chaque établissement et ses contacts ; rien de ceux que la diffusion partielle protège."""
    suite = iter(lignes)
    while lot := list(islice(suite, LOT)):
        ouverts = [ligne["siret"] for ligne in lot if _diffusible(ligne)]
        connus = {d["siret"]: d for d in DonneeConsulaire.objects.filter(siret__in=ouverts).values("siret", *CHAMPS)}
        for ligne in lot:
            yield {**ligne, **RIEN, **connus.get(ligne["siret"], {})}


def _diffusible(ligne: Mapping[str, Any]) -> bool:
    cas = cas_diffusion(ligne["diffusion_unite"], ligne["diffusion"], ligne["categorie_juridique"])
    return cas is CasDiffusion.DIFFUSIBLE

"""Ce que l'on sait déjà des locaux d'une commune, au moment où un fichier arrive."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tissu.locaux.choices import EtatImportLocaux
from tissu.locaux.models import CorrespondanceLocaux, LigneSource, Local, Occupation, PeriodeEtat
from tissu.locaux.rules.identite import Portrait


@dataclass
class Connu:
    """Un local, son état et son occupant en cours, et ce que l'édition précédente du même fichier en disait."""

    local: Local
    etat: PeriodeEtat | None = None
    occupation: Occupation | None = None
    avant: Mapping[str, Any] = field(default_factory=dict)

    @property
    def portrait(self) -> Portrait:
        """Tel que le fichier le décrivait, à défaut tel qu'on le sait : une correction n'empêche pas de reconnaître."""
        local, lieu, dit = self.local, self.avant.get("lieu", {}), self.avant.get("occupation", {})
        occupant = self.occupation
        return Portrait(
            cle=local.pk,
            code_commune=local.code_commune,
            numero=lieu.get("numero", local.numero),
            voie=lieu.get("voie") or (local.voie.nom if local.voie else ""),
            lon=lieu.get("lon", local.lon),
            lat=lieu.get("lat", local.lat),
            enseigne=dit.get("enseigne") or (occupant.enseigne if occupant else ""),
            activite=dit.get("activite") or (occupant.activite if occupant else ""),
            identifiant=self.avant.get("identifiant", ""),
        )


def lire_connus(communes: Collection[str], correspondance: CorrespondanceLocaux) -> dict[int, Connu]:
    """Les locaux de ces communes par numéro, disparus et écartés compris : une ligne peut encore parler d'eux."""
    ici = {"local__code_commune__in": communes}
    connus = {
        local.pk: Connu(local)
        for local in Local.objects.filter(code_commune__in=communes).select_related("voie").order_by("pk")
    }
    for etat in PeriodeEtat.objects.filter(**ici, fin__isnull=True).order_by("pk"):
        connus[etat.local_id].etat = etat
    for occupation in Occupation.objects.filter(**ici, fin__isnull=True, accessoire=False).order_by("pk"):
        connus[occupation.local_id].occupation = occupation
    sources = LigneSource.objects.filter(
        **ici, importation__correspondance=correspondance, importation__etat=EtatImportLocaux.APPLIQUE
    )
    for local, lue in sources.order_by("importation__applique_le", "pk").values_list("local_id", "lue"):
        connus[local].avant = lue
    return connus

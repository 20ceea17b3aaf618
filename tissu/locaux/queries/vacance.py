"""La vacance comptée en cellules, par quartier, et les anomalies des fichiers en place."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow.compute as pc
from django.db.models import Max

from tissu.locaux.choices import EtatImportLocaux, NatureLocal
from tissu.locaux.models import AnomalieLocaux, ImportLocaux
from tissu.locaux.queries.situation import situation

SANS_QUARTIER = "Sans quartier"


def vacance(au: date) -> dict[str, Any]:
    """`{"total": {cellules, vacantes}, "par_quartier": {nom: {cellules, vacantes}}}` ; les quartiers font le total.

    Les cellules que l'on connaissait ce jour-là ; celles dont la source ne dit pas le quartier, sous « Sans quartier ».
    """
    cellules = situation(au)
    cellules = cellules.filter(pc.and_(cellules["constate"], pc.equal(cellules["nature"], NatureLocal.CELLULE.value)))
    cellules = cellules.set_column(
        cellules.schema.get_field_index("quartier"), "quartier", pc.fill_null(cellules["quartier"], SANS_QUARTIER)
    )
    groupes = cellules.group_by("quartier").aggregate([("id", "count"), ("vacant", "sum")]).sort_by("quartier")
    par_quartier = {
        ligne["quartier"]: {"cellules": ligne["id_count"], "vacantes": ligne["vacant_sum"] or 0}
        for ligne in groupes.to_pylist()
    }
    total = {cle: sum(compte[cle] for compte in par_quartier.values()) for cle in ("cellules", "vacantes")}
    return {"total": total, "par_quartier": par_quartier}


def imports_en_place() -> list[int]:
    """Le dernier import appliqué de chaque correspondance."""
    derniers = ImportLocaux.objects.filter(etat=EtatImportLocaux.APPLIQUE).values("correspondance")
    return list(derniers.order_by("correspondance").annotate(dernier=Max("pk")).values_list("dernier", flat=True))


def anomalies_en_place() -> Iterator[dict[str, Any]]:
    """Les anomalies de ces imports, dans l'ordre du fichier : ligne, champ, motif."""
    lignes = AnomalieLocaux.objects.filter(importation__in=imports_en_place())
    for une in lignes.order_by("importation", "ligne", "pk").iterator():
        yield {
            "ligne": une.ligne,
            "champ": une.champ or "ligne",
            "motif": f"{une.get_code_display()} : {une.motif}",
        }

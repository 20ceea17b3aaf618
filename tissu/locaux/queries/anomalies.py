"""Les anomalies des imports : celles d'un fichier, comptées par sorte, et ce qui reste à décider."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from tissu.locaux.choices import CodeAnomalieLocaux, DecisionAnomalie
from tissu.locaux.models import AnomalieLocaux, ImportLocaux
from tissu.locaux.queries.vacance import imports_en_place


def anomalies_de(importation: ImportLocaux, *, code: str = "", decision: str = "") -> QuerySet[AnomalieLocaux]:
    """Dans l'ordre du fichier ; les filtres vides ne filtrent rien."""
    lues = importation.anomalies.select_related("local__voie", "decide_par")
    if code:
        lues = lues.filter(code=code)
    return lues.filter(decision=decision) if decision else lues


def par_code(importation: ImportLocaux) -> list[dict[str, Any]]:
    """Combien de chaque sorte, et combien restent à décider : {code, titre, nombre, a_decider}."""
    comptes = importation.anomalies.order_by().values("code").annotate(
        nombre=Count("pk"), a_decider=Count("pk", filter=Q(decision=DecisionAnomalie.A_DECIDER))
    )  # fmt: skip
    trouves = {compte["code"]: compte for compte in comptes}
    return [
        {"titre": code.label, **trouves[code.value]} for code in CodeAnomalieLocaux if code.value in trouves
    ]  # fmt: skip


def nombre_a_decider() -> int:
    """Les anomalies des fichiers en place dont personne n'a décidé."""
    return AnomalieLocaux.objects.filter(
        importation__in=imports_en_place(), decision=DecisionAnomalie.A_DECIDER
    ).count()  # fmt: skip

"""Photographier une fiche : tout ce que le document signé dit, tel qu'il était, avec son empreinte."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from tissu.programme.models import Avenant, Fiche, VersionDeFiche
from tissu.programme.queries.signatures import contenu_de, empreinte_de


def etablir_version(
    *, fiche: Fiche, motif: str, auteur: Any, au: datetime, avenant: Avenant | None = None
) -> VersionDeFiche:
    """Garde la photographie de la fiche sous le numéro suivant. La base refuse ensuite de la changer."""
    with transaction.atomic():
        # Deux versions demandées ensemble n'ont pas le même numéro : la seconde attend la première.
        Fiche.objects.select_for_update().get(pk=fiche.pk)
        contenu = contenu_de(fiche)
        dernier = fiche.versions.aggregate(numero=Max("numero"))["numero"] or 0
        return VersionDeFiche.objects.create(
            fiche=fiche,
            numero=dernier + 1,
            motif=motif,
            avenant=avenant,
            contenu=contenu,
            empreinte=empreinte_de(contenu),
            etablie_le=au,
            etablie_par=auteur,
        )

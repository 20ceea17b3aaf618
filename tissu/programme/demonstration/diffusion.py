"""L'édition de démonstration du bilan 2024 : au comité de pilotage dès sa signature, au public deux semaines après."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatRevue, TypeRevue
from tissu.programme.demonstration.catalogue import MISSIONS
from tissu.programme.models import Revue
from tissu.programme.publications.revue import documents
from tissu.publications import operations
from tissu.publications.choices import Audience
from tissu.publications.models import Edition
from tissu.publications.operations.rendu import rendre_edition
from tissu.socle.travaux import SansSuivi

PREPAREE, AU_COMITE, AU_PUBLIC = date(2025, 3, 6), date(2025, 3, 7), date(2025, 3, 21)


def installer(*, au: datetime, suivi: Any) -> None:
    """Diffuse le bilan verrouillé de 2024 ; relancée, ou sans ce bilan, elle ne fait rien."""
    cci = Personne.objects.filter(courriel=MISSIONS[0]).first()
    bilan = Revue.objects.filter(annee=2024, type=TypeRevue.BILAN_ANNUEL, etat=EtatRevue.VERROUILLEE).first()
    if cci is None or bilan is None or au.date() < AU_PUBLIC:
        return
    (source,) = documents()
    if Edition.objects.filter(publication__source=source.cle, periode=str(bilan.pk)).exists():
        return
    edition = operations.preparer_depuis(
        source=source, reference=str(bilan.pk), auteur=cci, au=_a_neuf_heures(PREPAREE),
        audience=Audience.COMITE_PILOTAGE, note="Bilan de démonstration : dépenses et résultats sont fictifs.",
    )  # fmt: skip
    operations.diffuser(edition=edition, audience=Audience.COMITE_PILOTAGE, auteur=cci, au=_a_neuf_heures(AU_COMITE))
    operations.elargir(
        edition=edition, audience=Audience.PUBLIC, confirmee=True, auteur=cci, au=_a_neuf_heures(AU_PUBLIC)
    )
    rendre_edition(edition=edition.pk, suivi=SansSuivi(), au=_a_neuf_heures(AU_PUBLIC))


def _a_neuf_heures(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time(9)))

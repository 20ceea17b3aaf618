"""Les clés d'accès d'une personne, et celle qu'un SIG présente."""

import hashlib
from datetime import datetime

from django.db.models import QuerySet

from tissu.cartes.models import CleAcces
from tissu.comptes.models import Personne


def empreinte(cle: str) -> str:
    """Ce que l'on garde d'une clé : elle a trop d'aléa pour qu'un hachage lent y ajoute rien."""
    return hashlib.sha256(cle.encode()).hexdigest()


def cles_de(personne: Personne) -> QuerySet[CleAcces]:
    """Toutes les clés de cette personne, de la plus récente à la plus ancienne."""
    return CleAcces.objects.filter(personne=personne)


def cle_presentee(cle: str, *, au: datetime) -> CleAcces | None:
    """La clé ouverte qui répond à ce secret et dont le compte est ouvert, ou None."""
    trouvee = CleAcces.objects.select_related("personne__organisation").filter(empreinte=empreinte(cle)).first()
    return trouvee if trouvee and trouvee.ouverte(au=au) and trouvee.personne.is_active else None

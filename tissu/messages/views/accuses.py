"""Recevoir les accusés d'une passerelle HTTP : un appel signé, daté, compté, le même effet qu'un accusé de SMPP."""

from http import HTTPStatus

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tissu.comptes.limites import limite
from tissu.messages.canaux.passerelle import AccusesIllisibles, lire_accuses
from tissu.messages.canaux.reglages import secret_des_accuses
from tissu.messages.operations.accuses import noter_accuses
from tissu.messages.queries.reglages import fenetre_des_accuses
from tissu.messages.rules.signature import SignatureRefusee, verifier
from tissu.socle.ecrans import public

OCTETS_AU_PLUS = 64 * 1024
SIGNATURE = "X-Tissu-Signature"


@public("Accusés d'une passerelle de SMS (appel signé)")
@csrf_exempt
@limite("600/m")
@require_POST
def recevoir(request: HttpRequest, operateur: str) -> HttpResponse:
    """Note les accusés d'un appel signé. Le même appel, redit, n'est pas noté deux fois (voir docs/exploitation)."""
    corps, signature = request.read(OCTETS_AU_PLUS + 1), request.headers.get(SIGNATURE, "")
    if len(corps) > OCTETS_AU_PLUS:
        return _refuser(f"Le corps dépasse {OCTETS_AU_PLUS} octets.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    au = timezone.now()
    fenetre, deja = fenetre_des_accuses(au), f"messages.accuses:{operateur}:{signature}"
    try:
        verifier(signature, corps, secret=secret_des_accuses(operateur), au=au, fenetre=fenetre)
        if cache.get(deja):
            return JsonResponse({"notes": 0, "deja_recu": True})
        recus = lire_accuses(corps)
    except SignatureRefusee as refus:
        return _refuser(str(refus), HTTPStatus.UNAUTHORIZED)
    except AccusesIllisibles as refus:
        return _refuser(str(refus), HTTPStatus.UNPROCESSABLE_ENTITY)
    noter_accuses(operateur=operateur, recus=recus, au=au)
    cache.set(deja, True, timeout=2 * fenetre.total_seconds())
    return JsonResponse({"notes": len(recus), "deja_recu": False})


def _refuser(motif: str, code: int) -> JsonResponse:
    return JsonResponse({"erreur": motif}, status=code)

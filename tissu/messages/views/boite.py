"""« Mes messages » : ce que les actions ont écrit à la personne connectée."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.messages.operations.lecture import noter_la_lecture
from tissu.messages.queries.declarations import titre_de_la_finalite
from tissu.messages.queries.espace import courriel_suspendu, messages_de, objet_et_texte
from tissu.messages.rules.lecture import mettre_en_page
from tissu.socle.ecrans import ecran

PAR_PAGE = 25


@ecran("Mes messages")
@require_safe
def boite(request: RequeteConnectee) -> HttpResponse:
    """Mes messages, du plus récent au plus ancien."""
    siens = messages_de(request.user)
    page = Paginator(siens, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "page": page,
        "messages_recus": [
            {"remise": une, "objet": objet_et_texte(une)[0], "finalite": titre_de_la_finalite(une.envoi.finalite)}
            for une in page
        ],
        "non_lus": siens.filter(lue_le=None).count(),
        "suspendu": courriel_suspendu(request.user),
    }
    return render(request, "messages/boite.html", contexte)


@ecran("Un message")
@require_safe
def lire(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Un de mes messages. Une lecture n'écrit rien : la page, une fois à l'écran, dit d'elle-même qu'elle est lue."""
    remise = get_object_or_404(messages_de(request.user), pk=pk)
    objet, texte = objet_et_texte(remise)
    contexte = {"titre": objet, "blocs": mettre_en_page(texte), "remise": remise,
                "finalite": titre_de_la_finalite(remise.envoi.finalite)}  # fmt: skip
    return render(request, "messages/lire.html", contexte)


@ecran("Marquer un message lu")
@require_POST
def marquer_lu(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Note la première lecture d'un de mes messages."""
    remise = get_object_or_404(messages_de(request.user), pk=pk)
    noter_la_lecture(remise=remise, au=timezone.now())
    if request.headers.get("HX-Request"):
        return HttpResponse('<p class="note">Lu</p>')
    return redirect("messages:boite")

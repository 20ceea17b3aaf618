"""Ce que le téléphone et le serveur s'échangent, en JSON : les rues à emporter, les relevés reçus, les conflits."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.choices import EtatReleve
from tissu.locaux.forms.local import PhotoForm
from tissu.locaux.forms.terrain import EnvoiIllisible, lire_objet, lire_releves
from tissu.locaux.models import Releve
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.releves import trancher_conflit
from tissu.locaux.operations.terrain import PhotoEnAttente, Reponse, recevoir_lot, recevoir_photo
from tissu.locaux.operations.tournees import marquer_finies
from tissu.locaux.queries import terrain as queries
from tissu.socle.ecrans import ecran


@ecran("Rues à relever, pour le téléphone", roles=permissions.LECTEURS)
@require_safe
@never_cache
@limite("60/m")
def tournees(request: RequeteConnectee) -> HttpResponse:
    return _json(queries.a_emporter(request.user, timezone.localdate()))


@ecran("Rue à relever, pour le téléphone", roles=permissions.LECTEURS)
@require_safe
@never_cache
@limite("120/m")
def tournee(request: RequeteConnectee, pk: int) -> HttpResponse:
    demandee = queries.tournees_de(request.user).filter(pk=pk).first()
    if demandee is None:
        return _json({"erreur": "Cette rue ne vous est pas confiée, ou sa campagne est close."}, 404)
    return _json(queries.parcours(demandee, timezone.localdate()))


@ecran("Jeton d'envoi des relevés", roles=permissions.LECTEURS)
@require_safe
@never_cache
@limite("120/m")
def jeton(request: RequeteConnectee) -> HttpResponse:
    """À qui est la session, et de quoi prouver qu'un envoi vient bien de notre page."""
    return _json({"jeton": get_token(request), "personne": queries.qui(request.user)})


@ecran("Recevoir des relevés du téléphone", roles=permissions.LECTEURS)
@require_POST
@limite("60/m")
def releves(request: RequeteConnectee) -> HttpResponse:
    """Une réponse par relevé : appliqué, en conflit, ou refusé avec sa raison."""
    try:
        envoi = lire_objet(request.body)
        envoyes, refus = lire_releves(envoi)
    except EnvoiIllisible as erreur:
        return _json({"erreur": str(erreur)}, 422)
    if envoi.get("personne") != request.user.pk:
        return _json({"erreur": "Ces relevés sont d'une autre personne : ils partiront sous sa session."}, 409)
    recues = recevoir_lot(envoyes=envoyes, releveur=request.user, au=timezone.now())
    return _json({"reponses": [_reponse(une) for une in [*recues, *refus]]})


@ecran("Recevoir une photographie du téléphone", roles=permissions.LECTEURS)
@require_POST
@limite("120/m")
def photo(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    formulaire = PhotoForm(request.POST, request.FILES)
    if not formulaire.is_valid():
        return _json({"erreur": " ".join(map(str, next(iter(formulaire.errors.values()))))}, 422)
    try:
        recevoir_photo(cle=cle, fichier=formulaire.cleaned_data["fichier"], auteur=request.user, au=timezone.now())
    except PhotoEnAttente:
        return _json({"erreur": "La photographie attend que l'on dise de quel local il s'agit."}, 409)
    except LocalRefuse as refus:
        return _json({"erreur": str(refus)}, 422)
    return _json({"sort": "applique"})


@ecran("Trancher un conflit depuis le téléphone", roles=permissions.LECTEURS)
@require_POST
@limite("60/m")
def trancher(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Les siens seulement ; ceux des autres se tranchent au bureau."""
    siens = Releve.objects.filter(releveur=request.user).select_related("local__voie")
    releve = get_object_or_404(siens, cle=cle)
    try:
        choix = lire_objet(request.body).get("choix")
        choix = {str(champ): str(valeur) for champ, valeur in choix.items()} if isinstance(choix, dict) else {}
        trancher_conflit(releve=releve, choix=choix, auteur=request.user, au=timezone.now())
    except EnvoiIllisible as erreur:
        return _json({"erreur": str(erreur)}, 422)
    except LocalRefuse as refus:
        if siens.get(cle=cle).etat == EtatReleve.CONFLIT:
            return _json({"erreur": str(refus)}, 422)
    return _json(_reponse(Reponse(str(cle), siens.get(cle=cle))))


@ecran("Dire une rue finie depuis le téléphone", roles=permissions.LECTEURS)
@require_POST
@limite("60/m")
def finie(request: RequeteConnectee, pk: int) -> HttpResponse:
    demandee = queries.tournees_de(request.user).filter(pk=pk).first()
    if demandee is None:
        return _json({"erreur": "Cette rue ne vous est plus confiée, ou sa campagne est close."}, 404)
    try:
        dite = lire_objet(request.body).get("finie") is not False
        marquer_finies(
            campagne=demandee.campagne, vues={pk: None}, finies=dite, auteur=request.user, au=timezone.now()
        )  # fmt: skip
    except (EnvoiIllisible, LocalRefuse) as refus:
        return _json({"erreur": str(refus)}, 422)
    return _json({"id": pk, "finie": dite})


def _reponse(reponse: Reponse) -> dict[str, Any]:
    releve = reponse.releve
    if releve is None:
        return {"cle": reponse.cle, "sort": "refuse", "motif": reponse.motif}
    return {
        "cle": reponse.cle,
        "sort": str(releve.etat),
        "conflits": queries.conflits_de(releve) if releve.etat == EtatReleve.CONFLIT else [],
        "local": queries.montrer([releve.local])[0] if releve.local else None,
    }


def _json(corps: dict[str, Any], etat: int = 200) -> JsonResponse:
    return JsonResponse(corps, status=etat, json_dumps_params={"ensure_ascii": False})

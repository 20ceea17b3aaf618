"""Télécharger une pièce jointe."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.queries import pieces
from tissu.socle.ecrans import ecran


@ecran("Pièce jointe", roles=permissions.LECTEURS)
@require_safe
def piece(request: RequeteConnectee, pk: int) -> FileResponse:
    """Le fichier, toujours à enregistrer et jamais à exécuter dans la page."""
    trouvee = pieces.piece(pk)
    if trouvee is None:
        raise Http404("Cette pièce n'existe pas.")
    if not permissions.peut_lire_piece(request.user, trouvee):
        raise PermissionDenied("Ce justificatif n'est ouvert qu'aux chargés de mission des partenaires.")
    return FileResponse(
        trouvee.fichier.open("rb"), as_attachment=True, filename=trouvee.nom, content_type=trouvee.type_mime
    )

"""Les réponses que plusieurs pièces donnent."""

from django.http import HttpResponse


def fichier(octets: bytes, nature: str, nom: str, *, sur_place: bool = False) -> HttpResponse:
    """Un fichier à enregistrer ; `sur_place` : le navigateur l'ouvre s'il sait le lire."""
    disposition = "inline" if sur_place else "attachment"
    return HttpResponse(
        octets, content_type=nature, headers={"Content-Disposition": f'{disposition}; filename="{nom}"'}
    )

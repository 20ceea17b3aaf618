"""D'où une alerte peut aller, qui peut l'approuver, et si le fait est encore assez frais pour alerter."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tissu.actions.alerte_commerce.choices import EtatAlerte, GesteAlerte

E, G = EtatAlerte, GesteAlerte
PASSAGES: Mapping[GesteAlerte, tuple[frozenset[EtatAlerte], EtatAlerte]] = {
    G.MODIFIE: (frozenset({E.BROUILLON, E.RENVOYEE}), E.BROUILLON),
    G.SOUMET: (frozenset({E.BROUILLON, E.RENVOYEE}), E.A_APPROUVER),
    G.REPREND: (frozenset({E.A_APPROUVER}), E.BROUILLON),
    G.RENVOIE: (frozenset({E.A_APPROUVER}), E.RENVOYEE),
    G.ENVOIE: (frozenset({E.A_APPROUVER}), E.ENVOYEE),
    G.ABANDONNE: (frozenset({E.BROUILLON, E.RENVOYEE, E.A_APPROUVER}), E.ABANDONNEE),
    G.LEVE: (frozenset({E.ENVOYEE}), E.LEVEE),
    G.ANNULE: (frozenset({E.ENVOYEE}), E.ANNULEE),
}


def suite(etat: str, geste: GesteAlerte) -> EtatAlerte | None:
    """L'état où mène ce geste ; None s'il n'est pas possible d'ici."""
    depuis, vers = PASSAGES[geste]
    return vers if etat in depuis else None


def peut_approuver(*, auteur: int | None, approbateur: int, deux_personnes: bool) -> bool:
    """L'auteur n'approuve pas ce qu'il a écrit, sauf si la règle du territoire le permet."""
    return not deux_personnes or auteur != approbateur


def refus_d_alerter(
    *, fait_le: datetime, appel_17_le: datetime | None, retard: str, interpelle: bool, au: datetime, limite: timedelta
) -> str:
    """Pourquoi ce fait ne peut pas faire une alerte maintenant ; vide s'il le peut."""
    if interpelle:
        return "L'auteur des faits est interpellé : il n'y a plus de danger proche, donc pas d'alerte."
    if fait_le > au:
        return "L'heure du fait est dans le futur : corrigez-la."
    if appel_17_le is None:
        return "Notez l'heure de l'appel au 17 : une alerte part d'un appel vérifié."
    if appel_17_le < fait_le:
        return "L'appel au 17 est noté avant le fait : corrigez l'une des deux heures."
    if appel_17_le > au:
        return "L'heure de l'appel au 17 est dans le futur : corrigez-la."
    if au - fait_le > limite and not retard.strip():
        minutes = int((au - fait_le).total_seconds() // 60)
        return (
            f"Le fait date de {_duree(minutes)}, plus que {_duree(int(limite.total_seconds() // 60))} : dites pourquoi "
            "alerter encore, ou abandonnez."
        )
    return ""


def _duree(minutes: int) -> str:
    heures, reste = divmod(minutes, 60)
    if not heures:
        return f"{reste} min"
    return f"{heures} h {reste:02d}" if reste else f"{heures} h"

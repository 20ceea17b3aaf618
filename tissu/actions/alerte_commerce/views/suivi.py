"""Une alerte qui part : sa chaîne et ses comptes, relus pendant l'envoi ; et les chiffres donnés aux partenaires."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tissu.actions.alerte_commerce.forms.alertes import PeriodeForm
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.permissions import LECTEURS_DES_ALERTES, LECTEURS_DES_CHIFFRES
from tissu.actions.alerte_commerce.publications.pilotage import document_du_reseau
from tissu.actions.alerte_commerce.queries import alertes as lectures
from tissu.actions.alerte_commerce.queries.mouvements import mouvements
from tissu.actions.alerte_commerce.rules.chaine import chaine, duree_lisible
from tissu.actions.alerte_commerce.views.garde import des_relecteurs
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.messages.choices import EtatRemise, MotifEcart
from tissu.publications.rendus import contexte_page
from tissu.socle.ecrans import ecran
from tissu.socle.formats import pourcentage

DIRECT = timedelta(hours=1)
"""Passé ce temps, la page ne se relit plus seule."""


def contexte_du_suivi(une: Alerte) -> dict[str, Any]:
    """La chaîne et les comptes d'une alerte partie."""
    if une.envoyee_le is None:
        return {"pas": [], "comptes": [], "direct": False}
    bilan = lectures.bilans([une])[une.pk]
    pas = [
        {"titre": un.titre, "le": un.le, "depuis_fait": duree_lisible(un.depuis_fait),
         "depuis_avant": duree_lisible(un.depuis_avant)}
        for un in chaine(lectures.heures_de(une, bilan))
    ]  # fmt: skip
    attente = bilan.combien(EtatRemise.ATTENTE, EtatRemise.EN_COURS)
    comptes = [
        ("À remettre", attente), ("Remis à l'opérateur", bilan.remis), ("Reçus", bilan.recus),
        ("Échoués", bilan.combien(EtatRemise.ECHOUEE)), ("Incertains", bilan.combien(EtatRemise.INCERTAINE)),
        ("Retenus", bilan.combien(EtatRemise.ANNULEE, EtatRemise.PERIMEE)),
        *((f"Écartés : {MotifEcart(motif).label.lower()}", n) for motif, n in sorted(bilan.ecartes.items())),
    ]  # fmt: skip
    return {
        "pas": pas, "comptes": comptes, "bilan": bilan,
        "direct": bilan.en_route and timezone.now() - une.envoyee_le < DIRECT,
    }  # fmt: skip


@ecran("Suivi d'une alerte", roles=LECTEURS_DES_ALERTES)
@require_safe
@never_cache
@limite("120/m")
@des_relecteurs
def suivi(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Le fragment relu toutes les trois secondes tant que des SMS partent."""
    une = get_object_or_404(lectures.alertes_lisibles(request.user), pk=pk)
    return render(request, "alerte_commerce/_suivi.html", {"alerte": une, **contexte_du_suivi(une)})


@ecran("Chiffres des alertes", roles=LECTEURS_DES_CHIFFRES)
@require_safe
def chiffres(request: RequeteConnectee) -> HttpResponse:
    """Le réseau et ses alertes d'une année, communiqués aux partenaires ; rien sur moins de trois alertes."""
    au = timezone.localtime()
    formulaire = PeriodeForm(request.GET or None, annee=au.year)
    annee = formulaire.choisie(au.year)
    debut, fin = (datetime(un, 1, 1, tzinfo=au.tzinfo) for un in (annee, annee + 1))
    lus = lectures.chiffres(debut, fin, au=au)
    reseau = document_du_reseau(annee, mouvements(annee, au.date()), au.date())
    contexte = {
        **contexte_page(reseau), "titre": f"Alerte Commerce en {annee}", "formulaire": formulaire, "chiffres": lus,
        "pas": [(titre, duree_lisible(duree)) for titre, duree in lus.pas],
        "part_recue": pourcentage(lus.recus / lus.remis) if lus.remis else "",
        "tableaux": [
            ("Par nature", "Nature", lus.natures), ("Par quartier", "Quartier ou commune", lus.quartiers),
            ("Par commune", "Commune", lus.communes), ("Par heure du fait", "Heure", lus.heures),
            ("Par jour du fait", "Jour", lus.jours),
        ],
    }  # fmt: skip
    return render(request, "alerte_commerce/chiffres.html", contexte)

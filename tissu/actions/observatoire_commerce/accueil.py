"""Ce que la fiche 5 apporte à la page d'accueil ; le taux du jour, les locaux l'y disent déjà."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from tissu.actions.observatoire_commerce import permissions
from tissu.actions.observatoire_commerce.queries import bord
from tissu.actions.observatoire_commerce.queries import vacance as lectures
from tissu.actions.observatoire_commerce.queries.definitions import definition
from tissu.socle.accueil import BlocAccueil, Chiffre
from tissu.socle.formats import date_courte, nombre, pourcentage, variation

SOURCE = "Locaux de l'observatoire"


def accueil(personne: Any, *, au: datetime) -> BlocAccueil | None:
    """La vacance structurelle, ce qui ouvre et ferme, et ce qui attend la personne."""
    if permissions.LECTEURS_VACANCE.isdisjoint(personne.roles_actifs("observatoire_commerce")):
        return None
    jour = lectures.dernier_jour(timezone.localdate(au))
    tout, flux = lectures.vacance(bord.PARTOUT, jour), lectures.mouvements(bord.PARTOUT, jour)
    if not tout.cellules:
        return None
    lien = bord.PARTOUT.lien_lignes(quoi="structurelles", au=jour.isoformat(), definition=definition().code)
    part = f"{pourcentage(tout.taux_structurel)} des locaux" if tout.taux_structurel is not None else ""
    chiffres = [
        Chiffre(
            libelle="Vacance structurelle", valeur=nombre(tout.structurelles), unite=part, au=jour, url=lien,
            definition="Locaux vides depuis au moins le seuil en vigueur.", source=SOURCE,
        )
    ]  # fmt: skip
    if flux is not None:
        chiffres.append(
            Chiffre(
                libelle="Ouvertures moins fermetures", valeur=variation(flux.solde), unite="locaux", au=flux.fin,
                tendance=f"depuis le {date_courte(flux.debut)}", url=bord.PARTOUT.lien(au=jour.isoformat()),
                definition="Un local occupé qui ne l'était pas, ou l'était par un autre, ouvre ; l'inverse ferme.",
                source=SOURCE,
            )
        )  # fmt: skip
    return BlocAccueil(attentes=bord.attentes(personne, jour), chiffres=chiffres)

"""Tenir la fiche d'un adhérent : ce que la chambre y écrit, ce qu'il règle lui-même dans son espace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.actions.alerte_commerce.choices import ArticleDeStock, EtatAdherent, GesteAdherent
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent
from tissu.actions.alerte_commerce.operations.adhesion import champs_du_commerce, lire_ou_refuser
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse, exiger, noter, prendre
from tissu.actions.alerte_commerce.operations.stock import sortir
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.locaux.nomenclatures import familles
from tissu.socle.conflits import prendre_la_main

PREFERENCES = ("rayon_m", "horaires", "refus_activites")


@transaction.atomic
def modifier(*, adherent: Adherent, version: int, champs: Mapping[str, Any], auteur: Any, au: datetime) -> Adherent:
    """Corrige une fiche. Lève `GesteRefuse`, ou `ConflitDeSaisie` si quelqu'un a écrit depuis la version lue."""
    exiger(auteur)
    lus = champs_du_commerce(champs)
    actuel = Adherent.objects.get(pk=adherent.pk)
    ancien = {nom: getattr(actuel, nom) for nom in lus if nom != "local"}
    prendre_la_main(actuel, revision=version, ancien=ancien, nouveau={nom: lus[nom] for nom in ancien},
                    compteur="version")  # fmt: skip
    lus["local"] = lus["local"] or actuel.local
    for nom, valeur in lus.items():
        setattr(actuel, nom, valeur)
    actuel.save()
    noter(actuel, GesteAdherent.MODIFIE, auteur=auteur, au=au)
    return actuel


@transaction.atomic
def regler(*, adherent: Adherent, preferences: Mapping[str, Any], au: datetime, auteur: Any = None) -> Adherent:
    """Distance, horaires, activités refusées : le commerce, ou la chambre à sa demande. Lève `GesteRefuse`."""
    if auteur is not None:
        exiger(auteur)
    actuel = prendre(adherent)
    rayon = preferences.get("rayon_m", actuel.rayon_m)
    permis = reglage("rayon_bornes_m", au)
    if rayon is not None and rayon not in permis:
        raise GesteRefuse(f"La distance se choisit parmi : {', '.join(f'{un} m' for un in permis)}.")
    inconnues = set(preferences.get("refus_activites", ())) - set(familles())
    if inconnues:
        raise GesteRefuse(f"« {sorted(inconnues)[0]} » n'est pas une famille d'activités connue.")
    for nom in PREFERENCES:
        if nom in preferences:
            setattr(actuel, nom, preferences[nom])
    actuel.version += 1
    actuel.save()
    noter(actuel, GesteAdherent.MODIFIE, auteur=auteur, au=au, texte="Distance, horaires et activités des alertes")
    return actuel


@transaction.atomic
def ajouter_numero(
    *, adherent: Adherent, nom: str, mobile: str, au: datetime, courriel: str = "", auteur: Any = None
) -> ContactAdherent:
    """Un numéro de plus, à vérifier par un code avant de recevoir. Lève `GesteRefuse`."""
    if auteur is not None:
        exiger(auteur)
    numero = lire_ou_refuser(mobile)
    actuel = prendre(adherent)
    if actuel.contacts.filter(mobile=numero).exists():
        raise GesteRefuse("Ce numéro est déjà celui de ce commerce.")
    cree = ContactAdherent.objects.create(
        adherent=actuel, nom=nom.strip()[:200], mobile=numero, courriel=courriel.strip().lower(), ajoute_le=au
    )
    noter(actuel, GesteAdherent.NUMERO, auteur=auteur, au=au, texte="Un numéro ajouté, à vérifier")
    return cree


@transaction.atomic
def envoyer_du_stock(*, adherent: Adherent, articles: Mapping[str, int], auteur: Any, au: datetime) -> None:
    """Envoie vitrophanie, guide ou kit ; tout, ou rien s'il en manque un. Lève `GesteRefuse`."""
    exiger(auteur)
    actuel = prendre(adherent)
    if actuel.etat not in {EtatAdherent.ACTIF, EtatAdherent.SUSPENDU}:
        raise GesteRefuse("Le kit s'envoie à un adhérent : acceptez d'abord la demande.")
    demandes = {article: combien for article, combien in articles.items() if combien}
    if not demandes or min(demandes.values()) < 0:
        raise GesteRefuse("Dites ce que vous envoyez.")
    for article, combien in demandes.items():
        sortir(article=article, combien=combien, adherent=actuel, auteur=auteur, au=au)
    dit = ", ".join(f"{combien} {ArticleDeStock(article).label.lower()}" for article, combien in demandes.items())
    noter(actuel, GesteAdherent.ENVOI, auteur=auteur, au=au, texte=dit)

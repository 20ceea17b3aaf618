"""Les pages de l'observatoire du commerce avec 25 000 locaux : `python -m bench.observatoire`.

Mesure le temps de serveur et le nombre de requêtes de chaque page, rapportés à la limite de 100 ms, dans une base neuve
et jetable. La première lecture d'une page, qui compose la situation de chaque campagne, est dite à part.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from bench.base import base_jetable, comme_le_serveur
from bench.programme import LIMITE_MS, mesurer

LOCAUX, RUES, QUARTIERS = 25_000, 600, 30
UN_VACANT_SUR = 12
CAMPAGNES = (date(2024, 9, 1), date(2025, 9, 1), date(2026, 9, 1))


def main() -> None:
    """Imprime les durées, et sort en erreur si le 95e centile d'une page dépasse la limite."""
    with base_jetable():
        from django.utils import timezone

        personne = remplir(timezone.now())
        comme_le_serveur()

        centiles = {}
        for titre, url in pages():
            premiere = _premiere(url, personne)
            centiles[titre] = mesurer(titre, url, personne)
            print(f"{'':<16} première lecture {premiere:.2f} s")
    trop_longues = [titre for titre, centile in centiles.items() if centile > LIMITE_MS]
    if trop_longues:
        sys.exit(f"Au-delà de {LIMITE_MS} ms : {', '.join(trop_longues)}.")


def pages() -> list[tuple[str, str]]:
    """Le titre et l'adresse de chaque page mesurée."""
    from django.urls import reverse

    return [
        ("tableau de bord", reverse("observatoire_commerce:bord")),
        ("vacance", reverse("observatoire_commerce:vacance")),
        ("quartier", f"{reverse('observatoire_commerce:vacance')}?quartier=Quartier+1"),
        ("mes veilles", reverse("observatoire_commerce:veilles")),
        ("géoshop", reverse("geoshop:accueil")),
        ("carte", reverse("cartes:carte", args=["vacance-quartiers"])),
    ]


def remplir(au: Any) -> Any:
    """25 000 locaux, trois campagnes comparables, deux veilles ; rend la personne qui lit."""
    from tissu.actions.observatoire_commerce.choices import SorteVeille
    from tissu.actions.observatoire_commerce.operations.veilles import suivre
    from tissu.actions.observatoire_commerce.queries.lieux import Lieu
    from tissu.comptes.choices import Role, TypeOrganisation
    from tissu.comptes.models import Attribution, Organisation, Personne
    from tissu.locaux.models import Voie

    chambre = Organisation.objects.create(nom="Chambre d'essai", type=TypeOrganisation.CCI)
    personne = Personne.objects.create_user("bench@essai.example", "mot-de-passe-d-essai", organisation=chambre)
    Attribution.objects.create(personne=personne, role=Role.CHARGE_MISSION, debut=date(2020, 1, 1))
    voies = Voie.objects.bulk_create(
        Voie(code_commune="21231", nom=f"RUE {rang}", nom_normalise=f"rue {rang}") for rang in range(RUES)
    )
    _locaux(voies, au - timedelta(days=400))
    _campagnes(au)
    for sorte, lieu in ((SorteVeille.VACANT, Lieu()), (SorteVeille.TOUT, Lieu(voie=voies[0].pk))):
        suivre(lieu=lieu, sorte=sorte, auteur=personne, au=au - timedelta(days=60))
    return personne


def _locaux(voies: list[Any], au: Any) -> None:
    from tissu.locaux.models import Local, Occupation, PeriodeEtat
    from tissu.locaux.operations.ecriture import creer_en_nombre

    locaux = creer_en_nombre(
        [
            Local(
                reference=f"B{rang:06d}", numero=str(rang % 200), voie=voies[rang % RUES], code_commune="21231",
                quartier=f"Quartier {rang % QUARTIERS}", lon=5.0 + rang % 97 / 1500 + rang % QUARTIERS / 500,
                lat=47.28 + rang % 89 / 1700, surface_m2=80, loyer_eur_m2_an=150 + rang % 80, cree_le=au,
            )
            for rang in range(LOCAUX)
        ],
        auteur=None, au=au,
    )  # fmt: skip
    vide = {rang: rang % UN_VACANT_SUR == 0 for rang in range(LOCAUX)}
    occupations = [
        Occupation(local=local, enseigne=f"Enseigne {rang}", activite="boulangerie", source="fichier")
        for rang, local in enumerate(locaux)
        if not vide[rang]
    ]
    etats = [
        PeriodeEtat(local=local, etat="vacant" if vide[rang] else "occupe", source="fichier", releve_le=CAMPAGNES[-1],
                    debut=CAMPAGNES[rang % 3] if vide[rang] else None)
        for rang, local in enumerate(locaux)
    ]  # fmt: skip
    for objets in (occupations, etats):
        creer_en_nombre(objets, auteur=None, au=au)


def _campagnes(au: Any) -> None:
    from tissu.locaux.models import Campagne, Comparabilite

    faites = [
        Campagne.objects.create(nom=f"Campagne {jour.year}", methode="terrain", definition="Toute cellule à vitrine.",
                                perimetre="Tout", debut=jour, fin=jour, etat="close")
        for jour in CAMPAGNES
    ]  # fmt: skip
    for avant, apres in pairwise(faites):
        Comparabilite.objects.create(campagne=apres, reference=avant, verdict="oui", motif="Même méthode.", le=au)


def _premiere(url: str, personne: Any) -> float:
    from django.test import Client

    client = Client()
    client.force_login(personne)
    depart = time.perf_counter()
    client.get(url)
    return time.perf_counter() - depart


if __name__ == "__main__":
    main()

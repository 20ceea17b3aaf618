"""Le partenariat à sa plus grande taille : `python -m bench.programme`.

Dix-sept fiches, trois années, quarante lignes par fiche, des milliers de jours passés et de mesures, dans une base
neuve et jetable. Mesure le temps de serveur et le nombre de requêtes des pages, rapportés à la limite de 100 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

FICHES, ANNEES, LIGNES = 17, (2024, 2025, 2026), 40
JOURS_PAR_LIGNE, CRITERES = 12, 4
LIMITE_MS = 100
PASSAGES = 40
PAGES = (
    ("tableau", "programme:tableau"),
    ("fiche", "programme:fiche"),
    ("budget", "programme:budget"),
    ("temps et coûts", "programme:consommation"),
    ("indicateurs", "programme:indicateurs"),
    ("calendrier", "programme:calendrier_fiche"),
)


def main() -> None:
    """Imprime les durées, et sort en erreur si le 95e centile du tableau dépasse la limite."""
    with tempfile.TemporaryDirectory(prefix="tissu-bench-") as dossier:
        os.environ |= {"TISSU_DONNEES": dossier, "DJANGO_SETTINGS_MODULE": "tissu.config.settings"}
        os.environ.pop("TISSU_BASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        fiche, personne = remplir()
        # Comme le serveur : ce que fait son démarrage vaut aussi pour la mesure.
        import tissu.config.wsgi  # noqa: F401

        centiles = {titre: mesurer(titre, adresse, fiche, personne) for titre, adresse in PAGES}
    if centiles["tableau"] > LIMITE_MS:
        sys.exit(f"Le tableau dépasse {LIMITE_MS} ms.")


def remplir() -> tuple[Any, Any]:
    """Un programme à la plus grande taille prévue ; rend une fiche du milieu et une personne qui peut tout lire."""
    from tissu.comptes.models import Attribution, Organisation, Personne
    from tissu.programme.models import Contribution, Convention, Fiche, LigneDepense

    cci = Organisation.objects.create(nom="Chambre de mesure", type="cci")
    metropole = Organisation.objects.create(nom="Métropole de mesure", type="metropole")
    personne = Personne.objects.create_user("mesure@bench.example", "un-mot-de-passe-long", organisation=cci)
    Attribution.objects.create(personne=personne, role="charge_mission")
    convention = Convention.objects.create(titre="Convention de mesure", debut=2024, fin=2026, taux_jour_eur=700)
    convention.partenaires.set([cci, metropole])
    for numero in range(1, FICHES + 1):
        for annee in ANNEES:
            fiche = Fiche.objects.create(
                convention=convention, numero=numero, annee=annee, action=f"action_{numero}",
                titre=f"Fiche de mesure {numero}", titre_court=f"Mesure {numero}", total_declare_eur=LIGNES * 1400,
            )  # fmt: skip
            fiche.maitres_ouvrage.set([cci])
            lignes = [
                LigneDepense(
                    fiche=fiche, ordre=rang, libelle=f"Ligne {rang}", nature="jours", jours=2, montant_eur=1400
                )
                for rang in range(LIGNES)
            ]
            LigneDepense.objects.bulk_create(lignes)
            for financeur, montant in (("Chambre", LIGNES * 900), ("Métropole", LIGNES * 500)):
                Contribution.objects.create(fiche=fiche, financeur=financeur, montant_eur=montant)
            _vivre(fiche, personne)
    return Fiche.objects.get(numero=9, annee=ANNEES[-1]), personne


def _vivre(fiche: Any, personne: Any) -> None:
    """Une année de jours passés, de mesures, d'échéances et de livrables sur une fiche."""
    from django.utils import timezone

    from tissu.programme.models import Critere, Echeance, JourPasse, Livrable, Mesure

    debut = date(fiche.annee, 1, 5)
    JourPasse.objects.bulk_create(
        JourPasse(
            personne=personne, ligne=ligne, jour=debut + timedelta(days=28 * rang), duree_jours=Decimal("0.25"),
            etat="valide",
        )
        for ligne in fiche.lignes.all()
        for rang in range(JOURS_PAR_LIGNE)
    )  # fmt: skip
    for rang in range(CRITERES):
        critere = Critere.objects.create(
            fiche=fiche, cle=f"critere_{rang}", ordre=rang, libelle=f"Critère {rang}", unite="entreprises", cible=12
        )
        Mesure.objects.bulk_create(
            Mesure(
                critere=critere, periode=f"{fiche.annee}-{mois:02d}", debut=date(fiche.annee, mois, 1),
                fin=date(fiche.annee, mois, 28), valeur=1, origine="manuelle", etablie_le=timezone.now(),
            )
            for mois in range(1, 13)
        )  # fmt: skip
    for mois in (3, 6, 9, 12):
        jour = date(fiche.annee, mois, 15)
        Echeance.objects.create(
            fiche=fiche, type="jalon", titre=f"Jalon {mois}", echeance=jour, creee_le=timezone.now()
        )
        Livrable.objects.create(fiche=fiche, titre=f"Livrable {mois}", attendu_le=jour)


def mesurer(titre: str, adresse: str, fiche: Any, personne: Any) -> float:
    """Le 95e centile du temps de serveur d'une page, en millisecondes, et son nombre de requêtes."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    client = Client()
    client.force_login(personne)
    url = reverse(adresse) if adresse == "programme:tableau" else reverse(adresse, args=[fiche.pk])
    parametres = {"annee": str(fiche.annee)}
    requetes: list[str] = []
    with connection.execute_wrapper(lambda faire, sql, *reste: (requetes.append(sql), faire(sql, *reste))[1]):
        reponse = client.get(url, parametres)
    if reponse.status_code != 200:
        sys.exit(f"{url} répond {reponse.status_code}.")
    durees = []
    for _ in range(PASSAGES):
        depart = time.perf_counter()
        client.get(url, parametres)
        durees.append((time.perf_counter() - depart) * 1000)
    centile = statistics.quantiles(durees, n=20)[-1]
    print(
        f"{titre:<16} médiane {statistics.median(durees):6.1f} ms   95e centile {centile:6.1f} ms   "
        f"{centile / LIMITE_MS:4.2f} de la limite   {len(requetes):3d} requêtes"
    )
    return centile


if __name__ == "__main__":
    main()

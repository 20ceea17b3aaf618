"""Ce que les locaux mesurent de la fiche 5 : la vacance, l'âge des relevés, ce que l'on sait, l'adresse publique.

Une mesure se lit au dernier jour de sa période, ou au jour du calcul s'il vient avant. Les preuves désignent les locaux
par leur référence et leur adresse : ni occupant, ni loyer, ni contact.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

import pyarrow.compute as pc
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tissu.actions.observatoire_commerce.analyses import vacance as analyses
from tissu.actions.observatoire_commerce.queries import vacance as lectures
from tissu.actions.observatoire_commerce.queries.definitions import definition, definitions
from tissu.actions.observatoire_commerce.queries.fraicheur import fraicheur
from tissu.actions.observatoire_commerce.queries.geoshop import vitrine
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.entrepot.moteur import lecture, table_en_memoire
from tissu.socle.formats import date_courte
from tissu.socle.indicateurs import Indicateur, Preuves, Releve
from tissu.socle.periodes import Periode

SOURCE = "Locaux de l'observatoire : fichiers des villes et relevés sur place"
VERSION = "1"
PARTOUT = Lieu()


def taux_vacance(periode: Periode, *, au: datetime) -> Releve:
    """La part, de 0 à 100, des locaux vacants au sens de l'observatoire ; ventilée par quartier."""
    jour = _jour(periode, au)
    tout = lectures.vacance(PARTOUT, jour)
    if tout.taux is None:
        return Releve(None, None)
    quartiers = [part for part in lectures.vacances(PARTOUT, jour, "quartier") if part.taux is not None]
    return Releve(
        100 * tout.taux,
        _releve_au(jour),
        numerateur=Decimal(tout.vacantes),
        denominateur=Decimal(tout.cellules),
        effectif=tout.cellules,
        ventilation=[(part.titre, 100 * part.taux) for part in quartiers if part.taux is not None],
        preuves=_preuves(_vides(jour), ("vacant_depuis", "Vacant depuis")),
    )


def vacance_structurelle(periode: Periode, *, au: datetime) -> Releve:
    """Les locaux vides depuis au moins le seuil en vigueur, ou notés tels sur place."""
    jour = _jour(periode, au)
    tout = lectures.vacance(PARTOUT, jour)
    if not tout.cellules:
        return Releve(None, None)
    return Releve(
        Decimal(tout.structurelles),
        _releve_au(jour),
        denominateur=Decimal(tout.cellules),
        effectif=tout.cellules,
        preuves=_preuves([ligne for ligne in _vides(jour) if ligne["structurel"]], ("vacant_depuis", "Vacant depuis")),
    )


def locaux_a_jour(periode: Periode, *, au: datetime) -> Releve:
    """La part, de 0 à 100, des locaux vus depuis moins que l'âge où un relevé est dit ancien."""
    jour = _jour(periode, au)
    vus = fraicheur(PARTOUT, jour)
    if vus.part is None:
        return Releve(None, None)
    return Releve(
        100 * vus.part,
        _releve_au(jour),
        numerateur=Decimal(vus.a_jour),
        denominateur=Decimal(vus.locaux),
        effectif=vus.locaux,
        preuves=_preuves(vus.anciens.to_pylist(), ("releve_le", "Dernier relevé")),
    )


def completude(periode: Periode, *, au: datetime) -> Releve:
    """La part, de 0 à 100, des données suivies qui sont renseignées, toutes confondues ; ventilée par donnée."""
    jour = _jour(periode, au)
    champs = lectures.completude(PARTOUT, jour)
    remplis, attendus = sum(champ[1] for champ in champs), sum(champ[2] for champ in champs)
    if not attendus:
        return Releve(None, None)
    return Releve(
        Decimal(100 * remplis) / attendus,
        _releve_au(jour),
        numerateur=Decimal(remplis),
        denominateur=Decimal(attendus),
        effectif=champs[0][2],
        ventilation=[(titre, Decimal(100 * combien) / cellules) for titre, combien, cellules in champs],
        preuves=Preuves(
            (("champ", "Donnée"), ("remplis", "Renseignés"), ("locaux", "Locaux")),
            [{"champ": titre, "remplis": combien, "locaux": cellules} for titre, combien, cellules in champs],
        ),
    )


def geoshop(periode: Periode, *, au: datetime) -> Releve:
    """1 si l'adresse publique de Géoshop répond et a de quoi montrer : des commerces et une définition ; 0 sinon."""
    jour = _jour(periode, au)
    montree, dites = vitrine(jour), len(definitions())
    montres = montree.occupes + montree.disponibles
    adresse = reverse("geoshop:accueil")
    ligne = {"page": urljoin(settings.ADRESSE, adresse), "locaux": montres, "definitions": dites, "adresse": adresse}
    return Releve(
        Decimal(montres > 0 and dites > 0),
        _releve_au(jour),
        effectif=montres,
        preuves=Preuves((("page", "Adresse"), ("locaux", "Locaux montrés"), ("definitions", "Définitions")), [ligne]),
    )


def _jour(periode: Periode, au: datetime) -> date:
    return min(periode.fin, timezone.localdate(au))


def _releve_au(jour: date) -> date | None:
    """La date des données : le relevé le plus récent."""
    return pc.max(PARTOUT.cellules(jour)["releve_le"]).as_py()


def _vides(jour: date) -> list[dict[str, Any]]:
    table = PARTOUT.cellules(jour)
    vides = analyses.dans_le_champ(table_en_memoire("locaux", table), definition())
    vides = vides.filter(vides.vide).select("id", "adresse", "quartier", "commune", "vacant_depuis", "structurel")
    return lecture.en_memoire(vides.order_by("commune", "quartier", "adresse", "id"), {"locaux": table})


def _preuves(lignes: Sequence[dict[str, Any]], date_dite: tuple[str, str]) -> Preuves:
    cle, _ = date_dite
    return Preuves(
        (("id", "Local"), ("lieu", "Adresse"), ("quartier", "Quartier"), ("commune", "Commune"), date_dite),
        [
            {
                "id": ligne["id"],
                "lieu": ligne["adresse"] or "",
                "quartier": ligne["quartier"] or "",
                "commune": ligne["commune"] or "",
                cle: date_courte(ligne[cle]) if ligne[cle] else "",
                "adresse": reverse("locaux:local", args=[ligne["id"]]),
            }
            for ligne in lignes
        ],
    )


INDICATEURS = (
    Indicateur(
        code="observatoire_commerce.taux_vacance",
        titre="Taux de vacance commerciale",
        definition="Locaux vacants rapportés à tous les locaux commerciaux recensés, en nombre, au dernier jour de la "
        "période. Travaux et reprises annoncées ne comptent pas comme vacants. Par quartier, les taux de trop peu de "
        "locaux sont tus.",
        unite="%",
        source=SOURCE,
        version=VERSION,
        mesurer=taux_vacance,
        sens="baisse",
        cumulatif=False,
    ),
    Indicateur(
        code="observatoire_commerce.vacance_structurelle",
        titre="Locaux en vacance structurelle",
        definition="Locaux vides depuis au moins le seuil en vigueur (paramètre daté « durée à partir de laquelle une "
        "vacance est structurelle »), ou notés tels sur place.",
        unite="locaux",
        source=SOURCE,
        version=VERSION,
        mesurer=vacance_structurelle,
        sens="baisse",
        cumulatif=False,
    ),
    Indicateur(
        code="observatoire_commerce.locaux_a_jour",
        titre="Locaux à jour",
        definition="Part des locaux dont le dernier relevé est plus récent que l'âge où un relevé est dit ancien "
        "(paramètre daté). Un local sans date de relevé n'est pas à jour. Les preuves sont les locaux à revoir.",
        unite="%",
        source=SOURCE,
        version=VERSION,
        mesurer=locaux_a_jour,
        cumulatif=False,
    ),
    Indicateur(
        code="observatoire_commerce.completude",
        titre="Complétude de la base",
        definition="Part des données suivies qui sont renseignées (enseigne, activité, surface, vitrine, loyer…), "
        "toutes données confondues ; ventilée par donnée.",
        unite="%",
        source=SOURCE,
        version=VERSION,
        mesurer=completude,
        cumulatif=False,
    ),
    Indicateur(
        code="observatoire_commerce.geoshop",
        titre="Adresse publique de Géoshop en ligne",
        definition="1 quand la page publique de Géoshop répond, montre au moins un local et dit ses définitions ; 0 "
        "sinon. S'ouvre sur l'adresse.",
        unite="adresse",
        source=SOURCE,
        version=VERSION,
        mesurer=geoshop,
        cumulatif=False,
    ),
)

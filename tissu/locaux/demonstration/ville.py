"""Les cellules inventées d'une ville, et leurs éditions successives dans la forme de son fichier ouvert."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from tissu.entrepot.instantane import Instantane
from tissu.locaux.demonstration.mots import enseigne, libelle_de, quartier_de, tirer_activite
from tissu.locaux.queries.etablissements import COLONNES, en_etablissement
from tissu.registre.rules import FERME, OUVERT, est_diffusible

GRAINE = 20_261_126
PART_DU_REGISTRE = 0.6
"""Ces cellules reprennent un établissement ouvert du registre de démonstration : le rapprochement y a de quoi faire."""
VACANCE = 0.074
FERMETURES = 6
SURFACES = (18, 25, 32, 40, 48, 55, 62, 70, 85, 110, 140, 190, 260, 420, 800, 1_500)


@dataclass(frozen=True)
class Cellule:
    """Une cellule à un moment. `siret` : l'établissement du registre dont elle est tirée, jamais écrit au fichier."""

    numero: str
    voie: str
    code_commune: str
    lon: float
    lat: float
    surface: int | None
    activite: str
    enseigne: str
    independant: bool
    vacante: bool
    maj: date
    siret: str = ""


def cellules(registre: Instantane, communes: Sequence[str], combien: int, *, cle: str, au: date) -> list[Cellule]:
    """Des cellules le long des rues du registre de démonstration : les unes y sont connues, les autres inventées."""
    rng = np.random.default_rng([GRAINE, *cle.encode()])
    connues = _du_registre(registre, communes)
    rng.shuffle(connues)
    tirees = [_depuis(rng, ligne, au) for ligne in connues[: int(combien * PART_DU_REGISTRE)]]
    if not tirees:
        return []
    while len(tirees) < combien:
        voisine = tirees[int(rng.integers(len(tirees)))]
        tirees.append(_inventer(rng, voisine, au))
    return [_vider(rng, une) if rng.random() < VACANCE else une for une in tirees]


def fermees(registre: Instantane, commune: str, *, au: date) -> list[Cellule]:
    """Des cellules que la ville dit en activité, et dont l'établissement vient de fermer dans le registre."""
    rng = np.random.default_rng([GRAINE, 11])
    recentes = [
        ligne for ligne in _du_registre(registre, [commune], etat=FERME)
        if ligne["date_fermeture"] and ligne["date_fermeture"] > au and ligne["enseigne"]
    ]  # fmt: skip
    return [_depuis(rng, ligne, au) for ligne in recentes[:FERMETURES]]


def _du_registre(registre: Instantane, communes: Sequence[str], *, etat: str = OUVERT) -> list[dict[str, Any]]:
    table = registre.table("etablissements")
    lues = registre.executer(table.filter(table.code_commune.isin(list(communes))).select(*COLONNES).order_by("siret"))
    return [
        ligne for ligne in lues
        if est_diffusible(ligne) and ligne["lon"] is not None and ligne["libelle_voie"] and ligne["etat"] == etat
        and en_etablissement(ligne).famille not in ("", "non_commercial")
    ]  # fmt: skip


def _depuis(rng: np.random.Generator, ligne: dict[str, Any], au: date) -> Cellule:
    etablissement = en_etablissement(ligne)
    nom = (ligne["enseigne"] or ligne["denomination_usuelle"] or ligne["nom"] or "").title()
    return Cellule(
        numero=str(ligne["numero"] or ""), voie=etablissement.lieu.voie, code_commune=ligne["code_commune"],
        lon=round(ligne["lon"] + rng.normal(0, 2e-5), 7), lat=round(ligne["lat"] + rng.normal(0, 2e-5), 7),
        surface=_surface(rng), activite=etablissement.activite, enseigne=nom or "Sans Nom Fictif",
        independant=bool(rng.random() < 0.7), vacante=False, maj=_maj(rng, au), siret=ligne["siret"],
    )  # fmt: skip


def _inventer(rng: np.random.Generator, voisine: Cellule, au: date) -> Cellule:
    code, reseau = tirer_activite(rng), bool(rng.random() < 0.3)
    return Cellule(
        numero=str(int(rng.integers(1, 180))), voie=voisine.voie, code_commune=voisine.code_commune,
        lon=round(voisine.lon + rng.normal(0, 4e-4), 7), lat=round(voisine.lat + rng.normal(0, 3e-4), 7),
        surface=_surface(rng), activite=code, enseigne=enseigne(rng, code, reseau=reseau), independant=not reseau,
        vacante=False, maj=_maj(rng, au),
    )  # fmt: skip


def _surface(rng: np.random.Generator) -> int | None:
    return None if rng.random() < 0.4 else int(SURFACES[int(rng.integers(len(SURFACES)))] + rng.integers(0, 12))


def _maj(rng: np.random.Generator, au: date) -> date:
    return au - timedelta(days=int(rng.integers(5, 1_600)))


def _vider(rng: np.random.Generator, une: Cellule) -> Cellule:
    return replace(une, vacante=True, siret="", maj=une.maj)


def plus_tard(lues: Sequence[Cellule], *, cle: str, depuis: date, au: date) -> list[Cellule]:
    """La même ville à une date suivante : des occupants changent, des cellules se vident, d'autres se remplissent."""
    rng = np.random.default_rng([GRAINE, *cle.encode()])
    rendues = []
    for une in lues:
        tirage, maj = rng.random(), depuis + timedelta(days=int(rng.integers(1, max(2, (au - depuis).days))))
        if une.vacante and tirage < 0.30:
            code = tirer_activite(rng)
            rendues.append(replace(une, vacante=False, activite=code, maj=maj, independant=True,
                                   enseigne=enseigne(rng, code, reseau=False)))  # fmt: skip
        elif not une.vacante and tirage < 0.026:
            rendues.append(replace(_vider(rng, une), maj=maj))
        elif not une.vacante and tirage < 0.06:
            rendues.append(replace(une, enseigne=enseigne(rng, une.activite, reseau=False), siret="", maj=maj))
        else:
            rendues.append(replace(une, maj=maj) if tirage > 0.6 else une)
    return rendues


def en_entite(une: Cellule) -> dict[str, Any]:
    """La cellule dans la forme du fichier de la ville."""
    rubrique, secteur = libelle_de(une.activite)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [une.lon, une.lat]},
        "properties": {
            "nom_enseigne": une.enseigne,
            "disponibilte": "Vacant" if une.vacante else "Vendu",
            "dashboard_vacance": "Vacant" if une.vacante else "En activité",
            "num_adresse": une.numero or None,
            "adresse": une.voie,
            "nom_quartier": quartier_de(une.lon, une.lat),
            "surface": une.surface,
            "rubrique": rubrique,
            "secteur_activite": secteur,
            "independant_enseigne": "Independant" if une.independant else "Enseigne",
            "date_maj": f"{une.maj.isoformat()}T04:00:00+02:00",
        },
    }


def abimer(entites: list[dict[str, Any]]) -> None:
    """Y met, à des rangs fixes, chaque sorte de défaut que porte un vrai fichier."""
    total = len(entites)

    def rang(numero: int) -> dict[str, Any]:
        return entites[(numero * 37 + 5) % total]["properties"]

    for numero in range(8):
        rang(numero)["date_maj"] = "1899-12-30T00:18:21+00:09" if numero % 2 else "1900-01-01T00:18:21+00:09"
    for numero in range(20, 24):
        rang(numero)["nom_quartier"] = None
    for numero in range(30, 42):
        rang(numero)["secteur_activite"] = None if numero % 2 else "Inconnu"
    for numero in range(50, 56):
        rang(numero)["nom_enseigne"] = "?" if numero % 2 else None
    for numero in range(60, 85):
        rang(numero)["num_adresse"] = None
    contradiction = rang(90)
    contradiction["disponibilte"] = "Vendu" if contradiction["dashboard_vacance"] == "Vacant" else "Vacant"
    rang(91)["surface"], rang(92)["date_maj"] = 13_082, "2031-01-01T04:00:00+02:00"
    entites[(93 * 37 + 5) % total]["geometry"] = None
    for numero in (95, 96):
        original = entites[(numero * 37 + 5) % total]
        lon, lat = original["geometry"]["coordinates"]
        point = {"type": "Point", "coordinates": [round(lon + 3e-5, 7), lat]}
        entites.append({**original, "geometry": point, "properties": dict(original["properties"])})

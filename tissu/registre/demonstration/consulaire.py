"""Fichier consulaire fictif : dirigeants, téléphones, effectifs, chiffres d'affaires.

Téléphones des tranches réservées à la fiction (01 99 00, 06 39 98), courriels et sites en `.example`.
Deux éditions, pour que des effectifs passent 50 dans un sens ou dans l'autre ; CSV en cp1252, comme
les exports courants, et une variante en classeur.
"""

from __future__ import annotations

import csv
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import xlsxwriter

from .cibles import ARRET
from .modele import Etablissement, Territoire
from .noms import NOMS_DE_FAMILLE, PRENOMS_F, PRENOMS_M

ENTETE = (
    "N° SIRET",
    "Raison sociale",
    "Enseigne",
    "Dirigeant",
    "Fonction",
    "Téléphone",
    "Courriel",
    "Site internet",
    "Effectif",
    "Date effectif",
    "Chiffre d'affaires (k€)",
    "Capital",
)
NOMBRE = 12_000
NOMBRE_CLASSEUR = 300
FONCTIONS = (
    "Gérant",
    "Présidente",
    "Président",
    "Directrice générale",
    "Directeur de site",
    "Gérante",
    "Directeur général",
)


def choisir(rng: np.random.Generator, territoire: Territoire, taille: float) -> list[Etablissement]:
    """Établissements ouverts connus de la chambre : les cas, les employeurs d'abord, puis d'autres."""
    ouverts = [e for e in territoire.etablissements if e.lon and e.fermeture is None]
    priorites = rng.random(len(ouverts))
    for rang, e in enumerate(ouverts):
        if e.siret in territoire.effectifs_dits:
            priorites[rang] -= 10
        elif e.siret in territoire.effectifs_reels:
            priorites[rang] -= 1
        elif e.unite.famille in ("immobilier", "location", "associations", "administration", "sante"):
            priorites[rang] += 1
    ordre = np.argsort(priorites, kind="stable")[: max(40, round(NOMBRE * taille))]
    return [ouverts[rang] for rang in ordre.tolist()]


def _jour(ordinal: int) -> str:
    return date.fromordinal(ordinal).strftime("%d/%m/%Y")


def _adresse_web(nom: str) -> str:
    propre = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode().lower()
    mots = [mot for mot in "".join(c if c.isalnum() else " " for c in propre).split() if len(mot) > 2]
    return "-".join(mots[:3]) or "etablissement"


def _ligne(e: Etablissement, tirages: list[float], effectif: int | None, *, precedente: bool) -> tuple[str, ...]:
    a, b, c, d, f, g = tirages
    unite = e.unite
    prenom = (PRENOMS_F if a < 0.45 else PRENOMS_M)[int(b * 47)]
    nom = NOMS_DE_FAMILLE[int(c * len(NOMS_DE_FAMILLE))]
    if unite.physique:
        prenom, nom = unite.prenom, unite.nom
    fonction = "Chef d'entreprise" if unite.physique else FONCTIONS[int(d * len(FONCTIONS))]
    numero = int(f * 10_000)
    # Une poignée de SIRET sont écrits avec des espaces, comme dans tout fichier tenu à la main.
    siret = f"{e.siret[:3]} {e.siret[3:6]} {e.siret[6:9]} {e.siret[9:]}" if int(g * 1000) % 20 == 0 else e.siret
    racine = "06 39 98" if d < 0.35 else "01 99 00"
    domaine = _adresse_web(unite.denomination or f"{prenom} {nom}") + ".example"
    ventes = round((effectif or 1) * (40 + 160 * g) * (0.97 if precedente else 1.0))
    jour = ARRET - 230 - int(c * 120) if precedente else ARRET - 10 - int(c * 150)
    return (
        siret,
        unite.denomination or f"{unite.nom} {unite.prenom}",
        e.periodes[-1].enseigne,
        f"{prenom.title()} {nom}",
        fonction,
        f"{racine} {numero // 100:02d} {numero % 100:02d}" if a < 0.85 else "",
        f"contact@{domaine}" if b < 0.7 else "",
        f"https://{domaine}" if c < 0.5 else "",
        "" if effectif is None else str(effectif),
        "" if effectif is None else _jour(jour),
        f"{ventes:,}".replace(",", " ") if d < 0.6 else "",
        "" if unite.physique or f > 0.8 else f"{(1, 2, 5, 10, 40, 100)[int(g * 6)] * 1000} €",
    )


def lignes(rng: np.random.Generator, territoire: Territoire, choisis: list[Etablissement]) -> tuple[list, list]:
    """Lignes de l'édition courante et de la précédente (même ordre, sans les nouveaux venus)."""
    tirages = rng.random((len(choisis), 6)).tolist()
    ecarts = rng.normal(0, 0.06, len(choisis)).tolist()
    courante, precedente = [], []
    for e, lot, ecart in zip(choisis, tirages, ecarts, strict=True):
        effectif = territoire.effectifs_reels.get(e.siret, 0 if lot[0] < 0.5 else None)
        avant = None if effectif is None else max(0, round(effectif * (1 + ecart)))
        if e.siret in territoire.effectifs_dits:
            effectif, avant = territoire.effectifs_dits[e.siret]
        courante.append(_ligne(e, lot, effectif, precedente=False))
        if e.creation < ARRET - 250:
            precedente.append(_ligne(e, lot, avant, precedente=True))
    return courante, precedente


def _ecrire_csv(chemin: Path, contenu: list) -> Path:
    with chemin.open("w", encoding="cp1252", errors="replace", newline="") as sortie:
        ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
        ecrivain.writerow(ENTETE)
        ecrivain.writerows(contenu)
    return chemin


def _ecrire_classeur(chemin: Path, contenu: list) -> Path:
    """Classeur aux dates fixes : les mêmes données donnent les mêmes octets."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(chemin, options) as classeur:
        classeur.set_properties(
            {"created": datetime(2026, 11, 1, tzinfo=UTC), "author": "Chambre fictive", "title": "Fichier consulaire"}
        )
        feuille = classeur.add_worksheet("Fichier consulaire")
        for rang, ligne in enumerate([ENTETE, *contenu]):
            for colonne, valeur in enumerate(ligne):
                if rang and ENTETE[colonne] == "Effectif" and valeur:
                    feuille.write_number(rang, colonne, int(valeur))
                else:
                    feuille.write_string(rang, colonne, valeur)
    return chemin


def ecrire(dossier: Path, rng: np.random.Generator, territoire: Territoire, taille: float) -> list[Path]:
    """Écrit les deux éditions en CSV et le début de la courante en classeur."""
    courante, precedente = lignes(rng, territoire, choisir(rng, territoire, taille))
    return [
        _ecrire_csv(dossier / "fichier_consulaire.csv", courante),
        _ecrire_csv(dossier / "fichier_consulaire_precedent.csv", precedente),
        _ecrire_classeur(dossier / "fichier_consulaire.xlsx", courante[:NOMBRE_CLASSEUR]),
    ]

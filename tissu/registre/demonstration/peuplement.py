"""Des rangs aux objets : unités légales, établissements, adresses, diffusion partielle."""

from __future__ import annotations

from datetime import date

import numpy as np

from . import noms
from .activites import ACTIVITES
from .calendrier import JAMAIS, Vies
from .cibles import (
    ARRET,
    COMMUNES,
    COMMUNES_HORS,
    INCONNUE,
    PART_DIFFUSION_PARTIELLE_ACTIFS,
    PART_DIFFUSION_PARTIELLE_FERMES,
)
from .geometrie import lambert93
from .lieux import COMPLEMENTS, Plan
from .modele import Etablissement, Succession, Territoire, Unite, nic_valide, siren_fictif
from .mouvements import Mouvements, racines

FORMES_AVANT_2012 = ("5499",) * 10 + ("5498",) * 3 + ("5710",) * 2 + ("5599", "5202", "5485")
FORMES_DEPUIS_2012 = ("5720",) * 6 + ("5710",) * 6 + ("5499",) * 4 + ("5498",) * 3 + ("5785", "5485")
FORMES_PUBLIQUES = ("7210", "7331", "7343", "7361", "7389", "4110", "7120")
# La SAS à associé unique devient la forme la plus courante des sociétés nouvelles.
BASCULE_SAS = date(2012, 1, 1).toordinal()


def tirer_individuels(rng: np.random.Generator, activite: np.ndarray) -> np.ndarray:
    """Vrai pour les établissements tenus par un entrepreneur individuel."""
    parts = np.array([a.famille.part_individuel for a in ACTIVITES])[activite]
    return rng.random(len(activite)) < parts


def _categorie(famille: str, part_association: float, individuel: bool, creation: int, tirage: float) -> str:
    if individuel:
        return "1000"
    if famille == "immobilier":
        return "6540" if tirage < 0.88 else "6599"
    if famille == "administration":
        return FORMES_PUBLIQUES[int(tirage * len(FORMES_PUBLIQUES))]
    if tirage < part_association:
        return "9220" if tirage < part_association * 0.93 else "9210"
    if famille == "agriculture":
        return ("6597", "6598", "6533")[int(tirage * 3)]
    if famille == "location":
        return "2110" if tirage < 0.25 else "6540"
    if tirage > 0.995:
        return "3120"
    formes = FORMES_DEPUIS_2012 if creation >= BASCULE_SAS else FORMES_AVANT_2012
    return formes[int(tirage * 7919 % 1 * len(formes))]


def _numeros(rng: np.random.Generator, nombre: int) -> list[int]:
    """Rangs de SIREN mêlés : le numéro ne dit pas l'ordre de création."""
    return rng.permutation(nombre).tolist()


def _unites(
    rng: np.random.Generator, vies: Vies, tetes: np.ndarray, individuels: np.ndarray, reserve: int
) -> dict[int, Unite]:
    numeros = _numeros(rng, len(tetes) + reserve)
    personnes = noms.Personnes(rng, len(tetes))
    tirages = rng.random((len(tetes), 5)).tolist()
    rangs_noms = rng.integers(0, len(noms.COMPLEMENTS), len(tetes)).tolist()
    unites = {}
    for rang, tete in enumerate(tetes.tolist()):
        activite = ACTIVITES[vies.activite[tete]]
        famille = activite.famille
        t = tirages[rang]
        creation = int(vies.creation[tete])
        categorie = _categorie(famille.nom, famille.part_association, bool(individuels[tete]), creation, t[0])
        unite = Unite(siren_fictif(numeros[rang]), categorie, famille.nom, activite.naf, creation=creation)
        if unite.physique:
            unite.sexe, unite.prenom, unite.prenom2, unite.nom, unite.nom_usage = personnes.personne(rang)
        else:
            unite.denomination = noms.raison_sociale(famille.debuts[int(t[1] * len(famille.debuts))], rangs_noms[rang])
            unite.sigle = noms.sigle(unite.denomination) if t[2] < 0.09 else ""
            if categorie in ("9220", "9210"):
                unite.association = f"W219{int(t[3] * 1e6):06d}" if t[4] < 0.7 else ""
            unite.ess = "O" if categorie.startswith("92") or t[4] > 0.985 else "N"
            unite.mission = "O" if t[4] > 0.996 else ""
        unites[tete] = unite
    return unites


def peupler(rng: np.random.Generator, vies: Vies, mouvements: Mouvements, individuels: np.ndarray) -> Territoire:
    """Unités et établissements du territoire, leurs sièges et leurs liens hors du territoire."""
    tete_de = racines(mouvements.parent, vies.creation)
    tetes = np.unique(tete_de)
    reserve = len(mouvements.entrants) + len(tetes) // 40 + 4000
    unites = _unites(rng, vies, tetes, individuels, reserve)
    etablissements = []
    for rang in range(len(vies.creation)):
        fermeture = int(vies.fermeture[rang])
        etablissement = Etablissement(
            unites[int(tete_de[rang])],
            int(vies.activite[rang]),
            int(vies.creation[rang]),
            None if fermeture == JAMAIS else fermeture,
            interruption=mouvements.interruptions.get(rang),
        )
        etablissement.unite.etablissements.append(etablissement)
        etablissements.append(etablissement)
    return Territoire(list(unites.values()), etablissements)


def relier(rng: np.random.Generator, territoire: Territoire, mouvements: Mouvements, part_sans_lien: float) -> None:
    """Liens de succession des transferts et reprises ; une part des transferts n'en a pas."""
    e = territoire.etablissements
    for ancien, nouveau in mouvements.internes:
        if rng.random() >= part_sans_lien:
            _lier(rng, territoire, e[ancien], e[nouveau], siege=rng.random() < 0.8, continuite=True)
    for ancien, nouveau in mouvements.reprises:
        if e[ancien].unite is not e[nouveau].unite:
            _lier(rng, territoire, e[ancien], e[nouveau], siege=False, continuite=rng.random() < 0.75)
    for nouveau in mouvements.entrants:
        if e[nouveau].creation > INCONNUE + 1000:
            naissance = e[nouveau].creation - int(rng.integers(200, 4000))
            dehors = ajouter_dehors(
                rng, territoire, e[nouveau].unite, naissance, e[nouveau].creation, e[nouveau].activite
            )
            if rng.random() >= part_sans_lien:
                _lier(rng, territoire, dehors, e[nouveau], siege=True, continuite=True)
    for ancien in mouvements.sortants:
        jour = e[ancien].fermeture or e[ancien].creation
        dehors = ajouter_dehors(rng, territoire, e[ancien].unite, jour, None, e[ancien].activite)
        if rng.random() >= part_sans_lien:
            _lier(rng, territoire, e[ancien], dehors, siege=True, continuite=True)


def _lier(
    rng: np.random.Generator,
    territoire: Territoire,
    ancien: Etablissement,
    nouveau: Etablissement,
    *,
    siege: bool,
    continuite: bool,
) -> None:
    traitement = min(ARRET, nouveau.creation + int(rng.integers(4, 60)))
    territoire.successions.append(Succession(ancien, nouveau, nouveau.creation, siege, continuite, traitement))


def ajouter_dehors(
    rng: np.random.Generator, territoire: Territoire, unite: Unite, creation: int, fermeture: int | None, activite: int
) -> Etablissement:
    """Établissement d'une unité hors du territoire, dans une commune réelle voisine ou lointaine."""
    code, libelle, code_postal = COMMUNES_HORS[int(rng.random() ** 1.6 * len(COMMUNES_HORS))]
    dehors = Etablissement(
        unite, activite, creation, fermeture, commune=code, libelle_commune=libelle, code_postal=code_postal
    )
    unite.etablissements.append(dehors)
    unite.creation = min(unite.creation, creation)
    territoire.etablissements.append(dehors)
    return dehors


def ajouter_sieges_et_voisins(rng: np.random.Generator, territoire: Territoire, taille: float) -> None:
    """Sièges extérieurs de réseaux présents ici, et unités sans lien avec le territoire."""
    reseaux = [u for u in territoire.unites if not u.physique and len(u.etablissements) > 1 and rng.random() < 0.14]
    for unite in reseaux:
        premier = min(unite.etablissements, key=lambda e: e.creation)
        for rang in range(1 + int(rng.random() * 2.2)):
            creation = (
                premier.creation - int(rng.integers(300, 3000)) if premier.creation > INCONNUE + 8000 else INCONNUE
            )
            ajouter_dehors(rng, territoire, unite, creation + 400 * rang, None, premier.activite)
    for rang in range(max(3, round(2600 * taille))):
        activite = int(rng.integers(0, len(ACTIVITES)))
        famille = ACTIVITES[activite].famille
        creation = ARRET - int(rng.integers(60, 7000))
        # Les rangs 500 000 et suivants restent libres : les numéros du territoire n'y vont pas.
        unite = Unite(siren_fictif(500_000 + rang), "5710", famille.nom, ACTIVITES[activite].naf, creation=creation)
        unite.denomination = noms.raison_sociale(famille.debuts[0], int(rng.integers(0, len(noms.COMPLEMENTS))))
        territoire.unites.append(unite)
        fermeture = creation + int(rng.integers(30, 5000))
        ajouter_dehors(rng, territoire, unite, creation, fermeture if fermeture < ARRET else None, activite)


def situer(rng: np.random.Generator, territoire: Territoire, plan: Plan) -> None:
    """Communes aux totaux visés, puis rues, numéros et positions."""
    ici = [e for e in territoire.etablissements if not e.commune]
    ouverts = [rang for rang, e in enumerate(ici) if e.fermeture is None]
    fermes = [rang for rang, e in enumerate(ici) if e.fermeture is not None]
    choix = np.empty(len(ici), dtype=np.int64)
    for rangs, parts in ((ouverts, [c.actifs for c in COMMUNES]), (fermes, [c.total - c.actifs for c in COMMUNES])):
        bornes = np.round(np.cumsum(parts) / sum(parts) * len(rangs)).astype(int)
        communes = np.searchsorted(bornes, np.arange(len(rangs)), side="right")
        choix[rangs] = rng.permutation(np.minimum(communes, len(COMMUNES) - 1))
    familles = [ACTIVITES[e.activite].famille.nom for e in ici]
    voies = plan.tirer_voies(rng, [COMMUNES[c].code for c in choix.tolist()], familles)
    positions = np.round(plan.positions(rng, voies), 6)
    xs, ys = lambert93(positions[:, 0], positions[:, 1])
    for rang, e in enumerate(ici):
        commune = COMMUNES[choix[rang]]
        e.commune, e.libelle_commune, e.code_postal = commune.code, commune.libelle, commune.code_postal
        e.lon, e.lat = float(positions[rang, 0]), float(positions[rang, 1])
        e.x, e.y = round(float(xs[rang]), 2), round(float(ys[rang]), 2)
        _adresser(e, plan, int(voies[rang]))
    dehors = [e for e in territoire.etablissements if e.lon == 0.0]
    for e, tirage in zip(dehors, rng.random(len(dehors)).tolist(), strict=True):
        liste = plan.ordinaires[e.commune]
        _adresser(e, plan, liste[int(tirage * len(liste))])
    tirages = rng.random((len(territoire.etablissements), 3))
    for e, (a, b, c) in zip(territoire.etablissements, tirages.tolist(), strict=True):
        e.numero = str(1 + int(a * a * 180)) if b < 0.96 else ""
        e.indice = ("B", "T", "A")[int(c * 3)] if b < 0.04 else ""
        e.complement = COMPLEMENTS[int(c * len(COMPLEMENTS))] if 0.2 < b < 0.3 else ""
        e.qualite = "11" if c < 0.78 else "12" if c < 0.88 else "21" if c < 0.94 else "22" if c < 0.975 else "33"


def _adresser(e: Etablissement, plan: Plan, rang: int) -> None:
    voie = plan.voies[rang]
    e.type_voie, e.voie, e.code_voie = voie.type, voie.libelle, voie.code


def numeroter(territoire: Territoire) -> None:
    """NIC dans l'ordre de création, siège et dates de chaque unité."""
    for unite in territoire.unites:
        unite.etablissements.sort(key=lambda e: e.creation)
        for rang, e in enumerate(unite.etablissements, start=1):
            e.nic = nic_valide(unite.siren, rang)
        ouverts = [e for e in unite.etablissements if e.fermeture is None]
        exterieurs = [e for e in ouverts if not e.dans_le_territoire]
        derniers = sorted(unite.etablissements, key=lambda e: (e.fermeture or 0, e.creation))
        siege = (exterieurs or ouverts or derniers[-1:])[0]
        unite.rang_siege = next(rang for rang, e in enumerate(unite.etablissements) if e is siege)
        unite.creation = unite.etablissements[0].creation
        if not ouverts:
            unite.cessation = derniers[-1].fermeture


def restreindre_diffusion(rng: np.random.Generator, territoire: Territoire) -> None:
    """Diffusion partielle : surtout des personnes physiques, quelques sociétés, quelques adresses seules."""
    tirages = rng.random((len(territoire.unites), 3))
    for unite, (a, b, c) in zip(territoire.unites, tirages.tolist(), strict=True):
        active = unite.cessation is None
        part = PART_DIFFUSION_PARTIELLE_ACTIFS if active else PART_DIFFUSION_PARTIELLE_FERMES
        part *= 1.62 if unite.physique else 0.32
        if a < part:
            unite.diffusion = "P"
            for e in unite.etablissements:
                e.diffusion = "P"
                # Quelques lignes oublient les marqueurs [ND] : le produit doit masquer quand même.
                e.marqueurs = b > 0.002
        elif b < 0.004 and len(unite.etablissements) > 1:
            unite.etablissements[int(c * len(unite.etablissements))].diffusion = "P"

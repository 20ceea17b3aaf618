"""Annonces du BODACC : de trois formats officiels aux mêmes lignes.

Formats lus : enregistrements JSON du jeu « annonces-commerciales » (versions 1 et 2.1 de l'interface), son export
CSV (`;`), et les fichiers XML quotidiens RCS-A, RCS-B et PCL de la DILA. Un nom de personne n'est jamais retenu.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from tissu.registre.choices import TypeEvenement
from tissu.socle.identifiants import siren_valide

SCHEMA: Mapping[str, str] = {
    "id": "string",
    "siren": "string",
    "famille": "string",
    "type_avis": "string",
    "date_parution": "date",
    "date_effet": "date",
    "nature": "string",
    "tribunal": "string",
    "annulee": "boolean",
    "texte": "string",
    "evenement": "string",
    "id_precedent": "string",
}
"""Colonnes des lignes rendues. `evenement` : ce que l'annonce est pour la fiche 7, ou None ; `id_precedent` :
l'annonce qu'un rectificatif ou une annulation vise. `annulee` est posée au croisement, qui voit tout l'ensemble."""

ANNONCE, RECTIFICATIF, ANNULATION = "annonce", "rectificatif", "annulation"
TYPES_QUI_REMPLACENT = (RECTIFICATIF, ANNULATION)
RADIATION, COLLECTIVE = "radiation", "collective"
TRANSFERT_HORS_RESSORT = "transfert du siege hors ressort"

# Premier mot trouvé : « conversion en liquidation de la procédure de sauvegarde » est une liquidation.
PROCEDURES = ("liquidation judiciaire", "redressement judiciaire", "sauvegarde")
PHASES_RETENUES = re.compile(
    r"\b(ouverture|extension|conversion|resolution du plan|ouvrant une procedure|jugement prononcant)\b"
)
"""Ouvertures, extensions et conversions font un événement ; plans, clôtures, dépôts et listes n'en font pas."""
PHASES_ECARTEES = re.compile(r"\b(cloture|liste des creances|depot|infirmant|retablissement professionnel)\b")

MOIS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre",
        "novembre", "decembre")  # fmt: skip


class BodaccIllisible(ValueError):
    """Le fichier n'est pas une publication du BODACC dans un format connu."""


def lire(chemin: Path) -> Iterator[dict[str, Any]]:
    """Les annonces d'un fichier, normalisées (voir `SCHEMA`). Lève `BodaccIllisible` en disant quoi fournir."""
    lecteurs = {".json": _lire_json, ".csv": _lire_csv, ".xml": _lire_xml}
    lecteur = lecteurs.get(chemin.suffix.lower())
    if lecteur is None:
        raise BodaccIllisible(f"{chemin.name} : le BODACC se lit en .json, .csv ou .xml.")
    try:
        yield from lecteur(chemin)
    except (json.JSONDecodeError, ElementTree.ParseError, expat.ExpatError, UnicodeDecodeError) as erreur:
        raise BodaccIllisible(f"{chemin.name} n'est pas lisible ({erreur}) : téléchargez-le de nouveau.") from erreur


def normaliser(avis: Mapping[str, Any]) -> dict[str, Any] | None:
    """Une annonce du jeu « annonces-commerciales » en ligne de `SCHEMA` ; None si aucun SIREN n'y est lisible."""
    siren = _siren(avis)
    identifiant = avis.get("id")
    if not siren or not identifiant:
        return None
    famille = _texte(avis.get("familleavis"))
    jugement = _objet(avis.get("jugement"))
    radiation = _objet(avis.get("radiationaurcs"))
    nature = _texte(jugement.get("nature")) or _texte(avis.get("familleavis_lib")) or famille
    complement = _texte(jugement.get("complementJugement"))
    commentaire = _texte(radiation.get("commentaire"))
    type_avis = _type_avis(avis, jugement)
    return {
        "id": str(identifiant),
        "siren": siren,
        "famille": famille,
        "type_avis": type_avis,
        "date_parution": lire_date(avis.get("dateparution")),
        "date_effet": lire_date(jugement.get("date")) or _date_cessation(radiation),
        "nature": nature,
        "tribunal": _texte(avis.get("tribunal")),
        "annulee": type_avis == ANNULATION,
        "texte": " ".join(filter(None, (complement, commentaire))) or None,
        "evenement": _evenement(famille, type_avis, nature, complement, commentaire),
        "id_precedent": _identifiant_vise(_objet(avis.get("parutionavisprecedent"))),
    }


def reparer(texte: str) -> str:
    """Défait un UTF-8 lu comme du Latin-1 (« clÃ´ture ») et le « GAAAreffe » de certaines publications."""
    if re.search(r"[ÃÂâ]", texte):
        for encodage in ("cp1252", "latin-1"):
            try:
                texte = texte.encode(encodage).decode("utf-8")
                break
            except UnicodeError:
                continue
    return re.sub(r"\bGA{2,}reffe\b", "Greffe", texte)


def lire_date(valeur: object) -> date | None:
    """« 2022-11-23 », « 2022-11-23T… » ou « 23 novembre 2022 » ; None si ce n'est pas une date plausible."""
    texte = _sans_accent(str(valeur or "")).strip().lower()
    iso = re.match(r"(\d{4})-(\d{2})-(\d{2})", texte)
    lettres = re.match(r"(?:le )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})", texte)
    try:
        if iso:
            jour = date(int(iso[1]), int(iso[2]), int(iso[3]))
        elif lettres and lettres[2] in MOIS:
            jour = date(int(lettres[3]), MOIS.index(lettres[2]) + 1, int(lettres[1]))
        else:
            return None
    except ValueError:
        return None
    return jour if 1900 < jour.year < 2100 else None


# --- Lecture des formats ---


def _lire_json(chemin: Path) -> Iterator[dict[str, Any]]:
    contenu = json.loads(chemin.read_text(encoding="utf-8-sig"))
    if isinstance(contenu, dict):
        contenu = contenu.get("records") or contenu.get("results") or []
    if not isinstance(contenu, list):
        raise BodaccIllisible(f"{chemin.name} : ni « records » ni « results », ce n'est pas un export du BODACC.")
    yield from _normaliser_tous(avis.get("fields", avis) for avis in contenu)


def _lire_csv(chemin: Path) -> Iterator[dict[str, Any]]:
    with chemin.open(encoding="utf-8-sig", newline="") as fichier:
        lignes = csv.DictReader(fichier, delimiter=";")
        if not {"id", "registre", "familleavis"} <= set(lignes.fieldnames or ()):
            raise BodaccIllisible(f"{chemin.name} : il manque une colonne parmi id, registre, familleavis.")
        yield from _normaliser_tous(lignes)


def _lire_xml(chemin: Path) -> Iterator[dict[str, Any]]:
    brut = chemin.read_bytes()
    _refuser_entites(brut, chemin.name)
    racine = ElementTree.fromstring(brut)  # noqa: S314 - entités refusées juste au-dessus
    parution = _contenu(racine, "parution") or ""
    date_parution = _contenu(racine, "dateParution")
    lettre = "B" if racine.tag.upper().startswith("RCS-B") or "RCS-B" in chemin.name.upper() else "A"
    avis = [noeud for balise in ("avis", "annonce") for noeud in racine.iter(balise) if len(noeud)]
    yield from _normaliser_tous(_avis_xml(noeud, lettre, parution, date_parution) for noeud in avis)


def _refuser_entites(brut: bytes, nom: str) -> None:
    """Une déclaration de type permet des entités qui se multiplient sans fin ou lisent d'autres fichiers.

    C'est l'analyseur qui la reconnaît : cherchée dans les octets, elle se cacherait sous un autre encodage.
    """

    def refuser(*declaration: object) -> None:
        raise BodaccIllisible(f"{nom} : déclaration d'entités refusée.")

    analyseur = expat.ParserCreate()
    analyseur.StartDoctypeDeclHandler = refuser
    analyseur.EntityDeclHandler = refuser
    analyseur.Parse(brut, True)


def _avis_xml(noeud: ElementTree.Element, lettre: str, parution: str, date_parution: str | None) -> dict[str, Any]:
    """Un avis XML sous les noms de champs du jeu « annonces-commerciales »."""
    radiation = noeud.find("radiationAuRCS")
    jugement = noeud.find("jugement")
    famille = RADIATION if radiation is not None else COLLECTIVE if jugement is not None else "autre"
    type_annonce = noeud.find("typeAnnonce")
    return {
        "id": f"{lettre}{parution}{_contenu(noeud, 'numeroAnnonce') or ''}",
        "registre": _contenu(noeud, "numeroIdentificationRCS") or _contenu(noeud, "numeroIdentification"),
        "familleavis": famille,
        "familleavis_lib": "Radiations" if famille == RADIATION else None,
        "typeavis": type_annonce[0].tag if type_annonce is not None and len(type_annonce) else ANNONCE,
        "dateparution": date_parution,
        "tribunal": _contenu(noeud, "tribunal"),
        "jugement": _enfants(jugement),
        "radiationaurcs": _enfants(radiation),
        "parutionavisprecedent": _enfants(noeud.find("parutionAvisPrecedent")),
    }


def _contenu(noeud: ElementTree.Element, balise: str) -> str | None:
    trouve = noeud.find(f".//{balise}")
    return trouve.text.strip() if trouve is not None and trouve.text else None


def _enfants(noeud: ElementTree.Element | None) -> dict[str, Any]:
    if noeud is None:
        return {}
    return {fils.tag: _enfants(fils) if len(fils) else (fils.text or "").strip() for fils in noeud}


def _normaliser_tous(avis: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for un_avis in avis:
        ligne = normaliser(un_avis)
        if ligne is not None:
            yield ligne


# --- Champs ---


def _texte(valeur: object) -> str | None:
    texte = reparer(str(valeur)).strip() if valeur not in (None, "") else ""
    return re.sub(r"\s+", " ", texte) or None


def _objet(valeur: object) -> Mapping[str, Any]:
    """Un champ qui est tantôt un objet, tantôt un objet écrit en texte."""
    if isinstance(valeur, str) and valeur.strip().startswith("{"):
        try:
            valeur = json.loads(valeur)
        except json.JSONDecodeError:
            return {}
    return valeur if isinstance(valeur, Mapping) else {}


def _siren(avis: Mapping[str, Any]) -> str | None:
    registre = avis.get("registre") or ""
    candidats = registre if isinstance(registre, list) else str(registre).split(",")
    personnes = _objet(avis.get("listepersonnes")).get("personne") or {}
    for personne in personnes if isinstance(personnes, list) else [personnes]:
        candidats = [*candidats, _objet(_objet(personne).get("numeroImmatriculation")).get("numeroIdentification")]
    for candidat in candidats:
        chiffres = re.sub(r"\D", "", str(candidat or ""))
        if len(chiffres) == 9 and siren_valide(chiffres):
            return chiffres
    return None


def _type_avis(avis: Mapping[str, Any], jugement: Mapping[str, Any]) -> str:
    """Une rétractation sur tierce opposition efface le jugement qu'elle vise, comme une annulation."""
    if "retractation" in _sans_accent(str(jugement.get("famille") or "")).lower():
        return ANNULATION
    libelle = _sans_accent(str(avis.get("typeavis") or ANNONCE)).lower()
    return next((connu for connu in TYPES_QUI_REMPLACENT if libelle.startswith(connu)), ANNONCE)


def _evenement(
    famille: str | None, type_avis: str, nature: str | None, complement: str | None, commentaire: str | None
) -> str | None:
    if type_avis == ANNULATION:
        return None
    if famille == RADIATION:
        return _evenement_de_radiation(type_avis, commentaire)
    if famille == COLLECTIVE and procedure(nature, complement):
        return TypeEvenement.PROCEDURE_COLLECTIVE.value
    return None


def _evenement_de_radiation(type_avis: str, commentaire: str | None) -> str | None:
    """Un siège qui change de ressort est radié d'un greffe sans que l'unité s'arrête ; le rapport d'une
    radiation d'office est publié comme un rectificatif, et l'efface."""
    dit = _sans_accent(commentaire or "").lower()
    if TRANSFERT_HORS_RESSORT in dit:
        return None
    if type_avis == RECTIFICATIF and "rapport" in dit and "radiation" in dit:
        return None
    return TypeEvenement.RADIATION_RCS.value


def procedure(nature: str | None, complement: str | None) -> str | None:
    """La procédure qu'un jugement ouvre, étend ou convertit ; None s'il n'en ouvre pas.

    Un « autre jugement » ne dit la procédure que dans son complément.
    """
    dit = _sans_accent(nature or "").lower()
    if PHASES_ECARTEES.search(dit) or not PHASES_RETENUES.search(dit):
        return None
    if dit.startswith("autre jugement"):
        dit = _sans_accent(complement or "").lower()
    return next((nom for nom in PROCEDURES if nom in dit), None)


def _date_cessation(radiation: Mapping[str, Any]) -> date | None:
    physique = _objet(radiation.get("radiationPP"))
    return lire_date(radiation.get("dateCessationActivitePP") or physique.get("dateCessationActivitePP"))


def _identifiant_vise(precedent: Mapping[str, Any]) -> str | None:
    """L'identifiant de l'annonce visée : lettre de la publication, numéro de parution, numéro d'annonce."""
    publication = str(precedent.get("nomPublication") or "").split()
    parution, numero = precedent.get("numeroParution"), precedent.get("numeroAnnonce")
    if not publication or not parution or not numero:
        return None
    return f"{publication[-1]}{parution}{numero}"


def _sans_accent(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte)
    return "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))

"""Une alerte au format CAP 1.2 (OASIS) : l'écrire, la relire, refuser ce qui est hostile ou n'est pas pour nous."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from xml.parsers import expat

from tissu.actions.alerte_commerce.choices import TypeAlerte

ESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
TAILLE_AU_PLUS = 2_000_000
PROFONDEUR_AU_PLUS = 20
RAYON_AU_PLUS_KM = 100
INTERDITS_D_UN_IDENTIFIANT = set(" ,<&\t\n\r")
"""Une référence s'écrit « émetteur,identifiant,date », séparée des autres par une espace (CAP 1.2, § 3.2.1)."""
RESTRICTION = "Commerces adhérents d'Alerte Commerce"
TYPES = {
    TypeAlerte.ALERTE: "Alert", TypeAlerte.MISE_A_JOUR: "Update", TypeAlerte.ANNULATION: "Cancel",
    TypeAlerte.LEVEE: "Update",
}  # fmt: skip
FIN = "AllClear"


class CapRefuse(ValueError):
    """Ce fichier n'est pas un message CAP que l'on peut reprendre ; le message dit pourquoi."""


@dataclass(frozen=True)
class Cercle:
    lon: float
    lat: float
    km: float


@dataclass(frozen=True)
class MessageCap:
    """Un message. `references` : (émetteur, identifiant, envoi) ; `parametres` : ce que CAP ne sait pas dire."""

    identifiant: str
    emetteur: str
    envoye_le: datetime
    type: TypeAlerte
    evenement: str
    lieu: str
    fait_le: datetime | None = None
    expire_le: datetime | None = None
    titre: str = ""
    description: str = ""
    conseil: str = ""
    references: tuple[tuple[str, str, datetime], ...] = ()
    cercle: Cercle | None = None
    polygone: tuple[tuple[float, float], ...] = ()
    parametres: Mapping[str, str] = field(default_factory=dict)


def ecrire(message: MessageCap) -> bytes:
    """Le XML de ce message."""
    ET.register_namespace("", ESPACE)
    racine = ET.Element(f"{{{ESPACE}}}alert")
    _poser(racine, (
        ("identifier", message.identifiant), ("sender", message.emetteur), ("sent", _date(message.envoye_le)),
        ("status", "Actual"), ("msgType", TYPES[message.type]), ("scope", "Restricted"), ("restriction", RESTRICTION),
        ("references", " ".join(f"{qui},{quoi},{_date(quand)}" for qui, quoi, quand in message.references)),
    ))  # fmt: skip
    info = ET.SubElement(racine, f"{{{ESPACE}}}info")
    _poser(info, (
        ("language", "fr-FR"), ("category", "Security"), ("event", message.evenement),
        ("responseType", FIN if message.type == TypeAlerte.LEVEE else "Monitor"),
        ("urgency", "Past" if message.type == TypeAlerte.LEVEE else "Immediate"), ("severity", "Moderate"),
        ("certainty", "Observed"), ("onset", _date(message.fait_le) if message.fait_le else ""),
        ("expires", _date(message.expire_le) if message.expire_le else ""),
        ("headline", message.titre), ("description", message.description), ("instruction", message.conseil),
    ))  # fmt: skip
    for nom, valeur in sorted(message.parametres.items()):
        _poser(ET.SubElement(info, f"{{{ESPACE}}}parameter"), (("valueName", nom), ("value", valeur)))
    cercle, polygone = message.cercle, message.polygone
    _poser(ET.SubElement(info, f"{{{ESPACE}}}area"), (
        ("areaDesc", message.lieu),
        ("polygon", " ".join(f"{lat},{lon}" for lon, lat in (*polygone, *polygone[:1]))),
        ("circle", f"{cercle.lat},{cercle.lon} {cercle.km}" if cercle else ""),
    ))  # fmt: skip
    return ET.tostring(racine, encoding="utf-8", xml_declaration=True)


def _poser(parent: ET.Element, champs: tuple[tuple[str, str], ...]) -> None:
    for nom, valeur in champs:
        if valeur:
            ET.SubElement(parent, f"{{{ESPACE}}}{nom}").text = valeur


def _date(moment: datetime) -> str:
    """CAP veut un décalage en chiffres, sans fraction de seconde."""
    return moment.replace(microsecond=0).isoformat()


def lire(octets: bytes) -> MessageCap:
    """Le message d'un fichier. Lève `CapRefuse`."""
    if len(octets) > TAILLE_AU_PLUS:
        raise CapRefuse("Ce fichier est trop gros pour une alerte (2 Mo au plus).")
    _refuser_l_hostile(octets)
    racine = ET.fromstring(octets)  # noqa: S314  (ni type de document ni entité : refusés à la ligne d'avant)
    if racine.tag != f"{{{ESPACE}}}alert":
        raise CapRefuse("Ce fichier n'est pas un message CAP 1.2.")
    infos = racine.findall(f"{{{ESPACE}}}info")
    premier = infos[0] if infos else None
    info = next((une for une in infos if _texte(une, "language").lower().startswith("fr")), premier)
    if info is None:
        raise CapRefuse("Ce message ne dit rien : il n'a pas de bloc « info ».")
    if _texte(racine, "status") != "Actual":
        raise CapRefuse(f"Ce message est « {_texte(racine, 'status')} » : seul un message réel se reprend.")
    if "Security" not in [un.text for un in info.findall(f"{{{ESPACE}}}category")]:
        raise CapRefuse("Ce message n'est pas de la catégorie « Security ».")
    try:
        return _composer(racine, info)
    except CapRefuse:
        raise
    except (ValueError, IndexError) as faute:
        raise CapRefuse(f"Une date ou une position de ce message ne se lit pas ({faute}).") from faute


def _refuser_l_hostile(octets: bytes) -> None:
    """Aucune déclaration de type, donc aucune entité : ni bombe, ni lecture de fichiers ; ni empilement sans fin."""
    ouverts = 0

    def refuser(*args: object) -> None:
        raise CapRefuse("Ce fichier déclare un type de document ou des entités : il est refusé.")

    def descendre(*args: object) -> None:
        nonlocal ouverts
        ouverts += 1
        if ouverts > PROFONDEUR_AU_PLUS:
            raise CapRefuse("Ce fichier emboîte trop d'éléments pour une alerte : il est refusé.")

    def remonter(*args: object) -> None:
        nonlocal ouverts
        ouverts -= 1

    lecteur = expat.ParserCreate()
    lecteur.StartElementHandler, lecteur.EndElementHandler = descendre, remonter
    lecteur.StartDoctypeDeclHandler = refuser
    lecteur.EntityDeclHandler = refuser
    try:
        lecteur.Parse(octets, True)
    except expat.ExpatError as faute:
        raise CapRefuse(f"Ce fichier n'est pas du XML bien écrit (ligne {faute.lineno}).") from faute
    except CapRefuse:
        raise
    except (LookupError, ValueError) as faute:
        raise CapRefuse("Ce fichier annonce un codage de caractères inconnu : enregistrez-le en UTF-8.") from faute


def _composer(racine: ET.Element, info: ET.Element) -> MessageCap:
    zone = info.find(f"{{{ESPACE}}}area")
    cercle, polygone = _texte(zone, "circle"), _texte(zone, "polygon")
    fait, expire = _texte(info, "onset"), _texte(info, "expires")
    return MessageCap(
        identifiant=_nom(racine, "identifier"), emetteur=_nom(racine, "sender"),
        envoye_le=_lire_date(_exiger(racine, "sent")), type=_type(racine, info), evenement=_exiger(info, "event"),
        lieu=_texte(zone, "areaDesc"), fait_le=_lire_date(fait) if fait else None,
        expire_le=_lire_date(expire) if expire else None, titre=_texte(info, "headline"),
        description=_texte(info, "description"), conseil=_texte(info, "instruction"),
        references=tuple(_reference(une) for une in _texte(racine, "references").split()),
        cercle=_cercle(cercle) if cercle else None, polygone=_polygone(polygone) if polygone else (),
        parametres={
            _exiger(un, "valueName"): _texte(un, "value") for un in info.findall(f"{{{ESPACE}}}parameter")
        },
    )  # fmt: skip


def _type(racine: ET.Element, info: ET.Element) -> TypeAlerte:
    dit = _texte(racine, "msgType")
    if dit == "Update" and _texte(info, "responseType") == FIN:
        return TypeAlerte.LEVEE
    for type_, mot in TYPES.items():
        if mot == dit:
            return type_
    raise CapRefuse(f"Ce message est de type « {dit} » : seuls Alert, Update et Cancel se lisent.")


def _reference(texte: str) -> tuple[str, str, datetime]:
    emetteur, identifiant, envoi = texte.split(",")
    return emetteur, identifiant, _lire_date(envoi)


def _lire_date(texte: str) -> datetime:
    moment = datetime.fromisoformat(texte)
    if moment.tzinfo is None:
        raise CapRefuse(f"La date « {texte} » n'a pas de fuseau horaire.")
    return moment


def _cercle(texte: str) -> Cercle:
    point, km = texte.split()
    lon, lat = _point(point)
    rayon = float(km)
    if not 0 <= rayon <= RAYON_AU_PLUS_KM:
        raise ValueError(f"rayon « {km} »")
    return Cercle(lon, lat, rayon)


def _polygone(texte: str) -> tuple[tuple[float, float], ...]:
    """Les sommets, sans le dernier qui redit le premier."""
    points = tuple(_point(sommet) for sommet in texte.split())
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError("le contour ne se referme pas sur trois sommets au moins")
    return points[:-1]


def _point(texte: str) -> tuple[float, float]:
    """« lat,lon » en degrés ; rend (lon, lat)."""
    lat, lon = (float(morceau) for morceau in texte.split(","))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"position « {texte} »")
    return lon, lat


def _texte(parent: ET.Element | None, nom: str) -> str:
    trouve = parent.find(f"{{{ESPACE}}}{nom}") if parent is not None else None
    return (trouve.text or "").strip() if trouve is not None else ""


def _exiger(parent: ET.Element, nom: str) -> str:
    valeur = _texte(parent, nom)
    if not valeur:
        raise CapRefuse(f"Il manque « {nom} » à ce message.")
    return valeur


def _nom(racine: ET.Element, champ: str) -> str:
    """Un identifiant que les références peuvent redire."""
    valeur = _exiger(racine, champ)
    if len(valeur) > 200 or INTERDITS_D_UN_IDENTIFIANT & set(valeur):
        raise CapRefuse(f"« {champ} » ne peut porter ni espace ni virgule, ni passer 200 signes : « {valeur[:60]} ».")
    return valeur

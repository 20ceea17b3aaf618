"""Les parties de la note qui décrivent la zone d'un projet, chaque chiffre menant à ses locaux."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import shapely
from django.urls import reverse

from tissu.actions.observatoire_commerce.publications.locaux import SOURCE, lien_lignes
from tissu.actions.observatoire_commerce.queries.cdac import Densite, Etude
from tissu.actions.observatoire_commerce.queries.chalandise import Filtre, Zone, lignes
from tissu.cartes.selection import Cercle, contour_du_cercle
from tissu.locaux.nomenclatures import libelle_famille
from tissu.publications.contenu import (
    Bloc,
    Chiffre,
    Chiffres,
    Colonne,
    Figure,
    Liste,
    Nature,
    Paragraphe,
    Section,
    Tableau,
)
from tissu.publications.plans import plan_d_un_lieu
from tissu.socle.formats import nombre, pluriel, pourcentage

METRES_PAR_DEGRE_DE_LATITUDE = 111_200


def zone_de(etude: Etude) -> Zone:
    """La zone d'un projet placé."""
    assert etude.zone is not None
    return etude.zone


# --- La zone ---


def section_zone(etude: Etude) -> Section:
    """Ce qu'est la zone, ce qu'elle contient, et son plan."""
    zone, total = zone_de(etude), etude.total
    chiffres = [
        Chiffre("Locaux", total.locaux, adresse=lien_lignes(etude, quoi="locaux")),
        Chiffre("Occupés", total.occupes, adresse=lien_lignes(etude, quoi="occupes")),
        Chiffre(
            "Vacants", total.vacants, comparaison=f"{pourcentage(total.taux)} des locaux",
            adresse=lien_lignes(etude, quoi="vacants"),
        ),
        Chiffre(
            "Surface connue", total.surface, unite="m²",
            comparaison=f"pour {nombre(total.mesures)} locaux sur {nombre(total.locaux)}",
            adresse=lien_lignes(etude, quoi="locaux"),
        ),
    ]  # fmt: skip
    blocs: list[Bloc] = [Paragraphe(description_de_la_zone(zone)), Chiffres(chiffres), _tableau_anneaux(etude)]
    if total.locaux:
        blocs.append(_plan(etude))
    return Section("zone", "La zone", blocs)


def description_de_la_zone(zone: Zone) -> str:
    """Ce que la zone est, et ce qu'elle n'est pas."""
    if zone.perimetre is not None:
        texte = f"La zone est le périmètre fourni, « {zone.projet.perimetre_nom} », découpé en anneaux à vol d'oiseau."
    else:
        rayons = ", ".join(f"{nombre(anneau.maxi)} m" for anneau in zone.anneaux)
        texte = (
            f"La zone est faite d'anneaux à vol d'oiseau autour du projet ({rayons}) : une approximation, sans temps "
            "de trajet, faute de périmètre fourni."
        )
    if zone.projet.precision_position:
        precision = zone.projet.precision_position
        texte += f" Position du projet : {precision[:1].lower()}{precision[1:]}."
    if zone.sans_position:
        combien = pluriel(
            zone.sans_position, "local sans position n'est pas compté", "locaux sans position ne sont pas comptés"
        )
        texte += f" Dans tout le territoire, {combien}."
    return texte


def _tableau_anneaux(etude: Etude) -> Tableau:
    lignes_ = [
        {
            "anneau": anneau.libelle,
            **comptes_affiches(etude, etude.par_anneau[anneau.rang], anneau.rang),
        }
        for anneau in zone_de(etude).anneaux
    ]
    return Tableau(
        "anneaux",
        "Les locaux, anneau par anneau",
        [
            Colonne("anneau", "Distance"),
            Colonne("locaux", "Locaux", Nature.NOMBRE, adresse="locaux_lien"),
            Colonne("occupes", "Occupés", Nature.NOMBRE, adresse="occupes_lien"),
            Colonne("vacants", "Vacants", Nature.NOMBRE, adresse="vacants_lien"),
            Colonne("taux", "Vacance", Nature.TAUX),
            Colonne("surface", "Surface connue (m²)", Nature.NOMBRE),
            Colonne("mesures", "Locaux mesurés", Nature.NOMBRE),
        ],
        lignes_,
        total={"anneau": "Toute la zone", **comptes_affiches(etude, etude.total, None)},
        source=SOURCE,
    )


def comptes_affiches(etude: Etude, comptes: Any, anneau: int | None) -> dict[str, Any]:
    """Les comptes d'un ensemble de locaux, et l'adresse des lignes de chacun."""
    return {
        "locaux": comptes.locaux,
        "occupes": comptes.occupes,
        "vacants": comptes.vacants,
        "taux": comptes.taux,
        "surface": comptes.surface,
        "mesures": comptes.mesures,
        "surface_vacante": comptes.surface_vacante,
        "vacants_mesures": comptes.vacants_mesures,
        "structurels": comptes.structurels,
    } | {f"{quoi}_lien": lien_lignes(etude, quoi=quoi, anneau=anneau) for quoi in ("locaux", "occupes", "vacants")}


def _plan(etude: Etude) -> Figure:
    zone, projet = zone_de(etude), etude.projet
    lon, lat = float(projet.lon or 0), float(projet.lat or 0)
    rayons = [anneau.maxi for anneau in zone.anneaux if anneau.maxi]
    contours = [contour_du_cercle(Cercle(lon, lat, rayon)) for rayon in reversed(rayons)]
    if zone.perimetre is not None:
        contours = [zone.perimetre, *(contour for contour in contours if contour.intersects(zone.perimetre))]
    sortes = ["Offre concurrente", "Local vacant"]
    points = [_point(ligne, "Local vacant") for ligne in lignes(zone, Filtre("vacants"))]
    if zone.famille:
        points += [_point(ligne, "Offre concurrente") for ligne in lignes(zone, Filtre("offre"))]
    reperes = [
        {"lon": lon, "lat": lat + rayon / METRES_PAR_DEGRE_DE_LATITUDE, "texte": f"{nombre(rayon)} m"}
        for rayon in rayons
    ]
    titre = _titre_du_plan(etude)
    return Figure(
        titre,
        "Le projet (losange), l'offre de la même famille et les locaux vacants ; le nord est en haut",
        plan_d_un_lieu(
            centre=(lon, lat),
            contours=[json.loads(shapely.to_geojson(_a_l_endroit(contour))) for contour in contours],
            reperes=reperes,
            points=points,
            sortes=sortes,
        ),
        f"{titre}. Les locaux sont dans les tableaux qui suivent, avec leur distance.",
        source=SOURCE,
    )


def _a_l_endroit(contour: Any) -> Any:
    """Le dessin lit un anneau dans le sens des aiguilles d'une montre ; à l'envers, il remplirait toute la planète."""
    return shapely.geometry.polygon.orient(contour, sign=-1) if contour.geom_type == "Polygon" else contour


def _point(ligne: Mapping[str, Any], sorte: str) -> dict[str, Any]:
    return {"lon": ligne["lon"], "lat": ligne["lat"], "sorte": sorte}


def _titre_du_plan(etude: Etude) -> str:
    concurrents = sum(ligne["locaux"] for ligne in etude.famille.values())
    vacants = pluriel(etude.total.vacants, "local vacant", "locaux vacants")
    if not zone_de(etude).famille:
        return f"La zone compte {vacants}"
    return f"La zone compte {pluriel(concurrents, 'concurrent')} de la même famille et {vacants}"


# --- La densité ---


def section_densite(etude: Etude) -> Section:
    """Les mètres carrés pour 1 000 habitants, avant et après projet, là où la population est connue."""
    zone = zone_de(etude)
    blocs: list[Bloc] = [_tableau_densite(etude, etude.densites, "densite", "Toutes activités")]
    if etude.densites_famille:
        titre = f"Famille « {libelle_famille(zone.famille)} »"
        blocs.append(_tableau_densite(etude, etude.densites_famille, "densite_famille", titre))
    manques = [f"{d.lieu} : {d.manque}" for d in etude.densites if d.manque]
    manques += [f"{d.lieu} : population inconnue" for d in etude.densites if not d.habitants.combien]
    if manques:
        blocs += [Paragraphe("La densité ne se calcule pas partout :"), Liste(manques)]
    sources = [f"{d.lieu} : {d.habitants.source}" for d in etude.densites if d.habitants.source]
    if sources:
        blocs += [Paragraphe("Populations :"), Liste(sources)]
    return Section("densite", "La densité commerciale", blocs)


def _lien_des_occupes(etude: Etude, densite: Densite, *, famille: str) -> str:
    """Les locaux occupés derrière une densité : ceux de la zone, d'une commune, ou de tout le territoire."""
    if densite.commune is None:
        return lien_lignes(etude, quoi="offre" if famille else "occupes")
    filtres = {"etat": "occupe", "nature": "cellule", "commune": densite.commune, "famille": famille}
    return f"{reverse('locaux:liste')}?{urlencode({cle: valeur for cle, valeur in filtres.items() if valeur})}"


def _tableau_densite(etude: Etude, densites: Sequence[Densite], identifiant: str, titre: str) -> Tableau:
    famille = zone_de(etude).famille if identifiant == "densite_famille" else ""
    return Tableau(
        identifiant,
        titre,
        [
            Colonne("lieu", "Lieu"),
            Colonne("habitants", "Habitants", Nature.NOMBRE),
            Colonne("surface", "Surface occupée (m²)", Nature.NOMBRE, adresse="lien"),
            Colonne("mesures", "Locaux mesurés"),
            Colonne("avant", "m² pour 1 000 hab.", Nature.DECIMAL),
            Colonne("apres", "Avec le projet", Nature.DECIMAL),
        ],
        [
            {
                "lieu": d.lieu,
                "habitants": d.habitants.combien if d.habitants.combien else "inconnus",
                "surface": d.surface,
                "lien": _lien_des_occupes(etude, d, famille=famille),
                "mesures": f"{nombre(d.mesures)} sur {nombre(d.locaux)}",
                "avant": d.pour_mille(),
                "apres": d.pour_mille(apres=True),
            }
            for d in densites
        ],
        source=SOURCE,
        note="La surface inconnue de certains locaux n'y est pas : chaque densité est un minimum.",
    )

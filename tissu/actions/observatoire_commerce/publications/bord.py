"""Les chiffres clés du tableau de bord, et les sections que la page de la vacance montre aussi."""

from typing import Any

from tissu.actions.observatoire_commerce.publications.histoire import evolution, histoire
from tissu.actions.observatoire_commerce.publications.vacance import sections_des_parts
from tissu.actions.observatoire_commerce.queries.bord import PARTOUT, Bord
from tissu.actions.observatoire_commerce.queries.definitions import definition
from tissu.actions.observatoire_commerce.queries.vacance import Quoi
from tissu.publications.contenu import Document, Section
from tissu.publications.rendus import contexte_page
from tissu.socle.formats import date_courte, nombre, pourcentage, variation

PARTS = ("quartiers", "rues")


def figures_du_bord(bord: Bord) -> dict[str, Any]:
    """Le contexte des chiffres clés et des sections : la même histoire et les mêmes classements que la vacance."""
    sections = [
        Section("histoire", "D'une campagne à l'autre", histoire(PARTOUT, bord.au, definition())),
        *(une for une in sections_des_parts(PARTOUT, bord.au, definition()) if une.identifiant in PARTS),
    ]
    document = Document("", "", "", f"Situation au {date_courte(bord.au)}", bord.source_au, "", sections)
    return {"chiffres": _chiffres(bord), **contexte_page(document)}


def _chiffres(bord: Bord) -> list[dict[str, Any]]:
    tout, vus, flux = bord.vacance, bord.fraicheur, bord.mouvements
    ecart = bord.histoire[-1].variation if bord.histoire else None
    niveau = tout.niveau.libelle if tout.niveau else "Trop peu de locaux pour un taux"
    chiffres = [
        {
            "titre": "Taux de vacance", "valeur": pourcentage(tout.taux),
            "tendance": " ; ".join(mot for mot in (niveau, evolution(bord.histoire)) if mot),
            "sens": "" if ecart is None else "hausse" if ecart > 0 else "baisse" if ecart < 0 else "stable",
            "definition": definition().phrase, "lien": _lignes(bord, Quoi.VACANTES),
        },
        {
            "titre": "Locaux vacants", "valeur": nombre(tout.vacantes), "sens": "", "definition": "",
            "tendance": f"sur {nombre(tout.cellules)} locaux", "lien": _lignes(bord, Quoi.VACANTES),
        },
        {
            "titre": "Vacance structurelle", "valeur": nombre(tout.structurelles),
            "tendance": f"{pourcentage(tout.taux_structurel)} des locaux" if tout.taux_structurel is not None else "",
            "sens": "", "definition": "Vides depuis au moins le seuil en vigueur.",
            "lien": _lignes(bord, Quoi.STRUCTURELLES),
        },
    ]  # fmt: skip
    if flux is not None:
        chiffres.append({
            "titre": "Ouvertures moins fermetures", "valeur": variation(flux.solde),
            "tendance": f"{nombre(flux.ouvertures)} ouvertures, {nombre(flux.fermetures)} fermetures, du "
            f"{date_courte(flux.debut)} au {date_courte(flux.fin)}",
            "sens": "", "definition": "Un local occupé qui ne l'était pas, ou l'était par un autre, ouvre ; l'inverse "
            "ferme.", "lien": "",
        })  # fmt: skip
    chiffres.append({
        "titre": "Locaux à jour", "valeur": pourcentage(vus.part),
        "tendance": f"{nombre(vus.locaux - vus.a_jour)} à revoir", "sens": "",
        "definition": "Relevés depuis moins que l'âge où un relevé est dit ancien.", "lien": "",
    })  # fmt: skip
    return chiffres


def _lignes(bord: Bord, quoi: Quoi) -> str:
    return PARTOUT.lien_lignes(quoi=quoi.value, au=bord.au.isoformat(), definition=definition().code)

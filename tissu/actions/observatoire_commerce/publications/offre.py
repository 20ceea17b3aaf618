"""L'offre concurrente et la vacance autour d'un projet, chaque chiffre menant à ses locaux."""

from collections.abc import Mapping, Sequence
from typing import Any

from tissu.actions.observatoire_commerce.publications.locaux import SOURCE, lien_lignes, tableau_des_locaux
from tissu.actions.observatoire_commerce.publications.zone import comptes_affiches, zone_de
from tissu.actions.observatoire_commerce.queries.cdac import Etude
from tissu.actions.observatoire_commerce.queries.chalandise import Filtre, lignes
from tissu.locaux.nomenclatures import libelle_activite, libelle_famille
from tissu.publications.contenu import (
    Bloc,
    Colonne,
    Figure,
    Nature,
    Paragraphe,
    Section,
    SorteDeGraphique,
    Tableau,
    graphique_natif,
)
from tissu.publications.graphiques import barres
from tissu.socle.formats import nombre, pourcentage

RUES_DE_LA_NOTE = 10

# --- L'offre concurrente ---


def section_offre(etude: Etude, *, complet: bool) -> Section:
    """L'offre de la même famille, puis de la même activité, par distance et par taille."""
    zone = zone_de(etude)
    if not zone.famille:
        return Section("offre", "L'offre concurrente", [Paragraphe(
            "L'activité du projet n'est pas dite : l'offre concurrente ne se cherche pas. Complétez l'étape « Projet »."
        )])  # fmt: skip
    titre = f"Offre de la famille « {libelle_famille(zone.famille)} »"
    blocs: list[Bloc] = [_tableau_offre(etude, etude.famille, "famille", titre, meme_activite=False)]
    if any(ligne["surface"] for ligne in etude.famille.values()):
        blocs.append(_figure_offre(etude))
    if etude.projet.activite:
        titre = f"Offre de la seule activité « {libelle_activite(etude.projet.activite)} »"
        blocs.append(_tableau_offre(etude, etude.activite, "activite", titre, meme_activite=True))
    blocs.append(
        tableau_des_locaux(
            "concurrents",
            "Les locaux concurrents",
            lignes(zone, Filtre("offre")),
            complet=complet,
            colonnes=() if complet else ("distance_m", "enseigne", "activite_libelle", "adresse", "commune", "surface"),
        )
    )
    return Section("offre", "L'offre concurrente", blocs)


def _tableau_offre(
    etude: Etude, offre: Mapping[tuple[int, str], dict[str, Any]], cle: str, titre: str, *, meme_activite: bool
) -> Tableau:
    zone = zone_de(etude)
    des_tranches = zone.tranches()
    filtre = {"quoi": "offre", "meme": "oui" if meme_activite else ""}

    def ligne(libelle: str, rangs: Sequence[int], anneau: int | None) -> dict[str, Any]:
        cases = {code: [offre.get((rang, code), VIDE) for rang in rangs] for code, _ in des_tranches}
        valeurs: dict[str, Any] = {"anneau": libelle}
        for code, _ in des_tranches:
            valeurs[f"t{code}"] = sum(case["locaux"] for case in cases[code])
            valeurs[f"t{code}_lien"] = lien_lignes(etude, anneau=anneau, tranche=code, **filtre)
        toutes = [case for groupe in cases.values() for case in groupe]
        valeurs["total"] = sum(case["locaux"] for case in toutes)
        valeurs["total_lien"] = lien_lignes(etude, anneau=anneau, **filtre)
        valeurs["surface"] = sum(case["surface"] for case in toutes)
        return valeurs

    return Tableau(
        f"offre_{cle}",
        titre,
        [
            Colonne("anneau", "Distance"),
            *[
                Colonne(f"t{code}", nom.capitalize(), Nature.NOMBRE, adresse=f"t{code}_lien")
                for code, nom in des_tranches
            ],
            Colonne("total", "Locaux", Nature.NOMBRE, adresse="total_lien"),
            Colonne("surface", "Surface connue (m²)", Nature.NOMBRE),
        ],
        [ligne(anneau.libelle, [anneau.rang], anneau.rang) for anneau in zone.anneaux],
        total=ligne("Toute la zone", [anneau.rang for anneau in zone.anneaux], None),
        source=SOURCE,
    )


VIDE: Mapping[str, Any] = {"locaux": 0, "surface": 0.0, "mesures": 0}


def _figure_offre(etude: Etude) -> Figure:
    zone = zone_de(etude)
    par_anneau = [
        {
            "anneau": anneau.libelle,
            "surface": round(sum(v["surface"] for (rang, _), v in etude.famille.items() if rang == anneau.rang)),
        }
        for anneau in zone.anneaux
    ]
    total = sum(ligne["surface"] for ligne in par_anneau)
    creee = float(etude.projet.surface_creee_m2 or 0)
    titre = f"{nombre(total)} m² de la même famille sont déjà dans la zone"
    if creee and total:
        titre += f" ; le projet en ajouterait {pourcentage(creee / total, 0)}"
    return Figure(
        titre,
        f"Surface connue de la famille « {libelle_famille(zone.famille)} », en m²",
        barres(par_anneau, categorie="anneau", valeur="surface"),
        f"{titre}. Les valeurs sont dans le tableau.",
        Tableau(
            "surface_offre",
            "Surface de la même famille par distance",
            [Colonne("anneau", "Distance"), Colonne("surface", "Surface connue (m²)", Nature.NOMBRE)],
            par_anneau,
            total={"anneau": "Toute la zone", "surface": total},
        ),
        SOURCE,
        graphique_natif(
            par_anneau, SorteDeGraphique.BARRES_COUCHEES, categorie="anneau", valeurs={"surface": "Surface connue (m²)"}
        ),
    )


# --- La vacance ---


def section_vacance(etude: Etude, *, complet: bool) -> Section:
    """La vacance par anneau, puis par rue, puis les locaux eux-mêmes."""
    zone, total = zone_de(etude), etude.total
    if not total.vacants:
        return Section("vacance", "La vacance autour du projet", [Paragraphe("Aucun local vacant connu dans la zone.")])
    colonnes = [
        Colonne("locaux", "Locaux", Nature.NOMBRE, adresse="locaux_lien"),
        Colonne("vacants", "Vacants", Nature.NOMBRE, adresse="vacants_lien"),
        Colonne("taux", "Vacance", Nature.TAUX),
        Colonne("structurels", "Structurelle", Nature.NOMBRE),
        Colonne("surface_vacante", "Surface vacante (m²)", Nature.NOMBRE),
        Colonne("vacants_mesures", "Mesurés", Nature.NOMBRE),
    ]
    rues = etude.par_rue if complet else etude.par_rue[:RUES_DE_LA_NOTE]
    return Section("vacance", "La vacance autour du projet", [
        Tableau(
            "vacance_anneaux", "Locaux vacants par distance", [Colonne("anneau", "Distance"), *colonnes],
            [
                {"anneau": anneau.libelle, **comptes_affiches(etude, etude.par_anneau[anneau.rang], anneau.rang)}
                for anneau in zone.anneaux
            ],
            total={"anneau": "Toute la zone", **comptes_affiches(etude, total, None)}, source=SOURCE,
        ),
        Tableau(
            "vacance_rues", "Locaux vacants par rue",
            [Colonne("voie", "Rue"), Colonne("commune", "Commune"), *colonnes],
            [_ligne_de_rue(etude, rue) for rue in rues], source=SOURCE,
            note="" if len(rues) == len(etude.par_rue) else "Les autres rues sont dans le classeur.",
        ),
        tableau_des_locaux(
            "vacants", "Les locaux vacants", lignes(zone, Filtre("vacants")), complet=complet,
            colonnes=() if complet else ("distance_m", "adresse", "commune", "surface", "vacant_depuis"),
        ),
    ])  # fmt: skip


def _ligne_de_rue(etude: Etude, rue: Any) -> dict[str, Any]:
    return {
        "voie": rue.voie,
        "commune": rue.commune,
        **comptes_affiches(etude, rue.comptes, None),
        "locaux_lien": lien_lignes(etude, quoi="locaux", voie=rue.voie_id),
        "vacants_lien": lien_lignes(etude, quoi="vacants", voie=rue.voie_id),
    }

"""Les chiffres et le graphique du tableau de bord, tirés du même contenu que le rapport mensuel."""

from typing import Any

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.publications.details import lien_lignes
from tissu.actions.fichier_entreprises.publications.flux import ligne_de_serie, titre_tendance
from tissu.actions.fichier_entreprises.queries.bord import Bord
from tissu.actions.fichier_entreprises.queries.cadre import de_mois
from tissu.publications.contenu import Colonne, Document, Figure, Nature, Section, Tableau
from tissu.publications.graphiques import courbe_mensuelle, entrees_et_sorties
from tissu.publications.rendus import contexte_page
from tissu.registre.choices import TypeEvenement
from tissu.socle.formats import mois_long, variation

SOURCE = "Insee, base Sirene ; calculs tissu"
CHIFFRES = (
    ("Créations pures", "creation_pure"),
    ("Transferts entrants", "transfert_entrant"),
    ("Fermetures", "fermeture_etablissement"),
    ("Procédures collectives", "procedure_collective"),
)


def figures_du_bord(bord: Bord) -> dict[str, Any]:
    """Le contexte des chiffres clés et des figures."""
    return {"chiffres": _chiffres(bord), **contexte_page(_document(bord))}


def _chiffres(bord: Bord) -> list[dict[str, Any]]:
    mois = bord.periode.code
    chiffres = [
        _chiffre(
            titre,
            bord.dernier.totaux[type_]["etablissements"],
            bord.un_an_avant.totaux[type_]["etablissements"],
            lien_lignes(mois, "industrie-services", type=type_),
            f"{rules.DEFINITIONS[TypeEvenement(type_)].capitalize()}.",
        )
        for titre, type_ in CHIFFRES
        if bord.bodacc or type_ != "procedure_collective"
    ]
    for titre, unite, types, definition in (
        ("Solde des établissements", "etablissements", (*rules.TYPES_ENTREES, *rules.TYPES_SORTIES),
         "Entrées moins sorties, transferts internes exclus."),
        ("Solde des unités légales", "unites_legales", (*rules.TYPES_ENTREES_UNITES, *rules.TYPES_SORTIES_UNITES),
         "Créations pures, reprises et réactivations, moins cessations."),
    ):  # fmt: skip
        dernier, avant = bord.dernier.solde[unite]["solde"], bord.un_an_avant.solde[unite]["solde"]
        lien = lien_lignes(mois, "industrie-services", type=",".join(types))
        chiffres.append({**_chiffre(titre, dernier, avant, lien, definition), "valeur": variation(dernier)})
    return chiffres


def _chiffre(titre: str, dernier: int, avant: int, lien: str, definition: str) -> dict[str, Any]:
    ecart = dernier - avant
    return {
        "titre": titre,
        "valeur": dernier,
        "tendance": f"{variation(ecart)} sur un an",
        "sens": "hausse" if ecart > 0 else "baisse" if ecart < 0 else "stable",
        "lien": lien,
        "definition": definition,
    }


def _document(bord: Bord) -> Document:
    lignes = [ligne_de_serie(point) for point in bord.serie]
    types = [
        {"mois": point.mois, "type": titre, "valeur": point.totaux[type_]["etablissements"]}
        for titre, type_ in (("Créations pures", "creation_pure"), ("Fermetures", "fermeture_etablissement"))
        for point in bord.serie
    ]
    figures = [
        Figure(
            titre_tendance(bord.serie),
            "Établissements entrés et sortis chaque mois, et solde",
            entrees_et_sorties(lignes, entrees="entrees", sorties="sorties"),
            f"{titre_tendance(bord.serie)}. Les valeurs sont dans le tableau.",
            Tableau(
                "tendance",
                "Entrées et sorties mois par mois",
                [
                    Colonne("libelle", "Mois", adresse="lien"),
                    Colonne("entrees", "Entrées", Nature.NOMBRE),
                    Colonne("sorties", "Sorties", Nature.NOMBRE),
                    Colonne("solde", "Solde", Nature.VARIATION),
                ],
                lignes,
            ),
            SOURCE,
        ),
        Figure(
            _titre_creations(bord),
            "Créations pures et fermetures d'établissements chaque mois",
            courbe_mensuelle(types, valeur="valeur", serie="type"),
            f"{_titre_creations(bord)}. Les valeurs sont dans le tableau.",
            Tableau(
                "creations",
                "Créations pures et fermetures mois par mois",
                [
                    Colonne("mois", "Mois"),
                    Colonne("creations", "Créations pures", Nature.NOMBRE),
                    Colonne("fermetures", "Fermetures", Nature.NOMBRE),
                ],
                [
                    {
                        "mois": mois_long(point.mois),
                        "creations": point.totaux["creation_pure"]["etablissements"],
                        "fermetures": point.totaux["fermeture_etablissement"]["etablissements"],
                    }
                    for point in bord.serie
                ],
            ),
            SOURCE,
        ),
    ]
    return Document("", "", "", "", bord.source_au, "", [Section("tendance", "Douze mois de flux", figures)])


def _titre_creations(bord: Bord) -> str:
    dernier = bord.dernier.totaux["creation_pure"]["etablissements"]
    moyenne = sum(point.totaux["creation_pure"]["etablissements"] for point in bord.serie[-12:]) / 12
    ecart = round((dernier - moyenne) / moyenne * 100) if moyenne else 0
    mois = de_mois(bord.periode.code)
    if abs(ecart) < 5:
        return f"Les créations {mois} sont dans la moyenne des douze mois"
    sens = "au-dessus" if ecart > 0 else "au-dessous"
    return f"Les créations {mois} sont {abs(ecart)} % {sens} de la moyenne des douze mois"

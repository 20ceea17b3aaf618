"""Les parties détaillées du rapport mensuel : ventilations, révisions, désaccords, entreprises."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.queries.flux import Rapport, Ventilation
from tissu.actions.fichier_entreprises.queries.lignes import LignesFiltrees
from tissu.publications.contenu import (
    Colonne,
    Document,
    Figure,
    Nature,
    Paragraphe,
    Section,
    SorteDeGraphique,
    Tableau,
    graphique_natif,
)
from tissu.publications.graphiques import barres
from tissu.socle.formats import mois_long, nombre, pluriel, variation

SOURCE = "Insee, base Sirene ; DILA, BODACC ; calculs tissu"

MESURES = (
    ("creations", "Créations pures", "creation_pure"),
    ("autres_entrees", "Autres entrées", ",".join(rules.AUTRES_ENTREES)),
    ("sorties", "Sorties", ",".join(rules.TYPES_SORTIES)),
    ("solde", "Solde", ",".join((*rules.TYPES_ENTREES, *rules.TYPES_SORTIES))),
    ("entrees_ul", "Entrées UL", ",".join(rules.TYPES_ENTREES_UNITES)),
    ("cessations_ul", "Cessations UL", "cessation_unite"),
    ("solde_ul", "Solde UL", ",".join((*rules.TYPES_ENTREES_UNITES, *rules.TYPES_SORTIES_UNITES))),
)
SOLDES = {"solde", "solde_ul"}


def lien_lignes(mois: str, secteurs: str, **filtres: str) -> str:
    """L'adresse des lignes derrière un chiffre."""
    gardes = {cle: valeur for cle, valeur in filtres.items() if valeur}
    if secteurs != "industrie-services":
        gardes["secteurs"] = secteurs
    adresse = reverse("fichier_entreprises:flux_lignes", args=[mois])
    return f"{adresse}?{urlencode(gardes)}" if gardes else adresse


def document_lignes(resultat: LignesFiltrees) -> Document:
    """Les lignes derrière un chiffre, seules."""
    filtres = " ; ".join(f"{filtre['titre']} : {filtre['valeur']}" for filtre in resultat.filtres)
    return Document(
        titre=resultat.titre,
        sous_titre=filtres or "Tous les événements du mois",
        territoire=resultat.territoire,
        periode=mois_long(resultat.periode.code),
        source_au=resultat.source_au,
        version="",
        sections=[Section("entreprises", "Entreprises", [tableau_entreprises(resultat.lignes)])],
        methode=[resultat.perimetre],
    )


# --- Ventilations ---


def section_ventilation(rapport: Rapport, cle: str) -> Section:
    ventilation = rapport.ventilations[cle]
    blocs: list[Any] = []
    meilleures = sorted(ventilation.lignes, key=lambda ligne: -abs(ligne["solde"]))[:10]
    meilleures = [ligne for ligne in meilleures if ligne["solde"]]
    if len(meilleures) >= 3:
        ordonnees = sorted(meilleures, key=lambda ligne: -ligne["solde"])
        blocs.append(
            Figure(
                titre=_titre_ventilation(cle, ordonnees),
                sous_titre="Solde des établissements du mois, plus forts mouvements",
                graphique=barres(ordonnees, categorie="libelle", valeur="solde", unite="établissements"),
                description=_titre_ventilation(cle, ordonnees) + ". Toutes les valeurs sont dans le tableau.",
                source=SOURCE,
                natif=graphique_natif(
                    ordonnees,
                    SorteDeGraphique.BARRES_COUCHEES,
                    categorie="libelle",
                    valeurs={"solde": "Solde"},
                    nature=Nature.VARIATION,
                ),
            )
        )
    blocs.append(_tableau_ventilation(rapport, ventilation))
    return Section(f"par-{cle}", ventilation.titre, blocs)


def _titre_ventilation(cle: str, ordonnees: Sequence[dict[str, Any]]) -> str:
    tete, queue = ordonnees[0], ordonnees[-1]
    if tete["solde"] <= 0:
        return f"Le recul est le plus fort ici : {queue['libelle']} ({variation(queue['solde'])})"
    suite = f", {queue['libelle']} en perd {nombre(-queue['solde'])}" if queue["solde"] < 0 else ""
    return f"{tete['libelle']} gagne le plus d'établissements ({variation(tete['solde'])}){suite}"


def _tableau_ventilation(rapport: Rapport, ventilation: Ventilation) -> Tableau:
    flux = rapport.flux
    lignes = []
    for brute in ventilation.lignes:
        ligne = {"libelle": brute["libelle"]}
        for cle, _, types in MESURES:
            ligne[cle] = brute[cle]
            ligne[f"{cle}_lien"] = lien_lignes(
                flux.periode.code, flux.secteurs, type=types, **{ventilation.cle: brute["cle"]}
            )
        lignes.append(ligne)
    note = ""
    if not ventilation.addition:
        note = (
            "Un établissement peut être dans plusieurs zones : les lignes ne s'additionnent pas ; le total est celui "
            "du territoire. "
        )
    return Tableau(
        ventilation.cle,
        f"Flux {ventilation.titre[:1].lower()}{ventilation.titre[1:]}",
        [
            Colonne("libelle", ventilation.titre.removeprefix("Par ").capitalize()),
            *[
                Colonne(cle, titre, Nature.VARIATION if cle in SOLDES else Nature.NOMBRE, adresse=f"{cle}_lien")
                for cle, titre, _ in MESURES
            ],
        ],
        lignes,
        total=_total_ventilation(flux.totaux),
        source=SOURCE,
        note=note
        + "Autres entrées : reprises, réactivations, établissements secondaires, transferts entrants. Sorties : "
        "fermetures et transferts sortants. UL : unités légales. ",
        ouvert=True,
        cle_primaire=("libelle",),
    )


def _total_ventilation(totaux: rules.Totaux) -> dict[str, Any]:
    solde = rules.solde(totaux)
    return {
        "libelle": "Territoire",
        "creations": totaux["creation_pure"]["etablissements"],
        "autres_entrees": sum(totaux[t]["etablissements"] for t in rules.AUTRES_ENTREES),
        "sorties": solde["etablissements"]["sorties"],
        "solde": solde["etablissements"]["solde"],
        "entrees_ul": solde["unites_legales"]["entrees"],
        "cessations_ul": solde["unites_legales"]["sorties"],
        "solde_ul": solde["unites_legales"]["solde"],
    }


# --- Révisions, désaccords ---


def section_revisions(rapport: Rapport) -> Section:
    lignes = []
    for revision in rapport.revisions:
        premier, revise = revision.solde_premier, revision.solde_revise
        for nature, titre in (("entrees", "Entrées"), ("sorties", "Sorties"), ("solde", "Solde")):
            figee = premier["etablissements"][nature] if premier else None
            valeur = revise["etablissements"][nature]
            lignes.append(
                {
                    "mois": mois_long(revision.mois),
                    "mesure": titre,
                    "premiere": figee,
                    "revise": valeur,
                    "ecart": None if figee is None else valeur - figee,
                    "lien": reverse("fichier_entreprises:flux", args=[revision.mois]),
                }
            )
    tableau = Tableau(
        "revisions",
        "Mois déjà publiés : première valeur et valeur révisée",
        [
            Colonne("mois", "Mois", adresse="lien"),
            Colonne("mesure", "Établissements"),
            Colonne("premiere", "Première valeur", Nature.NOMBRE),
            Colonne("revise", "Révisé", Nature.NOMBRE),
            Colonne("ecart", "Écart", Nature.VARIATION),
        ],
        lignes,
        source=SOURCE,
        note="« – » : mois sans édition publiée. Les déclarations tardives expliquent l'essentiel des écarts.",
    )
    return Section("revisions", "Ce que les déclarations tardives ont changé", [tableau])


def section_desaccords(rapport: Rapport) -> Section:
    combien = len(rapport.desaccords)
    if combien == 0:
        texte = "Aucune unité légale radiée ce mois-ci n'est encore active dans Sirene."
    else:
        texte = (
            f"{pluriel(combien, 'unité légale')} radiée{'s' if combien > 1 else ''} du registre du commerce ce mois-ci "
            "au BODACC, mais encore active dans Sirene. Une radiation n'est pas une fermeture : les deux dates sont "
            "gardées côte à côte dans la liste des entreprises."
        )
    tableau = Tableau(
        "desaccords",
        "Radiées du RCS, actives dans Sirene",
        [
            Colonne("siren", "SIREN", Nature.SIREN),
            Colonne("siret", "Établissement", Nature.SIRET, adresse="lien"),
            Colonne("radiee_le", "Radiation publiée le", Nature.DATE),
        ],
        [{**ligne, "lien": _lien_firme(ligne["siret"])} for ligne in rapport.desaccords],
        source=SOURCE,
        vide="aucun désaccord.",
    )
    return Section("desaccords", "BODACC et Sirene en désaccord", [Paragraphe(texte), tableau])


def _lien_firme(siret: str) -> str:
    return reverse("registre:etablissement", args=[siret])


# --- Entreprises ---


def blocs_entreprises(rapport: Rapport, lignes: Sequence[dict[str, Any]], extrait: int) -> list[Any]:
    """La liste entière, ou ses premières lignes en peu de colonnes (`extrait`)."""
    if not extrait:
        return [tableau_entreprises(lignes)]
    montrees = min(extrait, len(lignes))
    texte = (
        f"{pluriel(len(lignes), 'événement')} ce mois-ci ; voici les {nombre(montrees)} derniers, les autres sont dans "
        "la liste complète et dans les fichiers."
    )
    tableau = tableau_entreprises(lignes)
    colonnes = [colonne for colonne in tableau.colonnes if colonne.cle in COLONNES_DE_L_EXTRAIT]
    return [Paragraphe(texte), replace(tableau, colonnes=colonnes, lignes=list(reversed(tableau.lignes[-montrees:])))]


COLONNES_DE_L_EXTRAIT = {"date_effet", "libelle_type", "nom_affiche", "activite", "commune", "effectif"}


def tableau_entreprises(lignes: Sequence[dict[str, Any]], titre: str = "Entreprises concernées") -> Tableau:
    """La liste des firmes derrière des chiffres ; les masquées y sont, « Non diffusible », et comptées."""
    masquees = sum(1 for ligne in lignes if ligne["masquee"])
    accord = "s" if masquees > 1 else ""
    note = f"Dont {pluriel(masquees, 'ligne')} en diffusion partielle, comptée{accord} sans nom. " if masquees else ""
    return Tableau(
        "entreprises",
        titre,
        [
            Colonne("date_effet", "Date d'effet", Nature.DATE),
            Colonne("libelle_type", "Événement"),
            Colonne("nom_affiche", "Entreprise", adresse="lien"),
            Colonne("siret", "SIRET", Nature.SIRET),
            Colonne("naf", "NAF", Nature.CODE),
            Colonne("activite", "Activité"),
            Colonne("commune", "Commune"),
            Colonne("adresse", "Adresse", secondaire=True),
            Colonne("effectif", "Effectif"),
            Colonne("forme", "Forme", secondaire=True),
            Colonne("connu_le", "Connu le", Nature.DATE, secondaire=True),
            Colonne("radiation_le", "Radiation BODACC", Nature.DATE),
            Colonne("procedure_le", "Procédure BODACC", Nature.DATE),
            Colonne("desaccord", "Désaccord"),
        ],
        [{**ligne, "lien": _lien_firme(ligne["siret"])} for ligne in lignes],
        source=SOURCE,
        note=note,
        vide="aucune entreprise pour ces critères.",
    )

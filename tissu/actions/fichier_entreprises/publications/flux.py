"""Les documents de la fiche 7 : le contenu du rapport mensuel et de la liste semestrielle, sans mise en forme."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.publications.details import (
    MESURES,
    SOURCE,
    blocs_entreprises,
    lien_lignes,
    section_desaccords,
    section_revisions,
    section_ventilation,
)
from tissu.actions.fichier_entreprises.queries.flux import PointDeSerie, Rapport
from tissu.publications.contenu import (
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Encadre,
    Figure,
    Nature,
    Paragraphe,
    Section,
    SorteDeGraphique,
    Tableau,
    graphique_natif,
)
from tissu.publications.graphiques import entrees_et_sorties
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement
from tissu.socle.formats import date_longue, mois_long, nombre, pluriel, variation

TYPES_DE = {cle: types for cle, _, types in MESURES}


def document_flux(rapport: Rapport, lignes: Sequence[dict[str, Any]], *, extrait: int = 0) -> Document:
    """Le rapport mensuel : constats, types, ventilations, révisions, désaccords, liste des entreprises.

    `extrait` limite la liste à ses premières lignes : la page web renvoie au reste, les fichiers donnent tout.
    """
    flux = rapport.flux
    figee = rapport.edition
    version = (
        f"édition figée le {date_longue(figee.publiee_le)}, révisée au {date_longue(flux.source_au)}"
        if figee
        else ("provisoire" if flux.provisoire else "non publiée")
    )
    ventilations = [section_ventilation(rapport, cle) for cle in ("commune", "zone", "activite", "tranche")]
    return Document(
        titre=f"Flux d'établissements, {mois_long(flux.periode.code)}",
        sous_titre="Créations, transferts, fermetures et actes de registre",
        territoire=flux.territoire,
        periode=mois_long(flux.periode.code),
        source_au=flux.source_au,
        version=version,
        sections=[
            _section_essentiel(rapport),
            Section("types", "Par type d'événement", [_tableau_types(rapport)]),
            Section("tendance", "La tendance sur douze mois", [_figure_tendance(rapport)]),
            *ventilations,
            section_revisions(rapport),
            section_desaccords(rapport),
            Section("methode", "Méthode et définitions", [_encadre_methode(rapport)]),
            Section("entreprises", "Les entreprises du mois", blocs_entreprises(rapport, lignes, extrait)),
        ],
        methode=_methode(rapport),
    )


# --- L'essentiel ---


def _section_essentiel(rapport: Rapport) -> Section:
    flux, solde = rapport.flux, rapport.flux.solde
    avant = rapport.meme_mois_an_dernier
    mois, secteurs = flux.periode.code, flux.secteurs
    blocs: list[Any] = [Paragraphe(phrase_du_mois(rapport))]
    if not flux.bodacc:
        blocs.append(
            Paragraphe(
                "Aucune annonce du BODACC n'est importée : radiations et procédures collectives sont à zéro faute de "
                "source, non faute d'événements."
            )
        )
    if flux.provisoire:
        blocs.append(
            Paragraphe(
                "Mois provisoire : des déclarations arrivent encore ; la première valeur se fige "
                "dix jours après la fin du mois."
            )
        )
    blocs.append(
        Chiffres(
            [
                _chiffre("Créations pures", flux.totaux, avant.totaux, "creation_pure", mois, secteurs),
                _chiffre("Fermetures", flux.totaux, avant.totaux, "fermeture_etablissement", mois, secteurs),
                Chiffre(
                    "Solde des établissements",
                    solde["etablissements"]["solde"],
                    Nature.VARIATION,
                    comparaison=_un_an_avant(avant.solde["etablissements"]["solde"], signe=True),
                    definition="Entrées moins sorties, transferts internes exclus.",
                    adresse=lien_lignes(mois, secteurs, type=TYPES_DE["solde"]),
                ),
                Chiffre(
                    "Solde des unités légales",
                    solde["unites_legales"]["solde"],
                    Nature.VARIATION,
                    comparaison=_un_an_avant(avant.solde["unites_legales"]["solde"], signe=True),
                    definition="Créations pures, reprises et réactivations, moins cessations.",
                    adresse=lien_lignes(mois, secteurs, type=TYPES_DE["solde_ul"]),
                ),
                _chiffre("Procédures collectives", flux.totaux, avant.totaux, "procedure_collective", mois, secteurs),
            ]
        )
    )
    return Section("essentiel", "L'essentiel", blocs)


def _chiffre(titre: str, totaux: rules.Totaux, avant: rules.Totaux, type_: str, mois: str, secteurs: str) -> Chiffre:
    return Chiffre(
        titre,
        totaux[type_]["etablissements"],
        comparaison=_un_an_avant(avant[type_]["etablissements"]),
        definition=rules.DEFINITIONS[TypeEvenement(type_)].capitalize() + ".",
        adresse=lien_lignes(mois, secteurs, type=type_),
    )


def _un_an_avant(valeur: int, *, signe: bool = False) -> str:
    return f"{variation(valeur) if signe else nombre(valeur)} un an plus tôt"


def phrase_du_mois(rapport: Rapport) -> str:
    """Le constat du mois en une phrase : entrées, sorties, solde, et la comparaison avec un an plus tôt."""
    flux, solde = rapport.flux, rapport.flux.solde["etablissements"]
    avant = rapport.meme_mois_an_dernier.solde["etablissements"]["solde"]
    sens = "gagne" if solde["solde"] > 0 else "perd" if solde["solde"] < 0 else "reste stable :"
    combien = f" {pluriel(abs(solde['solde']), 'établissement')} :" if solde["solde"] else ""
    return (
        f"En {mois_long(flux.periode.code)}, le territoire {sens}{combien} {pluriel(solde['entrees'], 'entrée')} "
        f"pour {pluriel(solde['sorties'], 'sortie')}. Un an plus tôt, le solde était de {variation(avant)}."
    )


# --- Types ---


def _tableau_types(rapport: Rapport) -> Tableau:
    flux, figee = rapport.flux, rapport.edition
    avant = rapport.meme_mois_an_dernier.totaux
    lignes = []
    for type_ in rules.TYPES_PUBLIES:
        compte = flux.totaux[type_]
        ligne = {
            "type": LIBELLES_EVENEMENTS[TypeEvenement(type_)],
            "etablissements": compte["etablissements"],
            "unites_legales": compte["unites_legales"],
            "avant": avant[type_]["etablissements"],
            "sens": _sens(type_),
            "lien": lien_lignes(flux.periode.code, flux.secteurs, type=type_),
        }
        if figee:
            ligne["premiere"] = figee.totaux[type_]["etablissements"]
            ligne["ecart"] = compte["etablissements"] - figee.totaux[type_]["etablissements"]
        lignes.append(ligne)
    solde = flux.solde
    total: dict[str, Any] = {
        "type": "Solde",
        "etablissements": solde["etablissements"]["solde"],
        "unites_legales": solde["unites_legales"]["solde"],
        "avant": rapport.meme_mois_an_dernier.solde["etablissements"]["solde"],
    }
    if figee:
        total["premiere"] = rules.solde(figee.totaux)["etablissements"]["solde"]
        total["ecart"] = total["etablissements"] - total["premiere"]
    colonnes = [
        Colonne("type", "Événement"),
        Colonne("sens", "Sens"),
        Colonne("etablissements", "Établissements", Nature.NOMBRE, adresse="lien"),
        Colonne("unites_legales", "Unités légales", Nature.NOMBRE, adresse="lien"),
        Colonne("avant", "Un an plus tôt", Nature.NOMBRE),
    ]
    if figee:
        colonnes += [
            Colonne("premiere", "1re valeur", Nature.NOMBRE),
            Colonne("ecart", "Révision", Nature.VARIATION),
        ]
    note = "Solde : lignes « entrée » moins lignes « sortie ». Unités légales : voir la méthode."
    if flux.interruptions_courtes:
        mots = "interruption courte" if flux.interruptions_courtes == 1 else "interruptions courtes"
        note += f" Non comptées : {nombre(flux.interruptions_courtes)} {mots} (réouverture dans l'année)."
    return Tableau(
        "types", "Événements du mois par type", colonnes, lignes, total=total, source=SOURCE, note=note, ouvert=True
    )


def _sens(type_: str) -> str:
    if type_ in rules.TYPES_ENTREES:
        return "entrée"
    return "sortie" if type_ in rules.TYPES_SORTIES else "hors solde"


# --- Tendance ---


def _figure_tendance(rapport: Rapport) -> Figure:
    points = rapport.serie
    donnees = [ligne_de_serie(point) for point in points]
    return Figure(
        titre=titre_tendance(points),
        sous_titre="Établissements entrés et sortis chaque mois, et solde, tels que connus aujourd'hui",
        graphique=entrees_et_sorties(donnees, entrees="entrees", sorties="sorties"),
        description=titre_tendance(points) + ". Le tableau qui suit donne les valeurs mois par mois.",
        tableau=Tableau(
            "tendance",
            "Entrées et sorties mois par mois",
            [
                Colonne("libelle", "Mois", adresse="lien"),
                Colonne("entrees", "Entrées", Nature.NOMBRE),
                Colonne("sorties", "Sorties", Nature.NOMBRE),
                Colonne("solde", "Solde", Nature.VARIATION),
                Colonne("solde_ul", "Solde des unités légales", Nature.VARIATION),
                Colonne("etat", "État"),
            ],
            donnees,
            source=SOURCE,
            ouvert=True,
            cle_primaire=("libelle",),
        ),
        source=SOURCE,
        natif=graphique_natif(
            donnees, SorteDeGraphique.BARRES_EMPILEES, categorie="libelle",
            valeurs={"entrees": "Entrées", "sorties": "Sorties"}, oppose=True,
        ),
    )  # fmt: skip


def ligne_de_serie(point: PointDeSerie) -> dict[str, Any]:
    """Un mois de la tendance, pour le graphique et son tableau."""
    solde = point.solde
    return {
        "mois": point.mois,
        "libelle": mois_long(point.mois),
        "entrees": solde["etablissements"]["entrees"],
        "sorties": solde["etablissements"]["sorties"],
        "solde": solde["etablissements"]["solde"],
        "solde_ul": solde["unites_legales"]["solde"],
        "etat": "provisoire" if point.provisoire else "complet",
        "lien": reverse("fichier_entreprises:flux", args=[point.mois]),
    }


def titre_tendance(points: Sequence[PointDeSerie]) -> str:
    """Le constat de la tendance : cumul des douze derniers mois, et nombre de mois positifs."""
    douze = points[-12:]
    cumul = sum(point.solde["etablissements"]["solde"] for point in douze)
    positifs = sum(1 for point in douze if point.solde["etablissements"]["solde"] > 0)
    verbe = "gagné" if cumul >= 0 else "perdu"
    accord = "s" if abs(cumul) > 1 else ""
    combien = pluriel(abs(cumul), "établissement")
    return f"{combien} {verbe}{accord} en douze mois, {positifs} mois sur 12 en hausse"


# --- Méthode ---


def _methode(rapport: Rapport) -> list[str]:
    flux = rapport.flux
    definitions = " ; ".join(
        f"{LIBELLES_EVENEMENTS[type_].lower()} : {texte}" for type_, texte in rules.DEFINITIONS.items()
    )
    return [
        f"Périmètre. {flux.perimetre.texte}",
        f"Événements, comptés à leur date d'effet. {definitions[:1].upper()}{definitions[1:]}.",
        "Deux comptes côte à côte : les établissements (SIRET distincts, vue du territoire) et les unités légales "
        "(SIREN distincts, proche de la notion de l'Insee). Ces chiffres se lisent de la base Sirene : ils ne sont pas "
        "la statistique officielle des créations d'entreprises.",
        "Solde des établissements : entrées moins sorties, transferts internes exclus ; une reprise compte pour une "
        "entrée et l'établissement repris pour une fermeture. Solde des unités légales : créations pures, reprises "
        "et réactivations, moins cessations.",
        "Révisions : la première valeur est figée dix jours après la fin du mois ; les trois mois précédents sont "
        "recalculés dans chaque rapport, première valeur gardée. Pour les mois antérieurs au premier import, la date "
        "de connaissance est celle du dernier traitement Sirene : la première valeur y est un minimum.",
        "Activité : NAF rév. 2 ; un code d'une autre nomenclature n'a pas d'agrégat et compte comme activité inconnue. "
        "Tailles : dernière tranche connue de Sirene, vieille d'environ deux ans.",
        "Diffusion partielle : les personnes qui l'ont demandée sont comptées, jamais nommées ni situées plus finement "
        "que leur commune. Ces comptes viennent d'un registre public : ils se publient sans seuil de secret ; la règle "
        "des trois unités et des 85 % ne s'applique qu'aux résultats d'enquête.",
        "Sirene ne diffuse pas le régime micro-entrepreneur : la liste signale les entreprises individuelles.",
        f"Méthode {rules.VERSION_METHODE}. Source : {SOURCE}, données au {date_longue(flux.source_au)}.",
    ]


def _encadre_methode(rapport: Rapport) -> Encadre:
    return Encadre("Comment ces chiffres sont faits", _methode(rapport))

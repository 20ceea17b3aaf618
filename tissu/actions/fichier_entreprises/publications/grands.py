"""La liste semestrielle des plus de 50 salariés : son document et ses données."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.choices import Unite
from tissu.actions.fichier_entreprises.queries.grands import Ligne, Liste, Mouvement, par_source
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
from tissu.publications.graphiques import barres
from tissu.socle.formats import date_longue, nombre, pluriel

HORS_FILIERES = "hors"
SOURCE = "Fichier consulaire de la chambre ; Insee, base Sirene ; calculs tissu"


def document_plus_de_50(
    liste: Liste, dirigeants: Mapping[str, str] | None = None, *, filiere: str = "", extrait: int = 0
) -> Document:
    """La liste d'un semestre. `dirigeants` : par SIRET, pour les seules personnes qui ont le droit de les lire.

    `filiere` ne garde que les lignes d'une filière (`HORS_FILIERES` : d'aucune) ; `extrait` les premières de chaque
    liste, pour la page web.
    """
    figee = liste.edition
    version = f"édition figée le {date_longue(figee.publiee_le)}" if figee else "liste du jour, non publiée"
    return Document(
        titre=f"Plus de {liste.seuil} salariés, {liste.periode.libelle}",
        sous_titre="Établissements et unités légales du territoire, source et année de chaque effectif",
        territoire=liste.territoire,
        periode=liste.periode.libelle,
        source_au=liste.source_au,
        version=version,
        sections=[
            Section("essentiel", "L'essentiel", _essentiel(liste)),
            Section("mouvements", "Entrants et sortants", _mouvements(liste, extrait)),
            Section("methode", "Méthode", [Encadre("Ce que veut dire « plus de 50 »", _methode(liste))]),
            Section(
                "unites-legales",
                "Les unités légales",
                _liste("unites_legales", "Unités légales", liste.unites_legales, liste, dirigeants, filiere, extrait),
            ),
            Section(
                "etablissements",
                "Les établissements",
                _liste("etablissements", "Établissements", liste.etablissements, liste, dirigeants, filiere, extrait),
            ),
        ],
        methode=_methode(liste),
    )


def _liste(
    identifiant: str,
    titre: str,
    lignes: Sequence[Ligne],
    liste: Liste,
    dirigeants: Mapping[str, str] | None,
    filiere: str,
    extrait: int,
) -> list[Any]:
    """Le tableau, précédé d'une phrase quand il ne montre pas tout."""
    gardees = [ligne for ligne in lignes if est_de_la_filiere(ligne, filiere)]
    phrases = []
    if filiere:
        nom = "hors des filières d'excellence" if filiere == HORS_FILIERES else f"de la filière {filiere}"
        phrases.append(f"{nombre(len(gardees))} sur {nombre(len(lignes))} sont {nom}.")
    if extrait and len(gardees) > extrait:
        phrases.append(f"Voici les {nombre(extrait)} plus grandes entreprises ; les fichiers les donnent toutes.")
        gardees = gardees[:extrait]
    tableau = _tableau(identifiant, titre, gardees, liste, dirigeants)
    return [*([Paragraphe(" ".join(phrases))] if phrases else []), tableau]


def est_de_la_filiere(ligne: Ligne, filiere: str) -> bool:
    """La ligne relève-t-elle de la filière demandée (vide : toutes) ?"""
    if filiere == HORS_FILIERES:
        return not ligne.filiere
    return not filiere or filiere in ligne.filiere.split(", ")


def _essentiel(liste: Liste) -> list[Any]:
    sources = par_source(liste.etablissements)
    hors = [ligne for ligne in liste.etablissements if not ligne.filiere]
    part = f"{nombre(len(hors))} sur {nombre(len(liste.etablissements))}"
    blocs: list[Any] = [
        Paragraphe(
            f"{pluriel(len(liste.etablissements), 'établissement')} et "
            f"{pluriel(len(liste.unites_legales), 'unité légale', 'unités légales')} dans la liste ; "
            f"{part} établissements sont hors des filières d'excellence."
        ),
        Chiffres(
            [
                Chiffre(
                    "Établissements",
                    len(liste.etablissements),
                    definition=_methode(liste)[0],
                    adresse="#etablissements",
                ),
                Chiffre(
                    "Unités légales",
                    len(liste.unites_legales),
                    definition=_methode(liste)[1],
                    adresse="#unites-legales",
                ),
                Chiffre("Plus de 50, effectif déclaré", sources["consulaire"], unite="établissements"),
                Chiffre("50 et plus, tranche Insee", sources["tranche"], unite="établissements"),
                Chiffre("Hors filières d'excellence", len(hors), unite="établissements"),
            ]
        ),
    ]
    communes = _par_commune(liste.etablissements)
    if len(communes) >= 3:
        tete = communes[0]
        tous = nombre(len(liste.etablissements))
        titre = f"{tete['commune']} réunit {nombre(tete['etablissements'])} des {tous} établissements"
        blocs.append(
            Figure(
                titre,
                "Établissements de la liste par commune",
                barres(communes[:12], categorie="commune", valeur="etablissements"),
                f"{titre}. Le tableau qui suit donne toutes les communes.",
                Tableau(
                    "communes",
                    "Établissements par commune",
                    [Colonne("commune", "Commune"), Colonne("etablissements", "Établissements", Nature.NOMBRE)],
                    communes,
                    total={"commune": "Territoire", "etablissements": len(liste.etablissements)},
                ),
                SOURCE,
                graphique_natif(
                    communes[:12],
                    SorteDeGraphique.BARRES_COUCHEES,
                    categorie="commune",
                    valeurs={"etablissements": "Établissements"},
                ),
            )
        )
    return blocs


def _par_commune(lignes: Sequence[Ligne]) -> list[dict[str, Any]]:
    comptes: dict[str, int] = {}
    for ligne in lignes:
        comptes[ligne.commune or "Commune inconnue"] = comptes.get(ligne.commune or "Commune inconnue", 0) + 1
    return [
        {"commune": commune, "etablissements": compte}
        for commune, compte in sorted(comptes.items(), key=lambda couple: (-couple[1], couple[0]))
    ]


def _mouvements(liste: Liste, extrait: int) -> list[Any]:
    if liste.precedente is None:
        return [Paragraphe("Aucune édition antérieure : les entrants et les sortants se liront à la prochaine.")]
    texte = (
        f"Depuis l'édition {liste.precedente.semestre}, figée le {date_longue(liste.precedente.publiee_le)} : "
        f"{pluriel(len(liste.entrants), 'entrant')} et {pluriel(len(liste.sortants), 'sortant')}."
    )
    return [
        Paragraphe(texte),
        _tableau_mouvements("entrants", "Entrés dans la liste", liste.entrants, extrait),
        _tableau_mouvements("sortants", "Sortis de la liste", liste.sortants, extrait),
    ]


def _tableau_mouvements(identifiant: str, titre: str, mouvements: Sequence[Mouvement], extrait: int) -> Tableau:
    return Tableau(
        identifiant,
        titre,
        [
            Colonne("unite", "Sorte"),
            Colonne("identifiant", "SIRET ou SIREN", Nature.CODE),
            Colonne("nom", "Entreprise", adresse="lien"),
            Colonne("commune", "Commune"),
            Colonne("effectif", "Effectif"),
            Colonne("raison", "Pourquoi"),
        ],
        [
            {
                "unite": Unite(m.ligne.unite).label,
                "identifiant": m.ligne.identifiant,
                "nom": m.ligne.nom,
                "commune": m.ligne.commune,
                "effectif": m.ligne.effectif,
                "raison": m.raison,
                "lien": reverse("registre:etablissement", args=[m.ligne.siret]),
            }
            for m in mouvements[: extrait or None]
        ],
        source=SOURCE,
        note=f"Les {nombre(extrait)} premiers sur {nombre(len(mouvements))}." if 0 < extrait < len(mouvements) else "",
        vide="aucun.",
    )


def _tableau(
    identifiant: str, titre: str, lignes: Sequence[Ligne], liste: Liste, dirigeants: Mapping[str, str] | None
) -> Tableau:
    unites = identifiant == "unites_legales"
    cle = Colonne("identifiant", "SIREN", Nature.SIREN) if unites else Colonne("identifiant", "SIRET", Nature.SIRET)
    colonnes = [Colonne("nom", "Entreprise", adresse="lien"), cle]
    if dirigeants is not None:
        colonnes.append(Colonne("dirigeant", "Dirigeant"))
    colonnes += [
        Colonne("effectif", "Effectif"),
        Colonne("mention", "Au sens de"),
        Colonne("source", "Source"),
        Colonne("annee", "Année", Nature.CODE),
        Colonne("naf", "NAF", Nature.CODE),
        Colonne("activite", "Activité"),
        *(
            [Colonne("etablissements", "Établissements actifs ici", Nature.NOMBRE)]
            if unites
            else [Colonne("adresse", "Adresse")]
        ),
        Colonne("commune", "Commune"),
        Colonne("zones", "Zone"),
        Colonne("filiere", "Filière d'excellence"),
    ]
    return Tableau(
        identifiant,
        titre,
        colonnes,
        [
            {
                **ligne.en_donnees(),
                "source": "fichier consulaire" if ligne.source == "consulaire" else "tranche Insee",
                "annee": str(ligne.annee) if ligne.annee else "inconnue",
                "filiere": ligne.filiere or "hors filières",
                "dirigeant": (dirigeants or {}).get(ligne.siret, ""),
                "lien": reverse("registre:etablissement", args=[ligne.siret]),
            }
            for ligne in lignes
        ],
        source=f"{SOURCE}, données au {date_longue(liste.source_au)}.",
        vide="aucune entreprise au-dessus du seuil.",
    )


def _methode(liste: Liste) -> list[str]:
    seuil = liste.seuil
    return [
        f"Établissements. Un établissement actif entre dans la liste si son effectif au fichier consulaire dépasse "
        f"strictement {seuil} salariés, au dernier effectif daté d'avant la fin du semestre. "
        f"Sans effectif consulaire, la tranche d'effectif de l'Insee en décide : à partir "
        f"de « 50 à 99 salariés », dite « {seuil} et plus » parce qu'elle commence à {seuil} tout juste.",
        "Unités légales. L'effectif consulaire cumulé de ses établissements actifs du territoire, s'il est connu pour "
        "tous ; sinon la tranche de l'unité entière, établissements d'ailleurs compris. Les deux listes ne "
        "s'additionnent pas.",
        "Les tranches de l'Insee disent l'effectif au 31 décembre de l'année indiquée, publiée environ deux ans après.",
        "Filières d'excellence : listes tenues par la chambre (codes d'activité, entreprises ajoutées ou retirées à la "
        "main). « Hors filières » ne juge pas l'entreprise : elle n'est simplement dans aucune liste.",
        "Le dirigeant n'apparaît qu'aux agents habilités, et chaque consultation est journalisée.",
        f"Méthode {rules.VERSION_METHODE}. Source : {SOURCE}, données au {date_longue(liste.source_au)}.",
    ]


def donnees_plus_de_50(liste: Liste) -> dict[str, Any]:
    """La liste en données (JSON), sans dirigeant."""
    return {
        "semestre": liste.periode.code,
        "territoire": liste.territoire,
        "source_au": liste.source_au.isoformat(),
        "seuil": liste.seuil,
        "definition": _methode(liste)[:2],
        "figee": liste.edition is not None,
        "etablissements": [ligne.en_donnees() for ligne in liste.etablissements],
        "unites_legales": [ligne.en_donnees() for ligne in liste.unites_legales],
        "edition_precedente": liste.precedente.semestre if liste.precedente else None,
        "entrants": [_mouvement_en_donnees(m) for m in liste.entrants],
        "sortants": [_mouvement_en_donnees(m) for m in liste.sortants],
        "methode": rules.VERSION_METHODE,
    }


def _mouvement_en_donnees(mouvement: Mouvement) -> dict[str, Any]:
    ligne = mouvement.ligne
    return {"unite": ligne.unite, "identifiant": ligne.identifiant, "nom": ligne.nom, "raison": mouvement.raison}


def telechargements_plus_de_50(liste: Liste) -> list[dict[str, str]]:
    """Les fichiers que la page propose."""
    details = {
        "pdf": "le document",
        "pptx": "les diapositives",
        "xlsx": "les deux listes",
        "csv": "les établissements",
        "json": "pour un programme",
    }
    return [
        {
            "titre": format_.upper(),
            "detail": detail,
            "url": reverse("fichier_entreprises:grands_fichier", args=[liste.periode.code, format_]),
        }
        for format_, detail in details.items()
    ]

"""Une comparaison en document : le graphique et sa définition, le tableau, ce qui se compare ou non."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tissu.actions.observatoire_commerce.choices import RoleDeVille, TypePerimetre
from tissu.actions.observatoire_commerce.models import CriteresDeComparaison
from tissu.actions.observatoire_commerce.queries.comparaisons import Comparaison, LigneComparee
from tissu.actions.observatoire_commerce.rules.comparaisons import POUR_HABITANTS, constat
from tissu.locaux.choices import VerdictComparabilite
from tissu.publications.classements import classement
from tissu.publications.contenu import (
    Bloc,
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Encadre,
    Figure,
    Liste,
    Nature,
    Paragraphe,
    Section,
    SorteDeGraphique,
    Tableau,
    graphique_natif,
)
from tissu.socle.formats import date_courte, nombre, pluriel, pourcentage
from tissu.socle.territoire import territoire

NOUS, COMPARABLE, PARTIEL = "Notre territoire", "Ville comparable", "En partie comparable"
MOTS = {VerdictComparabilite.OUI: "oui", VerdictComparabilite.PARTIEL: "en partie", VerdictComparabilite.NON: "non"}


def document_comparaison(comparaison: Comparaison, *, complet: bool = False) -> Document:
    """La comparaison d'un indicateur sur un type de périmètre. `complet` : source et définition de chaque ligne."""
    titre = comparaison.mesure.titre
    return Document(
        titre=f"{titre} : comparer avec des villes semblables",
        sous_titre=f"{TypePerimetre(comparaison.perimetre).label}. {comparaison.mesure.definition}",
        territoire=territoire().nom,
        periode=f"Valeurs connues au {date_courte(comparaison.nous.au)}",
        source_au=comparaison.nous.releve_le,
        version="méthode de comparaison 1",
        sections=[
            Section("place", "Où nous en sommes", _place(comparaison)),
            Section("villes", "Ville par ville", [_tableau(comparaison, complet=complet)]),
            Section("comparable", "Ce qui se compare, ce qui ne se compare pas", _avertissements(comparaison)),
        ],
        partenaires=territoire().partenaires,
        methode=methode(comparaison),
    )


# --- Où nous en sommes ---


def _place(c: Comparaison) -> list[Bloc]:
    blocs: list[Bloc] = [Chiffres(_chiffres(c))]
    if c.montrable and any(ligne.montree for ligne in c.lignes):
        blocs.append(_figure(c))
    elif c.lignes:
        blocs.append(Paragraphe(_pourquoi_pas(c)))
    else:
        blocs.append(Paragraphe("Aucun chiffre d'une autre ville n'est connu pour cet indicateur sur ce périmètre."))
    blocs.append(Encadre("Définition", definitions(c)))
    return blocs


def _chiffres(c: Comparaison) -> list[Chiffre]:
    notre = c.notre
    valeur = notre.valeur if notre else None
    chiffres = [
        Chiffre(
            c.nous.nom or "Notre territoire", _affichee(valeur, c), Nature.TEXTE,
            unite="" if c.mesure.taux else c.mesure.unite,
            comparaison=(c.nous.manque or notre.detail) if notre else "aucun périmètre de ce type n'est dessiné",
            definition=notre.definition if notre else "", adresse=lien_nos_locaux(c) if valeur is not None else "",
        ),
        Chiffre("Villes comparables", len(c.retenues), comparaison=f"{c.minimum} au moins pour se placer"),
    ]  # fmt: skip
    place = c.notre_place
    if c.normalisee and place is not None:
        chiffres.append(
            Chiffre(
                "Rang", f"{nombre(place.rang)}{'er' if place.rang == 1 else 'e'}", Nature.TEXTE,
                comparaison=f"sur {nombre(place.sur)}, de la plus forte à la plus faible valeur",
            )
        )  # fmt: skip
        chiffres.append(
            Chiffre("Écart à la moyenne", _score(place.score), Nature.TEXTE, unite="écart type",
                    comparaison=f"quartile {place.quartile} sur 4")
        )  # fmt: skip
    return chiffres


def lien_nos_locaux(c: Comparaison) -> str:
    """Les locaux derrière notre valeur."""
    adresse = reverse("observatoire_commerce:comparer_lignes")
    assert c.notre is not None
    return f"{adresse}?{urlencode({'perimetre': c.perimetre, 'quoi': c.notre.quoi})}"


def _pourquoi_pas(c: Comparaison) -> str:
    manque = c.minimum - len(c.retenues)
    return (
        f"Un nombre ne se compare d'une ville à l'autre que rapporté aux habitants, et seulement avec {c.minimum} "
        f"villes comparables : il en manque {nombre(manque)}. Les valeurs brutes sont dans le tableau, sans classement."
    )


def definitions(c: Comparaison) -> list[str]:
    """Les définitions derrière le graphique : la nôtre, puis celles des villes qui y sont."""
    phrases = [f"La nôtre : {c.notre.definition}"] if c.notre else []
    par_definition: dict[str, list[str]] = {}
    for ligne in c.lignes:
        if ligne.montree:
            par_definition.setdefault(ligne.valeur.definition.rstrip("."), []).append(ligne.ville.nom)
    phrases += [f"{', '.join(noms)} : {definition}." for definition, noms in par_definition.items()]
    if c.mesure.par_habitant:
        phrases.append(f"Les nombres sont rapportés à {nombre(POUR_HABITANTS)} habitants du même périmètre.")
    if c.mediane is not None:
        phrases.append("Le trait pointillé est la médiane des villes comparables, la nôtre non comptée.")
    return phrases or [c.mesure.definition]


def _figure(c: Comparaison) -> Figure:
    barres = _barres(c)
    titre = constat(c.notre_place, c.notre_rapportee, c.mediane, titre=c.mesure.titre)
    forme = ".1%" if c.mesure.taux else ",.1f"
    return Figure(
        titre,
        _mesure(c),
        classement(
            barres, categorie="ville", valeur="valeur", sorte="sorte", sortes=[NOUS, COMPARABLE, PARTIEL], forme=forme,
            repere=c.mediane,
        ),
        f"{titre}. Les valeurs sont dans le tableau.",
        source=_sources(c),
        natif=graphique_natif(
            barres, SorteDeGraphique.BARRES_COUCHEES, categorie="ville", valeurs={"valeur": c.mesure.titre},
            nature=Nature.TAUX if c.mesure.taux else Nature.DECIMAL,
        ),
    )  # fmt: skip


def _barres(c: Comparaison) -> list[dict[str, Any]]:
    barres = [
        {
            "ville": ligne.ville.nom,
            "valeur": ligne.rapportee,
            "sorte": COMPARABLE if ligne.retenue else PARTIEL,
        }
        for ligne in c.lignes
        if ligne.montree
    ]
    if c.notre_rapportee is not None:
        barres.append({"ville": c.nous.nom, "valeur": c.notre_rapportee, "sorte": NOUS})
    return sorted(barres, key=lambda barre: -barre["valeur"])


def _mesure(c: Comparaison) -> str:
    if c.mesure.par_habitant:
        return f"{c.mesure.unite.capitalize()} pour {nombre(POUR_HABITANTS)} habitants, {_du_perimetre(c)}"
    return f"En {c.mesure.unite}, {_du_perimetre(c)}"


def _du_perimetre(c: Comparaison) -> str:
    return TypePerimetre(c.perimetre).label.lower()


def _sources(c: Comparaison) -> str:
    sources = sorted({ligne.valeur.source for ligne in c.lignes if ligne.montree})
    return " ; ".join([*sources, f"{territoire().nom} : observatoire du commerce"])


# --- Ville par ville ---


def _tableau(c: Comparaison, *, complet: bool) -> Tableau:
    nature = Nature.TAUX if c.mesure.taux else Nature.NOMBRE
    colonnes = [
        Colonne("ville", "Ville", adresse="lien"),
        Colonne("annee", "Année", Nature.CODE),
        Colonne("valeur", c.mesure.titre, nature),
        Colonne("habitants", "Habitants", Nature.NOMBRE),
    ]
    if c.normalisee and c.mesure.par_habitant:
        colonnes.append(Colonne("rapportee", f"Pour {nombre(POUR_HABITANTS)} hab.", Nature.DECIMAL))
    if c.normalisee:
        colonnes += [
            Colonne("rang", "Rang", Nature.NOMBRE),
            Colonne("score", "Écart type", Nature.CENTIEMES),
            Colonne("quartile", "Quartile", Nature.NOMBRE),
        ]
    colonnes += [
        Colonne("comparable", "Comparable"),
        Colonne("raison", "Pourquoi"),
    ]
    if complet:
        colonnes += [Colonne("source", "Source"), Colonne("definition", "Définition")]
    note = "" if c.normalisee else (
        f"Ni rang, ni score, ni quartile : il faut {c.minimum} villes comparables, il y en a {nombre(len(c.retenues))}."
    )  # fmt: skip
    return Tableau(
        "villes",
        f"{c.mesure.titre}, {_du_perimetre(c)}",
        colonnes,
        [*_notre_ligne(c), *[_ligne(ligne) for ligne in c.lignes]],
        source=_sources(c),
        note=note,
        vide="aucune ville.",
    )


def _notre_ligne(c: Comparaison) -> list[dict[str, Any]]:
    if c.notre is None or c.notre.valeur is None:
        return []
    place = c.notre_place
    return [
        {
            "ville": c.nous.nom,
            "lien": lien_nos_locaux(c),
            "annee": str(c.nous.annee),
            "valeur": c.notre.valeur,
            "habitants": c.nous.population if c.nous.population else "inconnue",
            "rapportee": c.notre_rapportee,
            "rang": place.rang if place else None,
            "score": place.score if place else None,
            "quartile": place.quartile if place else None,
            "comparable": "non" if c.nous.manque else "notre territoire",
            "raison": " ; ".join(texte for texte in (c.nous.manque, c.notre.detail) if texte),
            "source": "Observatoire du commerce",
            "definition": c.notre.definition,
        }
    ]


def _ligne(ligne: LigneComparee) -> dict[str, Any]:
    place = ligne.place
    return {
        "ville": ligne.ville.nom,
        "lien": reverse("observatoire_commerce:ville", args=[ligne.ville.pk]),
        "annee": str(ligne.valeur.annee),
        "valeur": ligne.valeur.valeur,
        "habitants": ligne.ville.population if ligne.ville.population else "inconnue",
        "rapportee": ligne.rapportee if ligne.montree else None,
        "rang": place.rang if place else None,
        "score": place.score if place else None,
        "quartile": place.quartile if place else None,
        "comparable": "non semblable" if ligne.ecarts else MOTS[VerdictComparabilite(ligne.comparable)],
        "raison": " ; ".join([*ligne.ecarts, *([ligne.motif] if ligne.motif else [])]),
        "source": ligne.valeur.source,
        "definition": ligne.valeur.definition,
    }


def _affichee(valeur: Any, c: Comparaison) -> str:
    if valeur is None:
        return "inconnue"
    return pourcentage(valeur) if c.mesure.taux else nombre(valeur)


def _score(score: float | None) -> str:
    return "–" if score is None else f"{'+' if score > 0 else ''}{nombre(score, 2)}"


# --- Ce qui se compare ---


def _avertissements(c: Comparaison) -> list[Bloc]:
    retenues = [ligne.ville.nom for ligne in c.retenues]
    partielles = [f"{ligne.ville.nom} : {ligne.motif}" for ligne in c.lignes if ligne.montree and not ligne.retenue]
    exclues = [f"{ligne.ville.nom} : {_raison(ligne)}" for ligne in c.lignes if not ligne.montree]
    if c.nous.manque:
        exclues.insert(0, f"{c.nous.nom} : {c.nous.manque}")
    blocs: list[Bloc] = [
        Paragraphe(f"Se comparent : {', '.join(retenues)}." if retenues else "Aucune ville ne se compare encore.")
    ]
    for titre, lignes in (("Se comparent en partie :", partielles), ("Ne se comparent pas :", exclues)):
        if lignes:
            blocs += [Paragraphe(titre), Liste(lignes)]
    return [
        *blocs,
        Paragraphe("Les villes semblables sont choisies par ces critères :"),
        Liste(criteres_dits_de(c.criteres)),
    ]


def _raison(ligne: LigneComparee) -> str:
    return " ; ".join([*ligne.ecarts, *([ligne.motif] if ligne.motif else [])]) or "valeur non rapportable"


def criteres_dits_de(r: CriteresDeComparaison | None) -> Sequence[str]:
    """Les critères du choix des villes, en mots."""
    if r is None:
        return ["aucun critère n'est encore fixé : toutes les villes de ce périmètre sont retenues"]
    bornes = [
        ("population", r.population_min, r.population_max, "habitants"),
        ("revenu médian", r.revenu_min_eur, r.revenu_max_eur, "€"),
        ("tourisme", r.tourisme_min, r.tourisme_max, "nuitées par habitant"),
    ]
    phrases = [
        _borne(nom, mini, maxi, unite) for nom, mini, maxi, unite in bornes if mini is not None or maxi is not None
    ]
    if r.roles:
        phrases.append(f"rôle : {', '.join(RoleDeVille(role).label.lower() for role in r.roles)}")
    qui = f", par {r.modifies_par}" if r.modifies_par else ""
    return [*phrases, f"raison : {r.raison} (fixés le {date_courte(r.modifies_le)}{qui})"]


def _borne(nom: str, mini: Any, maxi: Any, unite: str) -> str:
    if mini is None:
        return f"{nom} : {nombre(maxi)} {unite} au plus"
    if maxi is None:
        return f"{nom} : {nombre(mini)} {unite} au moins"
    return f"{nom} : de {nombre(mini)} à {nombre(maxi)} {unite}"


def methode(c: Comparaison) -> list[str]:
    """La méthode, telle qu'elle s'imprime avec chaque comparaison."""
    return [
        "Un type de périmètre à la fois : une commune ne se compare jamais à une intercommunalité ou un hyper-centre.",
        "Chaque valeur garde sa source, son année et sa définition, et une personne dit si elle se compare à la nôtre.",
        f"Une valeur de plus de {pluriel(c.ecart_annees, 'an')} d'écart avec la nôtre ne se compare pas.",
        f"Rang, score et quartile ne se calculent qu'avec {c.minimum} villes semblables et comparables au moins, la "
        "nôtre non comptée. Le rang 1 est la plus forte valeur ; le score est l'écart à la moyenne de ces villes, en "
        "écarts types ; le quartile 1 est le quart le plus faible.",
        "Une valeur en partie comparable est en gris au graphique, et ne compte ni dans le rang ni dans la moyenne.",
    ]

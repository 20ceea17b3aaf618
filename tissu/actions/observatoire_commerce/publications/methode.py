"""La page de méthode des comparaisons : la démarche, les indicateurs, les critères, et ce que vaut chaque valeur."""

from datetime import date

from django.urls import reverse

from tissu.actions.observatoire_commerce.choices import TypePerimetre
from tissu.actions.observatoire_commerce.models import ValeurComparee
from tissu.actions.observatoire_commerce.publications.comparaisons import MOTS, criteres_dits_de
from tissu.actions.observatoire_commerce.queries import comparaisons as lectures
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.rules.comparaisons import MESURES, POUR_HABITANTS
from tissu.locaux.choices import VerdictComparabilite
from tissu.publications.contenu import Bloc, Colonne, Document, Liste, Nature, Paragraphe, Section, Tableau
from tissu.socle.formats import nombre, pluriel
from tissu.socle.territoire import territoire


def document_methode(*, au: date) -> Document:
    """La méthode, avec les réglages et les valeurs d'aujourd'hui."""
    return Document(
        titre="Méthode de comparaison",
        sous_titre="Comment l'on compare, à qui, et ce que vaut chaque valeur connue",
        territoire=territoire().nom,
        periode="",
        source_au=au,
        version="méthode de comparaison 1",
        sections=[
            Section("demarche", "La démarche", [Liste(_demarche(au))]),
            Section("indicateurs", "Ce que l'on compare", [_indicateurs()]),
            Section("criteres", "Les villes semblables", _criteres()),
            Section("valeurs", "Ce que vaut chaque valeur", [_valeurs()]),
        ],
    )


def _demarche(au: date) -> list[str]:
    minimum, ecart = int(reglage("comparaison_villes_min", au)), int(reglage("comparaison_ecart_annees", au))
    return [
        "Fixer le type de périmètre et ne jamais en mêler deux : commune, intercommunalité, hyper-centre, pôle.",
        "Choisir les villes semblables par des critères écrits : population, rôle, revenu, tourisme.",
        "Garder de chaque valeur sa source, son année, sa définition, et dire si elle se compare.",
        f"Écarter une valeur de plus de {pluriel(ecart, 'an')} d'écart avec la nôtre.",
        f"Rapporter les nombres à {nombre(POUR_HABITANTS)} habitants, et ne donner rang, score et quartile qu'avec "
        f"{minimum} villes semblables et comparables au moins.",
        "Imprimer la définition sous chaque graphique.",
    ]


def _indicateurs() -> Tableau:
    return Tableau(
        "indicateurs",
        "Les indicateurs",
        [
            Colonne("titre", "Indicateur"),
            Colonne("unite", "Unité"),
            Colonne("definition", "Définition"),
            Colonne("rapporte", "Rapporté aux habitants"),
        ],
        [
            {
                "titre": mesure.titre,
                "unite": mesure.unite,
                "definition": mesure.definition,
                "rapporte": "oui" if mesure.par_habitant else "non",
            }
            for mesure in MESURES.values()
        ],
    )


def _criteres() -> list[Bloc]:
    blocs: list[Bloc] = []
    reglages = {une.perimetre: une for une in lectures.tous_les_criteres()}
    for code, titre in TypePerimetre.choices:
        blocs += [Paragraphe(f"{titre} :"), Liste(criteres_dits_de(reglages.get(code)))]
    return blocs


def _valeurs() -> Tableau:
    return Tableau(
        "valeurs",
        "Toutes les valeurs connues",
        [
            Colonne("ville", "Ville", adresse="lien"),
            Colonne("perimetre", "Périmètre"),
            Colonne("indicateur", "Indicateur"),
            Colonne("annee", "Année", Nature.CODE),
            Colonne("comparable", "Comparable"),
            Colonne("motif", "Pourquoi"),
            Colonne("source", "Source"),
        ],
        [_ligne(valeur) for valeur in lectures.toutes_les_valeurs()],
        vide="aucune valeur d'une autre ville n'est connue.",
    )


def _ligne(valeur: ValeurComparee) -> dict[str, str]:
    return {
        "ville": valeur.ville.nom,
        "lien": reverse("observatoire_commerce:ville", args=[valeur.ville_id]),
        "perimetre": valeur.ville.get_perimetre_display(),
        "indicateur": valeur.get_indicateur_display(),
        "annee": str(valeur.annee),
        "comparable": MOTS[VerdictComparabilite(valeur.comparable)],
        "motif": valeur.motif,
        "source": valeur.source,
    }

"""Une fiche dans le document d'une revue : où elle en est, ses chiffres en tuiles, la parole des deux partenaires."""

from collections.abc import Sequence

from tissu.programme.models import Commentaire, FigureFigee, Proposition, Revue
from tissu.programme.publications.revue_parties import rectifiee
from tissu.programme.queries.figures import FicheFigee
from tissu.programme.rules.revues import HORIZONS, SIGNES, SUITES, afficher, chiffre, unite_accordee
from tissu.publications.contenu import Bloc, Chiffre, Chiffres, Encadre, Liste, Nature, Paragraphe, Section
from tissu.socle.formats import euros, pourcentage


def section_de_fiche(
    revue: Revue, une: FicheFigee, commentaires: Sequence[Commentaire], proposition: Proposition | None
) -> Section:
    """Une fiche tient d'un seul tenant : une phrase, des tuiles, un encadré."""
    fiche = une.fiche
    criteres = une.du_groupe("critere")
    tuiles = [*(_critere(une, critere) for critere in criteres), *_moyens(une)]
    blocs: list[Bloc] = [Paragraphe(une.feu.texte), Chiffres(tuiles)]
    constats = [f"{critere.libelle} : {critere.texte}" for critere in criteres if _qualitatif(critere)]
    if constats:
        blocs.append(Liste(constats))
    paroles = [f"{un.organisation} : {un.texte}" for un in commentaires]
    if proposition:
        paroles.append(_proposition(revue, proposition))
    if paroles:
        blocs.append(Encadre("Ce qu'en disent les partenaires", paroles))
    return Section(f"fiche-{fiche.numero}", f"Fiche {fiche.numero} : {fiche.titre_court}", blocs)


def _qualitatif(critere: FigureFigee) -> bool:
    """Un critère mesuré par des mots : il a une origine, et pas de valeur."""
    return critere.valeur is None and bool(critere.origine) and bool(critere.texte)


def _critere(une: FicheFigee, critere: FigureFigee) -> Chiffre:
    dits = []
    if critere.valeur is None and not critere.origine:
        dits.append(critere.texte.lower())
    if critere.cible is not None:
        atteint = une.avancement(critere)
        part = f" (atteinte à {pourcentage(float(atteint), 0)})" if atteint is not None else ""
        dits.append(f"cible {chiffre(critere.cible, critere.unite)}{part}")
    if rectifie := rectifiee(critere):
        dits.append(f"rectifié depuis : {rectifie}")
    valeur = "constat" if _qualitatif(critere) else chiffre(critere.valeur, critere.unite) or "–"
    unite = ""
    if critere.valeur is not None and critere.unite not in SIGNES:
        unite = unite_accordee(critere.valeur, critere.unite)
    return Chiffre(critere.libelle, valeur, Nature.TEXTE, unite=unite, comparaison=" ; ".join(dits))


def _moyens(une: FicheFigee) -> list[Chiffre]:
    """Ce que la fiche a coûté et remis ; ce qui n'était ni promis ni fait ne se montre pas."""
    retenu, part = une.valeur("total_retenu"), une.valeur("part")
    budget = "total à décider" if retenu is None else f"sur {euros(retenu)}"
    if part is not None:
        budget += f" ({pourcentage(float(part), 0)})"
    remis = une.figures.get("livrables_remis")
    promis = remis.cible if remis else None
    jours = une.valeur("jours_prevus")
    lues = (
        ("Dépensé, validé", "depense", retenu, budget),
        ("Jours validés", "jours_valides", jours, f"sur {chiffre(jours, '')} prévus"),
        ("Livrables remis", "livrables_remis", promis, f"sur {chiffre(promis, '')} promis"),
        ("Réunions tenues", "reunions_tenues", None, ""),
    )
    return [
        Chiffre(titre, chiffre(figure.valeur, "€" if nom == "depense" else ""), Nature.TEXTE, comparaison=dit)
        for titre, nom, prevu, dit in lues
        if (figure := une.figures.get(nom)) and (figure.valeur or prevu)
    ]


def _proposition(revue: Revue, proposition: Proposition) -> str:
    suite = f"Pour {HORIZONS[revue.type]} : {SUITES[revue.type][proposition.suite].lower()}."
    total = afficher(proposition.total_propose_eur, "€")
    return " ".join(part for part in (suite, proposition.texte, total and f"Budget proposé : {total}.") if part)

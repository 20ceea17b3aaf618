"""Les parties du document d'une revue, chacune faite des seuls chiffres figés : le constat d'abord, puis ce qu'il faut
décider, puis les preuves."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.programme.choices import Feu, SuiteProposee
from tissu.programme.models import Commentaire, FigureFigee, Proposition, Revue
from tissu.programme.queries.figures import FicheFigee, RevueFigee
from tissu.programme.rules import constats
from tissu.programme.rules.revues import HORIZONS, SUITES, afficher
from tissu.publications.contenu import (
    Bloc,
    Chiffre,
    Chiffres,
    Colonne,
    Encadre,
    Figure,
    Nature,
    Paragraphe,
    Section,
    SorteDeGraphique,
    Tableau,
    graphique_natif,
)
from tissu.publications.graphiques import barres, barres_comparees
from tissu.socle.formats import date_longue, euros, nombre, pluriel, pourcentage
from tissu.socle.parametres import parametre

ZERO = Decimal(0)
SOURCE_DEPENSE = "Fiches signées ; temps et coûts validés"


def essentiel(revue: Revue, figee: RevueFigee, generaux: Sequence[Commentaire]) -> Section:
    """Le constat, les chiffres qui comptent, puis la parole des partenaires."""
    blocs: list[Bloc] = [Paragraphe(" ".join(constats.constats(figee.ensemble()))), Chiffres(chiffres_cles(figee))]
    if figee.rectifiees:
        rectifies = pluriel(len(figee.rectifiees), "chiffre verrouillé", "chiffres verrouillés")
        blocs.append(Encadre("Rectifié depuis", [
            f"Ce que l'on sait de {rectifies} a changé : la valeur verrouillée reste, la nouvelle se lit à côté, dans "
            "« Rectifications »."
        ]))  # fmt: skip
    blocs += [Paragraphe(texte) for texte in revue.introduction.split("\n\n") if texte.strip()]
    blocs += [Encadre(str(un.organisation), un.texte.split("\n\n")) for un in generaux]
    return Section("essentiel", "L'essentiel", blocs)


def chiffres_cles(figee: RevueFigee) -> list[Chiffre]:
    """Les chiffres qui comptent, chacun menant à son chiffre figé : résultats, budget, moyens."""
    ensemble = figee.ensemble()
    return [
        Chiffre("Fiches en bonne voie", ensemble.feux.get(Feu.VERT, 0),
                comparaison=f"sur {nombre(ensemble.fiches)} examinées"),
        Chiffre("Cibles atteintes", ensemble.tenues, comparaison=f"sur {nombre(len(ensemble.avancements))} mesurées"),
        Chiffre("Budget dépensé", "–" if ensemble.part is None else pourcentage(float(ensemble.part), 0), Nature.TEXTE,
                comparaison=f"{euros(ensemble.depense_eur)} sur {euros(ensemble.retenu_eur)}",
                adresse=_adresse(figee.totaux.get("depense"))),
        *(
            Chiffre(titre, _nombre(figure.valeur), Nature.TEXTE, adresse=_adresse(figure),
                    comparaison="" if prevu is None else f"sur {_nombre(prevu)} {mot}")
            for titre, figure, prevu, mot in _moyens(figee.totaux)
            if figure.valeur is not None
        ),
    ]  # fmt: skip


def _moyens(totaux: Mapping[str, FigureFigee]) -> Iterator[tuple[str, FigureFigee, Decimal | None, str]]:
    """(titre, figure, prévu, mot du prévu) de chaque moyen compté ; une vieille revue n'en a pas tous."""
    jours_prevus = totaux.get("jours_prevus")
    if jours := totaux.get("jours_valides"):
        yield "Jours validés", jours, jours_prevus.valeur if jours_prevus else None, "prévus"
    if livrables := totaux.get("livrables_remis"):
        yield "Livrables remis", livrables, livrables.cible, "promis"
    if reunions := totaux.get("reunions_tenues"):
        yield "Réunions tenues", reunions, None, ""


def _adresse(figure: FigureFigee | None) -> str:
    return reverse("programme:revue_figure", args=[figure.pk]) if figure else ""


def _nombre(valeur: Decimal) -> str:
    """Sans décimale inutile : « 12 », « 197,5 »."""
    decimales = max(0, -int(valeur.normalize().as_tuple().exponent))
    return nombre(valeur, min(decimales, 2))


def decisions(revue: Revue, figee: RevueFigee, propositions: Mapping[int, Proposition]) -> Section:
    """Ce qui est proposé pour chaque fiche, avec le budget en jeu."""
    libelles = SUITES[revue.type]
    titre = f"À décider pour {HORIZONS[revue.type]}"
    proposees = [(une, propositions[une.fiche.pk]) for une in figee.fiches if une.fiche.pk in propositions]
    if not proposees:
        return Section(
            "decisions", titre, [Paragraphe(f"Aucune proposition n'est écrite pour {HORIZONS[revue.type]}.")]
        )
    lignes = [
        {"fiche": une.nom, "suite": libelles[proposition.suite], "retenu": une.valeur("total_retenu"),
         "propose": _propose(une, proposition), "pourquoi": proposition.texte}
        for une, proposition in proposees
    ]  # fmt: skip
    combien = Counter(proposition.suite for _, proposition in proposees)
    dits = [f"{libelles[suite].lower()} : {nombre(combien[suite])}" for suite in libelles if combien[suite]]
    phrase = f"Les partenaires sont appelés à se prononcer sur {pluriel(len(proposees), 'fiche')} ({', '.join(dits)})."
    muettes = len(figee.fiches) - len(proposees)
    if muettes:
        phrase += f" {pluriel(muettes, 'fiche')} sans proposition."
    colonnes = [
        Colonne("fiche", "Fiche"), Colonne("suite", "Proposition"),
        Colonne("retenu", "Budget de l'année", Nature.EUROS), Colonne("propose", "Budget proposé", Nature.EUROS),
        Colonne("pourquoi", "Pourquoi"),
    ]  # fmt: skip
    total = {"fiche": "Total"} | {cle: _somme(lignes, cle) for cle in ("retenu", "propose")}
    tableau = Tableau("propositions", f"Proposé pour {HORIZONS[revue.type]}, fiche par fiche", colonnes, lignes,
                      total=total, note="Sans montant écrit, le budget proposé est celui de l'année.",
                      source="Propositions des maîtres d'ouvrage")  # fmt: skip
    return Section("decisions", titre, [Paragraphe(phrase), tableau])


def _propose(une: FicheFigee, proposition: Proposition) -> Decimal | None:
    if proposition.total_propose_eur is not None:
        return proposition.total_propose_eur
    return None if proposition.suite == SuiteProposee.ARRETER else une.valeur("total_retenu")


def _somme(lignes: Sequence[Mapping[str, Any]], cle: str) -> Decimal:
    return sum((ligne[cle] for ligne in lignes if isinstance(ligne.get(cle), Decimal)), ZERO)


def etats(figee: RevueFigee) -> Section:
    """Où en est chaque fiche, et pourquoi."""
    lignes = [
        {"fiche": une.nom, "feu": Feu(une.feu.origine).label,
         "motifs": une.feu.texte.removeprefix(f"{Feu(une.feu.origine).label}. ")}
        for une in figee.fiches
    ]  # fmt: skip
    colonnes = [Colonne("fiche", "Fiche"), Colonne("feu", "Où elle en est"), Colonne("motifs", "Pourquoi")]
    tableau = Tableau("feux", "Où en est chaque fiche", colonnes, lignes, source="Règle du feu, dans la méthode")
    constat = Paragraphe(constats.phrase_des_feux(figee.ensemble().feux))
    return Section("fiches", "Où en est chaque fiche", [constat, tableau])


def resultats(revue: Revue, figee: RevueFigee) -> Section:
    """Les résultats face à la dépense, puis chaque critère face à sa cible."""
    figure, constat = _resultats_et_depense(revue, figee), constats.phrase_des_cibles(figee.ensemble())
    blocs: list[Bloc] = [*([figure] if figure else []), *([Paragraphe(constat)] if constat else []), _criteres(figee)]
    return Section("resultats", "Les résultats", blocs)


def _resultats_et_depense(revue: Revue, figee: RevueFigee) -> Figure | None:
    couples = [
        (une.nom, part, fait) for une in figee.fiches
        if (part := une.valeur("part")) is not None and (fait := une.valeur("resultats")) is not None
    ]  # fmt: skip
    if not couples:
        return None
    seuil = Decimal(parametre("programme.feu_avance_depense", au=revue.au)) / 100
    titre = constats.titre_des_resultats(couples, ecart=seuil)
    lignes = [{"fiche": nom, "depense": _pour_cent(part), "resultats": _pour_cent(fait)} for nom, part, fait in couples]
    series = {"depense": "Budget dépensé (%)", "resultats": "Cibles atteintes (%)"}
    colonnes = [Colonne("fiche", "Fiche"), *(Colonne(cle, nom, Nature.NOMBRE) for cle, nom in series.items())]
    return Figure(
        titre=titre,
        sous_titre="Par fiche mesurée : part du budget dépensée et moyenne des cibles atteintes, en pour cent",
        graphique=barres_comparees(lignes, categorie="fiche", valeurs=series),
        description=f"{titre}. Le tableau donne les deux parts de chaque fiche.",
        tableau=Tableau("resultats_et_depense", "Résultats et dépense", colonnes, lignes),
        source="Critères des fiches ; temps et coûts validés",
        natif=graphique_natif(lignes, SorteDeGraphique.BARRES_COUCHEES, categorie="fiche", valeurs=series),
    )


def _pour_cent(part: Decimal) -> int:
    return int((part * 100).quantize(Decimal(1)))


def _criteres(figee: RevueFigee) -> Tableau:
    lignes = [_ligne(une, critere) for une in figee.fiches for critere in une.du_groupe("critere")]
    colonnes = [
        Colonne("numero", "N°", Nature.NOMBRE, secondaire=True, definition="Le numéro de la fiche-action."),
        Colonne("fiche", "Fiche"),
        Colonne("critere", "Critère"),
        Colonne("resultat", "Résultat"),
        Colonne("cible", "Cible"),
        Colonne("atteint", "Atteint", Nature.TAUX, definition="Le chemin fait vers la cible, de 0 à 1."),
        Colonne("valeur", "Valeur", Nature.CENTIEMES, secondaire=True, definition="Le résultat, dans son unité."),
        Colonne("cible_chiffree", "Valeur cible", Nature.CENTIEMES, secondaire=True),
        Colonne("unite", "Unité", secondaire=True),
        Colonne("source", "Source", secondaire=True),
    ]
    return Tableau(
        "resultats", "Chaque critère et sa cible", colonnes, lignes,
        source="Critères des fiches, mesurés par une action ou saisis par un partenaire et validés par l'autre",
        vide="Aucun critère n'est écrit.", ouvert=True, cle_primaire=("numero", "critere"),
    )  # fmt: skip


def _ligne(une: FicheFigee, critere: FigureFigee) -> dict[str, Any]:
    return {
        "numero": une.fiche.numero,
        "fiche": une.nom,
        "critere": critere.libelle,
        "resultat": _resultat(critere),
        "cible": afficher(critere.cible, critere.unite),
        "atteint": une.avancement(critere),
        "valeur": critere.valeur,
        "cible_chiffree": critere.cible,
        "unite": critere.unite,
        "source": critere.source,
    }


def _resultat(critere: FigureFigee) -> str:
    """La valeur, ou en deux mots pourquoi il n'y en a pas ; la rectification se lit à côté, entre parenthèses."""
    dit = afficher(critere.valeur, critere.unite)
    if not dit:
        dit = ("constat" if critere.origine else "pas encore mesuré") if critere.texte else "non renseigné"
    rectification = rectifiee(critere)
    return f"{dit} (rectifié : {rectification})" if rectification else dit


def rectifiee(figure: FigureFigee) -> str:
    """La dernière rectification en toutes lettres ; vide sans rectification."""
    toutes = list(figure.rectifications.all())
    return (afficher(toutes[-1].valeur, figure.unite) or toutes[-1].texte) if toutes else ""


def budget(figee: RevueFigee) -> Section:
    """La dépense face au prévu, par fiche puis par financeur."""
    figure = _depenses(figee)
    return Section(
        "budget", "Le budget", [*([figure] if figure else []), _budget(figee), *_financeurs(figee)]
    )  # fmt: skip


BUDGET = (("total_declare", "Déclaré"), ("total_calcule", "Calculé"), ("total_retenu", "Retenu"),
          ("depense", "Dépensé, validé"))  # fmt: skip


def _part(depense: Decimal | None, retenu: Decimal | None) -> Decimal | None:
    return None if depense is None or not retenu else depense / retenu


def _budget(figee: RevueFigee) -> Tableau:
    lignes: list[dict[str, Any]] = [
        {"numero": une.fiche.numero, "fiche": une.nom, **{nom: une.valeur(nom) for nom, _ in BUDGET},
         "part": _part(une.valeur("depense"), une.valeur("total_retenu"))}
        for une in figee.fiches
    ]  # fmt: skip
    sommes = {nom: figee.totaux[nom].valeur for nom, _ in BUDGET if nom in figee.totaux}
    total = {"fiche": "Total", **sommes, "part": _part(sommes.get("depense"), sommes.get("total_retenu"))}
    partiels = [f"{titre} : {figee.totaux[nom].texte}" for nom, titre in BUDGET
                if nom in figee.totaux and figee.totaux[nom].texte]  # fmt: skip
    colonnes = [
        Colonne("numero", "N°", Nature.NOMBRE, secondaire=True, definition="Le numéro de la fiche-action."),
        Colonne("fiche", "Fiche"), *(Colonne(nom, titre, Nature.EUROS) for nom, titre in BUDGET),
        Colonne("part", "Part dépensée", Nature.TAUX, definition="Dépensé et validé ÷ total retenu."),
    ]  # fmt: skip
    return Tableau("budget", "Budget et dépense de chaque fiche, en euros nets de taxes", colonnes, lignes,
                   total=total, source=SOURCE_DEPENSE, note=" ; ".join(partiels), ouvert=True,
                   cle_primaire=("numero",))  # fmt: skip


def _depenses(figee: RevueFigee) -> Figure | None:
    parts = [
        (une.nom, part) for une in figee.fiches
        if (part := _part(une.valeur("depense"), une.valeur("total_retenu"))) is not None
    ]  # fmt: skip
    if not parts:
        return None
    titre = constats.titre_des_depenses(parts)
    lignes = [{"fiche": nom, "part": _pour_cent(part)} for nom, part in parts]
    colonnes = [Colonne("fiche", "Fiche"), Colonne("part", "Part dépensée (%)", Nature.NOMBRE)]
    return Figure(
        titre=titre,
        sous_titre="Dépensé et validé, en pour cent du budget retenu",
        graphique=barres(lignes, categorie="fiche", valeur="part"),
        description=f"{titre}. Le tableau donne la part de chaque fiche.",
        tableau=Tableau("parts", "Part dépensée par fiche", colonnes, lignes),
        source=SOURCE_DEPENSE,
        natif=graphique_natif(
            lignes, SorteDeGraphique.BARRES_COUCHEES, categorie="fiche", valeurs={"part": "Part dépensée (%)"}
        ),
    )


def _financeurs(figee: RevueFigee) -> list[Tableau]:
    """Qui finance le programme, puis chaque fiche ; une contribution non précisée n'est jamais un zéro."""
    detail: list[dict[str, Any]] = []
    for une in figee.fiches:
        siennes: dict[str, dict[str, Any]] = {}
        for figure in une.du_groupe("financement"):
            nom, _, mesure = figure.libelle.rpartition(" : ")
            cle = "prevu" if mesure == "prévu" else "porte"
            ligne = siennes.setdefault(nom, {"fiche": une.nom, "financeur": nom})
            ligne[cle] = "non précisé" if figure.valeur is None else figure.valeur
        detail += siennes.values()
    if not detail:
        return []
    par_financeur: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for ligne in detail:
        par_financeur[ligne["financeur"]].append(ligne)
    ensemble: list[dict[str, Any]] = [
        {"financeur": nom, "prevu": _somme(siennes, "prevu"), "porte": _somme(siennes, "porte"),
         "remarque": _remarque(siennes)}
        for nom, siennes in par_financeur.items()
    ]  # fmt: skip
    ensemble.sort(key=lambda ligne: (-ligne["prevu"], ligne["financeur"]))
    mesures = [Colonne("prevu", "Prévu", Nature.EUROS), Colonne("porte", "Part du dépensé", Nature.EUROS)]
    total = {cle: _somme(detail, cle) for cle in ("prevu", "porte")}
    source = "Fiches signées ; temps et coûts validés, au prorata des montants écrits"
    return [
        Tableau("financeurs", "Qui finance le programme",
                [Colonne("financeur", "Financeur"), *mesures, Colonne("remarque", "Remarque")], ensemble,
                total={"financeur": "Total", **total}, source=source),
        Tableau("financements", "Qui finance chaque fiche",
                [Colonne("fiche", "Fiche"), Colonne("financeur", "Financeur"), *mesures], detail,
                total={"fiche": "Total", **total}, source=source),
    ]  # fmt: skip


def _remarque(lignes: Sequence[Mapping[str, Any]]) -> str:
    muettes = sum(isinstance(ligne.get("prevu"), str) for ligne in lignes)
    return pluriel(muettes, "contribution non précisée", "contributions non précisées") if muettes else ""


def rectifications(figee: RevueFigee) -> Section | None:
    """Ce que l'on sait depuis le verrou, à côté de la valeur verrouillée ; rien sans rectification."""
    lignes = [
        {"figure": f"{figure.fiche.numero}. {figure.libelle}" if figure.fiche else figure.libelle,
         "figee": afficher(figure.valeur, figure.unite) or figure.texte,
         "rectifiee": afficher(une.valeur, figure.unite) or une.texte, "motif": une.motif,
         "le": timezone.localdate(une.constatee_le)}
        for figure in figee.rectifiees for une in figure.rectifications.all()
    ]  # fmt: skip
    if not lignes:
        return None
    colonnes = [Colonne("figure", "Chiffre"), Colonne("figee", "Verrouillé"), Colonne("rectifiee", "Rectifié"),
                Colonne("motif", "Pourquoi"), Colonne("le", "Su le", Nature.DATE)]  # fmt: skip
    tableau = Tableau("rectifications", "Ce que l'on sait depuis le verrouillage", colonnes, lignes)
    return Section("rectifications", "Rectifications", [tableau])


def methode(revue: Revue, figee: RevueFigee) -> Section:
    """La boîte de méthode, puis chaque définition une fois, avec sa source, sa date et la version de sa méthode."""
    toutes = [*(figure for une in figee.fiches for figure in une.figures.values()), *figee.totaux.values()]
    vues: dict[tuple[str, str], dict[str, Any]] = {}
    for figure in toutes:
        if figure.definition and figure.groupe not in ("etat", "avancement"):
            cle = (figure.libelle, figure.definition)
            vues.setdefault(cle, {"libelle": figure.libelle, "definition": figure.definition, "source": figure.source,
                                  "au": figure.source_au, "version": figure.version_methode})  # fmt: skip
    boite = Encadre("Comment lire ces chiffres", _boite(revue, figee))
    colonnes = [Colonne("libelle", "Chiffre"), Colonne("definition", "Définition"), Colonne("source", "Source"),
                Colonne("au", "Date", Nature.DATE), Colonne("version", "Version")]  # fmt: skip
    tableau = Tableau("methode", "Définitions, sources et versions de méthode", colonnes, list(vues.values()))
    return Section("methode", "Méthode", [boite, tableau])


def _boite(revue: Revue, figee: RevueFigee) -> list[str]:
    regles = {une.feu.definition for une in figee.fiches if une.feu.definition}
    return [
        f"Tous les chiffres sont ceux du {date_longue(revue.au)}, tels que connus quand la revue a été photographiée. "
        "Une fois la revue verrouillée par les deux partenaires, aucun ne change : ce que l'on apprend ensuite se lit "
        "à côté.",
        "Dépensé, validé : le temps et les coûts que le maître d'ouvrage a validés, chaque jour au taux de sa date, "
        "nets de taxes. Un montant que la fiche n'écrit pas n'est jamais compté comme un zéro.",
        "Total déclaré : ce que la fiche signée écrit. Calculé : la somme de ses lignes. Retenu : ce que les "
        "partenaires ont décidé quand les deux diffèrent.",
        *(f"Règle du feu. {regle}" for regle in sorted(regles)),
    ]

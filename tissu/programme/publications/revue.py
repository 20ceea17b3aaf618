"""Le document d'une revue, fait des seuls chiffres figés et de leurs rectifications : il se recompose à l'identique."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from tissu.programme.choices import EtatRevue, Feu
from tissu.programme.models import Commentaire, Fiche, FigureFigee, Proposition, Revue
from tissu.programme.permissions import peut_tenir_la_revue
from tissu.programme.queries import revues as lectures
from tissu.programme.rules.revues import afficher
from tissu.publications.choices import NatureDePublication, Periodicite
from tissu.publications.contenu import (
    Bloc,
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
from tissu.publications.sources import DocumentIndisponible, Serie, SourceDeDocument
from tissu.socle.formats import date_longue
from tissu.socle.theme import theme

BUDGET = (("total_declare", "Déclaré"), ("total_calcule", "Calculé"), ("total_retenu", "Retenu"),
          ("depense", "Dépensé, validé"))  # fmt: skip
GROUPES_DE_FICHE = ("critere", "livrables", "budget", "temps")
RESULTATS = (
    Colonne("libelle", "Chiffre"),
    Colonne("valeur", "Résultat"),
    Colonne("cible", "Cible"),
    Colonne("rectifie", "Rectifié depuis"),
    Colonne("source", "Source", secondaire=True),
)


def document_revue(revue: Revue) -> Document:
    """Le bilan ou le point d'étape, projet ou verrouillé, en six requêtes au plus."""
    figures = list(lectures.figures(revue))
    par_fiche: dict[Fiche, list[FigureFigee]] = defaultdict(list)
    for figure in figures:
        if figure.fiche:
            par_fiche[figure.fiche].append(figure)
    commentaires = list(revue.commentaires.select_related("organisation").order_by("organisation__nom", "pk"))
    propositions = {une.fiche_id: une for une in revue.propositions.order_by("pk")}
    rectifications = _rectifications(figures)
    return Document(
        titre=str(revue),
        sous_titre=revue.convention.titre,
        territoire=theme().nom,
        periode=str(revue.annee),
        source_au=revue.au,
        version=version(revue),
        partenaires=[organisation.nom for organisation in revue.convention.partenaires.all()],
        sections=[
            _synthese(revue, figures, par_fiche, [un for un in commentaires if un.fiche_id is None]),
            _budget(figures, par_fiche),
            *(
                _fiche(fiche, siennes, [un for un in commentaires if un.fiche_id == fiche.pk],
                       propositions.get(fiche.pk))
                for fiche, siennes in par_fiche.items()
            ),
            _methode(figures),
            *([rectifications] if rectifications else []),
        ],
    )  # fmt: skip


def version(revue: Revue) -> str:
    """« Projet », « Arrêté le … », ou « Verrouillé le … par … et … »."""
    if revue.etat == EtatRevue.OUVERTE:
        return "Projet"
    if revue.etat == EtatRevue.ARRETEE:
        return f"Arrêté le {date_longue(revue.arretee_le)}, à signer"
    signataires = " et ".join(accord.organisation.nom for accord in revue.accords.select_related("organisation"))
    return f"Verrouillé le {date_longue(revue.verrouillee_le)} par {signataires}"


def _synthese(
    revue: Revue, figures: Sequence[FigureFigee], par_fiche: dict[Fiche, list[FigureFigee]], generaux: list[Commentaire]
) -> Section:
    totaux = {figure.cle.removeprefix("total."): figure for figure in figures if figure.groupe == "total"}
    cles = [
        Chiffre(totaux[nom].libelle, afficher(totaux[nom].valeur, totaux[nom].unite), Nature.TEXTE,
                comparaison=totaux[nom].texte)
        for nom in ("total_retenu", "depense", "jours_valides") if nom in totaux
    ]  # fmt: skip
    feux = [(fiche, figure) for fiche, des in par_fiche.items() for figure in des if figure.groupe == "etat"]
    lignes: list[dict[str, Any]] = [
        {"fiche": f"{fiche.numero}. {fiche.titre_court}", "feu": Feu(figure.origine).label,
         "motifs": figure.texte.removeprefix(f"{Feu(figure.origine).label}. ")}
        for fiche, figure in feux
    ]  # fmt: skip
    blocs: list[Bloc] = [Chiffres([Chiffre("Fiches examinées", len(par_fiche)), *cles])]
    blocs += [Paragraphe(texte) for texte in revue.introduction.split("\n\n") if texte.strip()]
    blocs += [Encadre(str(un.organisation), un.texte.split("\n\n")) for un in generaux]
    colonnes = [Colonne("fiche", "Fiche"), Colonne("feu", "Où elle en est"), Colonne("motifs", "Pourquoi")]
    blocs.append(Tableau("feux", "Où en est chaque fiche", colonnes, lignes, source="Règle du feu, dans la méthode"))
    return Section("essentiel", "L'essentiel", blocs)


def _budget(figures: Sequence[FigureFigee], par_fiche: dict[Fiche, list[FigureFigee]]) -> Section:
    lignes = []
    for fiche, siennes in par_fiche.items():
        valeurs = {figure.cle.split(".", 1)[1]: figure.valeur for figure in siennes}
        lignes.append({"fiche": f"{fiche.numero}. {fiche.titre_court}", **{nom: valeurs.get(nom) for nom, _ in BUDGET}})
    totaux = {figure.cle.removeprefix("total."): figure for figure in figures if figure.groupe == "total"}
    total: dict[str, Any] = {"fiche": "Total"} | {nom: totaux[nom].valeur for nom, _ in BUDGET if nom in totaux}
    colonnes = [Colonne("fiche", "Fiche"), *(Colonne(nom, titre, Nature.EUROS) for nom, titre in BUDGET)]
    partiels = [f"{titre} : {totaux[nom].texte}" for nom, titre in BUDGET if nom in totaux and totaux[nom].texte]
    tableau = Tableau("budget", "Budget des fiches, en euros nets de taxes", colonnes, lignes, total=total,
                      source="Fiches signées ; temps et coûts validés")  # fmt: skip
    blocs: list[Bloc] = [replace(tableau, note=f"{' ; '.join(partiels)}") if partiels else tableau]
    figure = _depenses(lignes)
    return Section("budget", "Le budget", [*blocs, *([figure] if figure else []), _financeurs(par_fiche)])


def _fiche(fiche: Fiche, figures: Sequence[FigureFigee], commentaires: list[Commentaire],
           proposition: Proposition | None) -> Section:  # fmt: skip
    """Une fiche tient en un tableau et un encadré : une page, deux diapositives."""
    lignes = [_ligne(figure) for groupe in GROUPES_DE_FICHE for figure in figures if figure.groupe == groupe]
    rectifie = any(ligne["rectifie"] for ligne in lignes)
    colonnes = [colonne for colonne in RESULTATS if colonne.cle != "rectifie" or rectifie]
    blocs: list[Bloc] = [Paragraphe(figure.texte) for figure in figures if figure.groupe == "etat"]
    blocs.append(Tableau(f"f{fiche.numero:02d}", f"Fiche {fiche.numero} : {fiche.titre_court}", colonnes, lignes))
    paroles = [f"{un.organisation} : {un.texte}" for un in commentaires]
    if proposition:
        total = afficher(proposition.total_propose_eur, "€")
        suite = f"Pour l'année suivante, {proposition.get_suite_display().lower()}."
        paroles.append(
            " ".join(part for part in (suite, proposition.texte, total and f"Total proposé : {total}.") if part)
        )
    if paroles:
        blocs.append(Encadre(f"Fiche {fiche.numero}, ce qu'en disent les partenaires", paroles))
    return Section(f"fiche-{fiche.numero}", f"Fiche {fiche.numero} : {fiche.titre_court}", blocs)


def _financeurs(par_fiche: dict[Fiche, list[FigureFigee]]) -> Tableau:
    """Qui finance quoi : une ligne par fiche et financeur, prévu et part du dépensé."""
    lignes: dict[tuple[int, str], dict[str, Any]] = {}
    for fiche, siennes in par_fiche.items():
        for figure in siennes:
            if figure.groupe == "financement":
                nom, _, mesure = figure.libelle.rpartition(" : ")
                ligne = lignes.setdefault((fiche.pk, nom), {"fiche": fiche.titre_court, "financeur": nom})
                ligne[mesure] = afficher(figure.valeur, figure.unite) or figure.texte
    colonnes = [Colonne("fiche", "Fiche"), Colonne("financeur", "Financeur"), Colonne("prévu", "Prévu"),
                Colonne("part du dépensé", "Part du dépensé")]  # fmt: skip
    return Tableau("financeurs", "Qui finance quoi", colonnes, list(lignes.values()),
                   source="Fiches signées ; temps et coûts validés, au prorata des montants écrits")  # fmt: skip


def _depenses(lignes: Sequence[dict[str, Any]]) -> Figure | None:
    """La part dépensée de chaque fiche, en pour cent du retenu."""
    parts = [
        {"fiche": ligne["fiche"], "part": round(float(ligne["depense"] / ligne["total_retenu"] * 100))}
        for ligne in lignes
        if ligne["total_retenu"] and ligne["depense"] is not None
    ]
    if not parts:
        return None
    plus = max(parts, key=lambda une: une["part"])
    moins = min(parts, key=lambda une: une["part"])
    constat = f"De {moins['part']} % ({moins['fiche']}) à {plus['part']} % ({plus['fiche']}) du budget dépensé"
    colonnes = [Colonne("fiche", "Fiche"), Colonne("part", "Part dépensée (%)", Nature.NOMBRE)]
    return Figure(
        titre=constat,
        sous_titre="Dépensé et validé, en pour cent du budget retenu",
        graphique=barres(parts, categorie="fiche", valeur="part"),
        description=f"{constat}. Le tableau donne la part de chaque fiche.",
        tableau=Tableau("parts", "Part dépensée par fiche", colonnes, parts),
        source="Temps et coûts validés",
        natif=graphique_natif(
            parts, SorteDeGraphique.BARRES_COUCHEES, categorie="fiche", valeurs={"part": "Part dépensée (%)"}
        ),
    )


def _ligne(figure: FigureFigee) -> dict[str, Any]:
    rectifiees = list(figure.rectifications.all())
    derniere = rectifiees[-1] if rectifiees else None
    return {
        "libelle": figure.libelle,
        "valeur": afficher(figure.valeur, figure.unite) or figure.texte or "Non renseigné",
        "cible": afficher(figure.cible, figure.unite),
        "rectifie": (afficher(derniere.valeur, figure.unite) or derniere.texte) if derniere else "",
        "source": figure.source,
    }


def _methode(figures: Sequence[FigureFigee]) -> Section:
    """Chaque définition une fois, avec sa source, sa date et la version de sa méthode."""
    vues: dict[tuple[str, str], dict[str, Any]] = {}
    for figure in figures:
        if figure.definition:
            cle = (figure.libelle, figure.definition)
            vues.setdefault(cle, {"libelle": figure.libelle, "definition": figure.definition, "source": figure.source,
                                  "au": figure.source_au, "version": figure.version_methode})  # fmt: skip
    colonnes = [Colonne("libelle", "Chiffre"), Colonne("definition", "Définition"), Colonne("source", "Source"),
                Colonne("au", "Date", Nature.DATE), Colonne("version", "Version")]  # fmt: skip
    tableau = Tableau("methode", "Définitions, sources et versions de méthode", colonnes, list(vues.values()))
    return Section("methode", "Méthode", [tableau])


def _rectifications(figures: Sequence[FigureFigee]) -> Section | None:
    lignes = [
        {"figure": f"{figure.fiche.numero}. {figure.libelle}" if figure.fiche else figure.libelle,
         "figee": afficher(figure.valeur, figure.unite) or figure.texte,
         "rectifiee": afficher(une.valeur, figure.unite) or une.texte, "motif": une.motif,
         "le": une.constatee_le.date()}
        for figure in figures for une in figure.rectifications.all()
    ]  # fmt: skip
    if not lignes:
        return None
    colonnes = [Colonne("figure", "Chiffre"), Colonne("figee", "Valeur verrouillée"), Colonne("rectifiee", "Rectifiée"),
                Colonne("motif", "Motif"), Colonne("le", "Constatée le", Nature.DATE)]  # fmt: skip
    tableau = Tableau("rectifications", "Ce que l'on sait depuis le verrouillage", colonnes, lignes)
    return Section("rectifications", "Rectifications", [tableau])


def documents() -> list[SourceDeDocument]:
    """Les revues, pour le service des publications : une édition par revue verrouillée, une série par convention."""
    return [
        SourceDeDocument(
            cle="programme.revue",
            slug="revue-du-partenariat",
            titre="Revues du partenariat",
            resume="Bilans annuels et points à mi-parcours des fiches-actions, verrouillés par les deux partenaires.",
            document=_document_a_diffuser,
            retour=lambda reference: reverse("programme:revue", args=[reference]),
            nature=NatureDePublication.BILAN,
            origine="programme",
            periodicite=Periodicite.ANNUELLE,
            serie=_serie,
        )
    ]


def _serie(reference: str) -> Serie:
    """Les revues d'une convention paraissent sous sa propre adresse."""
    convention = _revue(reference).convention
    annees = f"{convention.debut}-{convention.fin}"
    return Serie(str(convention.pk), f"revue-du-partenariat-{annees}", f"Revues du partenariat {annees}")


def _revue(reference: str) -> Revue:
    revue = lectures.revues().filter(pk=int(reference)).first()
    if revue is None:
        raise DocumentIndisponible("Cette revue n'existe pas.")
    return revue


def _document_a_diffuser(reference: str, *, personne: Any, au: datetime) -> Document:
    revue = _revue(reference)
    if not peut_tenir_la_revue(personne, revue):
        raise DocumentIndisponible("La diffusion de cette revue n'est pas ouverte à votre rôle.")
    if revue.etat != EtatRevue.VERROUILLEE:
        raise DocumentIndisponible("Une revue se diffuse une fois verrouillée par les deux partenaires.")
    return document_revue(revue)

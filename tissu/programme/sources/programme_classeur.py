"""Un programme dans un classeur XLSX : le modèle à remplir, son écriture et sa lecture.

Chaque feuille porte un objet par ligne ; une fiche se désigne par son numéro et son année. Les nombres se lisent dans
toutes les écritures françaises, en nombre ou en texte.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from tissu.entrepot.lecture.classeurs import ClasseurDemesure, refuser_demesure
from tissu.programme.choices import (
    EtatContribution,
    FrequenceReunion,
    NatureDepense,
    PosteDAide,
    RegleDAide,
    SectionDeFiche,
    SensIndicateur,
)
from tissu.programme.sources.enregistrements import LIEU, construire
from tissu.programme.sources.lecture import Defaut, FicheLue, Lecteur, ProgrammeIllisible, ProgrammeLu

# feuille → (champ, titre de colonne) ; le champ est celui des fichiers YAML.
FICHE = (("numero", "Fiche"), ("annee", "Année"))
FEUILLES: dict[str, tuple[tuple[str, str], ...]] = {
    "Convention": (("titre", "Titre"), ("debut", "Première année"), ("fin", "Dernière année"),
                   ("taux_jour", "Taux journalier (€)")),
    "Partenaires": (("cle", "Clé"), ("type", "Sorte (cci, metropole…)"), ("nom", "Nom")),
    "Fiches": (*FICHE, ("action", "Action"), ("titre", "Titre"), ("titre_court", "Titre court"),
               ("periode_entete", "Période écrite en tête"), ("debut", "Calendrier, du"), ("fin", "Calendrier, au"),
               ("premier_mois", "Premier mois"), ("maitres_ouvrage", "Maîtres d'ouvrage (clés)"),
               ("total", "Total écrit (€)"), ("regle_d_aide", "Règle d'aide")),
    "Rubriques": (*FICHE, ("rubrique", "Rubrique"), ("texte", "Texte")),
    "Lignes": (*FICHE, ("libelle", "Libellé"), ("nature", "Nature"), ("jours", "Jours"), ("montant", "Montant (€)"),
               ("poste", "Poste d'aide"), ("etp", "ETP"), ("note", "Note")),
    "Financements": (*FICHE, ("financeur", "Financeur"), ("partenaire", "Clé du partenaire"),
                     ("ligne", "Ligne financée"),
                     ("montant", "Montant (€)"), ("taux", "Taux"), ("etat", "État"), ("condition", "Condition")),
    "Critères": (*FICHE, ("cle", "Clé"), ("libelle", "Libellé"), ("definition", "Définition"),
                 ("indicateur", "Indicateur"), ("unite", "Unité"), ("sens", "Sens"), ("cumulatif", "Cumulatif"),
                 ("qualitatif", "Qualitatif"), ("cible", "Cible"), ("reference", "Valeur de départ"),
                 ("reference_au", "Au"), ("source", "Source")),
    "Jalons": (*FICHE, ("titre", "Titre"), ("le", "Le")),
    "Livrables": (*FICHE, ("titre", "Titre"), ("attendu_le", "Attendu le")),
    "Réunions": (*FICHE, ("titre", "Titre"), ("frequence", "Fréquence"), ("premiere_le", "Première le"),
                 ("heure", "Heure"), ("jusqu_au", "Jusqu'au")),
}  # fmt: skip
LISTES = {"Lignes": "lignes", "Financements": "financements", "Critères": "criteres", "Jalons": "jalons",
          "Livrables": "livrables", "Réunions": "reunions"}  # fmt: skip
# Une ligne qui commence par ce mot n'est pas lue : le modèle en porte une par feuille.
EXEMPLE = "Exemple"
EXEMPLES: dict[str, tuple[Any, ...]] = {
    "Convention": ("Exemple : Partenariat 2027-2029", 2027, 2029, "700 €"),
    "Partenaires": ("Exemple : cci", "cci", "Chambre de commerce et d'industrie"),
    "Fiches": (EXEMPLE, 2027, "clubs", "Animation des clubs d'entreprises", "Clubs", "2027/2029", "2027-01-01",
               "2027-12-31", 1, "cci, metropole", "4 200 €", ""),
    "Rubriques": (EXEMPLE, 2027, "objectifs", "Un paragraphe, ou une liste de tirets."),
    "Lignes": (EXEMPLE, 2027, "Animation de trois groupes", "jours", "1,5", "1 050 €", "", "", ""),
    "Financements": (EXEMPLE, 2027, "Conseil régional", "", "", "22.300 €", "70 %", "sous_reserve",
                     "Sous réserve du vote du budget."),
    "Critères": (EXEMPLE, 2027, "clubs_reunis", "Clubs réunis", "Clubs venus à une réunion au moins.", "", "clubs",
                 "hausse", "oui", "non", "8", "5", "2026-12-31", "Feuilles de présence"),
    "Jalons": (EXEMPLE, 2027, "Point à mi-parcours", "2027-06-30"),
    "Livrables": (EXEMPLE, 2027, "Bilan de l'année", "2028-01-31"),
    "Réunions": (EXEMPLE, 2027, "Réunion technique", "mensuelle", "2027-01-14", "14:00", "2027-12-31"),
}  # fmt: skip
# Les mots permis d'une colonne, proposés en liste dans le classeur.
CHOIX: dict[str, list[str]] = {
    "nature": list(NatureDepense.values), "poste": [mot for mot in PosteDAide.values if mot],
    "etat": list(EtatContribution.values), "frequence": list(FrequenceReunion.values),
    "sens": list(SensIndicateur.values), "cumulatif": ["oui", "non"], "qualitatif": ["oui", "non"],
    "rubrique": list(SectionDeFiche.values),
    "regle_d_aide": [mot for mot in RegleDAide.values if mot], "premier_mois": [str(mois) for mois in range(1, 13)],
}  # fmt: skip
LIGNES_A_CHOIX = 500
LARGEURS = {"texte": 70, "definition": 60, "titre": 44, "libelle": 44, "note": 36, "condition": 36, "financeur": 30}
MODE_D_EMPLOI = (
    "Une feuille par sorte d'objet, un objet par ligne. Ne changez ni les feuilles ni les titres de colonne.",
    "Une fiche se désigne partout par son numéro et son année.",
    "La ligne grise qui commence par « Exemple » montre comment remplir la feuille : elle n'est jamais lue.",
    "Écrivez les montants comme dans votre document : 1 400 €, 22.300 €, 1400,50. Les demi-journées s'écrivent 1,5.",
    "Une case vide est un montant que le document n'écrit pas : elle ne vaut jamais zéro.",
    "Recopiez le document tel qu'il est, erreurs comprises : tissu les signale, et c'est vous qui décidez.",
    "Nature d'une ligne : jours, debours, salaire ou forfait. État d'un financement : prevue, notifiee, versee ou "
    "sous_reserve.",
    "ETP : la part d'un temps plein sur l'année, à la ligne de salaire (1, 0,25 ou 25 %).",
    "Réunions : sans première date, la série est gardée « à dater » ; une série datée dit son heure et sa fin.",
    "Rubriques : constat, objectifs, contenu, methode, maitrise_ouvrage, partenaires, calendrier, livrables, "
    "evaluation.",
)


def lire_classeur(fichier: IO[bytes]) -> ProgrammeLu:
    """Le programme d'un classeur rempli. Lève `ProgrammeIllisible`, chaque défaut avec sa feuille et sa ligne."""
    lecteur = Lecteur()
    classeur = _ouvrir(lecteur, fichier)
    feuilles = {nom: _lignes(lecteur, classeur, nom) for nom in FEUILLES}
    tetes = [ligne for _, ligne in feuilles["Convention"]]
    if len(tetes) != 1:
        lecteur.relever("Convention", "feuille", None, "doit porter exactement une convention.")
    tete = {**(tetes[0] if tetes else {}), "partenaires": [ligne for _, ligne in feuilles["Partenaires"]]}
    try:
        return construire(lecteur, "Convention", tete, _fiches(lecteur, feuilles))
    except ProgrammeIllisible as erreur:
        raise ProgrammeIllisible([_au_titre_de_colonne(defaut) for defaut in erreur.defauts]) from erreur


def _au_titre_de_colonne(defaut: Defaut) -> Defaut:
    """Nomme la colonne comme la feuille la nomme, non comme le champ."""
    colonnes = dict(FEUILLES.get(defaut.lieu.split(",")[0], ()))
    titre = colonnes.get(defaut.champ.removeprefix("calendrier."))
    return defaut if titre is None else Defaut(defaut.lieu, f"colonne « {titre} »", defaut.valeur, defaut.remede)


def _ouvrir(lecteur: Lecteur, fichier: IO[bytes]) -> Any:
    try:
        refuser_demesure(fichier)  # type: ignore[arg-type]
        fichier.seek(0)
        return CalamineWorkbook.from_filelike(fichier)  # type: ignore[arg-type]
    except ClasseurDemesure as erreur:
        lecteur.relever("classeur", "fichier", None, str(erreur))
    except CalamineError:
        lecteur.relever("classeur", "fichier", None, "n'est pas un classeur XLSX lisible : repartez du modèle.")
    lecteur.conclure()
    return None


def _lignes(lecteur: Lecteur, classeur: Any, nom: str) -> list[tuple[str, dict[str, Any]]]:
    """Les lignes remplies d'une feuille : (lieu, champ → valeur)."""
    if nom not in classeur.sheet_names:
        lecteur.relever(nom, "feuille", None, "manque : repartez du modèle.")
        return []
    brutes = classeur.get_sheet_by_name(nom).to_python(skip_empty_area=False)
    titres = [str(titre).strip() for titre in brutes[0]] if brutes else []
    champs = {titre: champ for champ, titre in FEUILLES[nom]}
    for titre in champs.keys() - set(titres):
        lecteur.relever(nom, "colonne", titre, "manque : repartez du modèle.")
    lues = []
    for rang, brute in enumerate(brutes[1:], start=2):
        valeurs = {champs[titre]: valeur for titre, valeur in zip(titres, brute, strict=False) if titre in champs}
        exemple = str(brute[0] if brute else "").strip().lower().startswith(EXEMPLE.lower())
        if not exemple and any(valeur not in ("", None) for valeur in valeurs.values()):
            lues.append((f"{nom}, ligne {rang}", {champ: _cellule(valeur) for champ, valeur in valeurs.items()}))
    return lues


def _cellule(valeur: Any) -> Any:
    """Les entiers reviennent en flottants du classeur ; un flottant s'y écrit au plus court, sans sa queue binaire."""
    if isinstance(valeur, float):
        return int(valeur) if valeur.is_integer() else str(valeur).replace(".", ",")
    return None if valeur == "" else valeur


def _fiches(
    lecteur: Lecteur, feuilles: dict[str, list[tuple[str, dict[str, Any]]]]
) -> Iterable[tuple[str, dict[str, Any]]]:
    detail: dict[tuple[Any, Any], dict[str, Any]] = defaultdict(lambda: {"rubriques": {}})
    connues = {(ligne.get("numero"), ligne.get("annee")) for _, ligne in feuilles["Fiches"]}
    for nom in ("Rubriques", *LISTES):
        for lieu, ligne in feuilles[nom]:
            cle = (ligne.get("numero"), ligne.get("annee"))
            if cle not in connues:
                lecteur.relever(lieu, "fiche", f"{cle[0]} ({cle[1]})", "n'est pas dans la feuille Fiches.")
            elif nom == "Rubriques":
                detail[cle]["rubriques"][str(ligne.get("rubrique"))] = ligne.get("texte") or ""
            else:
                detail[cle].setdefault(LISTES[nom], []).append({**_oui_non(ligne), LIEU: lieu})
    for lieu, ligne in feuilles["Fiches"]:
        maitres = str(ligne.get("maitres_ouvrage") or "").replace(";", ",").split(",")
        yield (
            lieu,
            {
                **ligne,
                **detail[(ligne.get("numero"), ligne.get("annee"))],
                "premier_mois": ligne.get("premier_mois") or 1,
                "calendrier": {"debut": ligne.get("debut"), "fin": ligne.get("fin")},
                "maitres_ouvrage": [maitre.strip() for maitre in maitres if maitre.strip()],
            },
        )


def _oui_non(ligne: dict[str, Any]) -> dict[str, Any]:
    """« oui » et « non » des colonnes Cumulatif et Qualitatif ; vide prend la valeur ordinaire."""
    lue = {champ: valeur for champ, valeur in ligne.items() if champ not in ("cumulatif", "qualitatif")}
    for champ in ("cumulatif", "qualitatif"):
        texte = str(ligne.get(champ) or "").strip().lower()
        if texte:
            lue[champ] = texte in ("oui", "vrai", "true", "1")
    return lue


def ecrire_classeur(programme: ProgrammeLu | None = None) -> bytes:
    """Le classeur d'un programme, prêt à être relu ; sans programme, le modèle vide."""
    sortie = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sortie, options) as classeur:
        texte = classeur.add_format({"text_wrap": True, "valign": "top"})
        accueil = classeur.add_worksheet("Mode d'emploi")
        accueil.hide_gridlines(2)
        accueil.set_column(0, 0, 110)
        titre = "Programme à remplir" if programme is None else programme.titre
        accueil.write_string(0, 0, titre, classeur.add_format({"bold": True, "font_size": 16}))
        for rang, phrase in enumerate(MODE_D_EMPLOI, start=2):
            accueil.write_string(rang, 0, phrase, texte)
        contenus = _contenus(programme) if programme else {}
        for nom in FEUILLES:
            _ecrire_feuille(classeur, nom, contenus.get(nom, ()), exemple=programme is None, texte=texte)
    return sortie.getvalue()


def _ecrire_feuille(classeur: Any, nom: str, lignes: Iterable[Sequence[Any]], *, exemple: bool, texte: Any) -> None:
    entete = classeur.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    gris = classeur.add_format({"text_wrap": True, "valign": "top", "italic": True, "font_color": "#555555",
                                "bg_color": "#EEEEEE"})  # fmt: skip
    feuille = classeur.add_worksheet(nom)
    feuille.freeze_panes(1, 0)
    for colonne, (champ, titre) in enumerate(FEUILLES[nom]):
        feuille.set_column(colonne, colonne, LARGEURS.get(champ, max(12, len(titre) + 2)))
        feuille.write_string(0, colonne, titre, entete)
        if champ in CHOIX:
            validation = {"validate": "list", "source": CHOIX[champ], "ignore_blank": True,
                          "error_title": titre, "error_message": "Choisissez un mot de la liste."}  # fmt: skip
            feuille.data_validation(1, colonne, LIGNES_A_CHOIX, colonne, validation)
    for colonne, valeur in enumerate(EXEMPLES[nom] if exemple else ()):
        feuille.write(1, colonne, valeur, gris)
    for rang, ligne in enumerate(lignes, start=2 if exemple else 1):
        for colonne, valeur in enumerate(ligne):
            feuille.write(rang, colonne, valeur, texte)


def _contenus(programme: ProgrammeLu) -> dict[str, list[Sequence[Any]]]:
    lignes: dict[str, list[Sequence[Any]]] = defaultdict(list)
    lignes["Convention"].append((programme.titre, programme.debut, programme.fin, _ecrit(programme.taux_jour_eur)))
    lignes["Partenaires"] += [(un.cle, un.type, un.nom) for un in programme.partenaires]
    for fiche in programme.fiches:
        _contenus_de_fiche(fiche, lignes)
    return lignes


def _contenus_de_fiche(fiche: FicheLue, lignes: dict[str, list[Sequence[Any]]]) -> None:
    cle = (fiche.numero, fiche.annee)
    lignes["Fiches"].append(
        (*cle, fiche.action, fiche.titre, fiche.titre_court, fiche.periode_entete, _ecrit(fiche.calendrier_debut),
         _ecrit(fiche.calendrier_fin), fiche.premier_mois, ", ".join(fiche.maitres_ouvrage),
         _ecrit(fiche.total_declare_eur), fiche.regle_d_aide)
    )  # fmt: skip
    lignes["Rubriques"] += [(*cle, nom, texte) for nom, texte in fiche.rubriques.items()]
    lignes["Lignes"] += [
        (
            *cle,
            une.libelle,
            une.nature,
            _ecrit(une.jours),
            _ecrit(une.montant_eur),
            une.poste_d_aide,
            _ecrit(une.etp),
            une.note,
        )
        for une in fiche.lignes
    ]
    lignes["Financements"] += [
        (*cle, un.financeur, un.partenaire, un.ligne, _ecrit(un.montant_eur), _ecrit(un.taux), un.etat, un.condition)
        for un in fiche.contributions
    ]
    lignes["Critères"] += [
        (*cle, un.cle, un.libelle, un.definition, un.indicateur, un.unite, un.sens, "oui" if un.cumulatif else "non",
         "oui" if un.qualitatif else "non", _ecrit(un.cible), _ecrit(un.reference), _ecrit(un.reference_au), un.source)
        for un in fiche.criteres
    ]  # fmt: skip
    lignes["Jalons"] += [(*cle, un.titre, _ecrit(un.le)) for un in fiche.jalons]
    lignes["Livrables"] += [(*cle, un.titre, _ecrit(un.le)) for un in fiche.livrables]
    lignes["Réunions"] += [
        (*cle, une.titre, une.frequence, _ecrit(une.premiere_le), f"{une.heure:%H:%M}" if une.heure else "",
         _ecrit(une.jusqu_au))
        for une in fiche.reunions
    ]  # fmt: skip


def _ecrit(valeur: Decimal | date | None) -> str:
    """En texte : le tableur n'arrondit ni ne réécrit rien."""
    if isinstance(valeur, Decimal):
        return format(valeur.normalize(), "f").replace(".", ",")
    return "" if valeur is None else valeur.isoformat()

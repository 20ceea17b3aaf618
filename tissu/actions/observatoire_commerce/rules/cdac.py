"""Un projet commercial demande-t-il l'autorisation de la CDAC ? (code de commerce, L. 752-1 et suivants)

Les règles et leurs seuils sont des données datées (`regles_cdac.yaml`, `parametres.yaml`), que l'on reçoit ici déjà
lues. Ce module les confronte à un projet ; il aide à qualifier et ne remplace jamais l'avis d'un juriste.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from tissu.actions.observatoire_commerce.choices import EtatProjet, NatureProjet, Qualification, SecteurProjet
from tissu.actions.observatoire_commerce.rules.droit_cdac import FAITS, SIGNES, Droit, Effet, Regle
from tissu.socle.formats import date_longue, nombre


@dataclass(frozen=True)
class Projet:
    """Un projet tel que décrit. None : on ne sait pas ; ce n'est jamais un non.

    `surface_existante_m2` : ce que le magasin (ou l'ensemble regroupé) a déjà, `surface_creee_m2` : ce qu'on ajoute.
    `surface_ensemble_m2` : l'ensemble commercial sans le projet. `disposition_le` : le jour où le propriétaire a
    recouvré ses locaux, si l'exploitant était en redressement. `habitants` : population de la commune.
    """

    nature: str
    secteur: str
    demande_le: date
    surface_existante_m2: Decimal | None = None
    surface_creee_m2: Decimal | None = None
    secteur_avant: str = ""
    dans_ensemble: bool | None = None
    surface_ensemble_m2: Decimal | None = None
    ferme_le: date | None = None
    reouvre_le: date | None = None
    redressement: bool | None = None
    disposition_le: date | None = None
    drive_integre: bool | None = None
    surface_plancher_m2: Decimal | None = None
    en_ort: bool | None = None
    ort_soumet: bool | None = None
    artificialisation: bool | None = None
    permis: bool | None = None
    habitants: int | None = None

    @property
    def alimentaire(self) -> bool:
        return self.secteur == SecteurProjet.ALIMENTAIRE


@dataclass(frozen=True)
class Verdict:
    """Ce que l'aide conclut, pourquoi, et ce qui manque. `reserves` : ce qui changerait la réponse."""

    code: Qualification
    motifs: tuple[str, ...]
    references: tuple[str, ...]
    pieces_manquantes: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()
    attentions: tuple[str, ...] = ()
    saisine: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Lecture:
    """Une règle confrontée au projet. `joue` None : indécise, faute des faits `manquants`."""

    regle: Regle
    joue: bool | None
    manquants: tuple[str, ...] = ()
    valeurs: Mapping[str, str] = field(default_factory=dict)

    def dire(self, texte: str) -> str:
        return texte.format_map(self.valeurs)


# --- Les faits d'un projet ---


def faits(projet: Projet) -> dict[str, Any]:
    """Ce que les règles lisent, déduit de ce que le projet déclare ; None quand on ne peut le savoir."""
    surfaces = _surfaces(projet)
    ensemble = True if projet.nature == NatureProjet.ENSEMBLE_EXTENSION else projet.dans_ensemble
    return {
        **surfaces,
        "dans_ensemble": ensemble,
        "secteur_change": _secteur_change(projet),
        "annees_de_fermeture": _annees_de_fermeture(projet),
        "drive_integre": projet.drive_integre,
        "surface_plancher_m2": projet.surface_plancher_m2,
        "en_ort": projet.en_ort,
        "ort_soumet": projet.ort_soumet,
        "artificialisation": projet.artificialisation,
        "permis": projet.permis,
        "habitants": projet.habitants,
    }


def _surfaces(projet: Projet) -> dict[str, Decimal | None]:
    nature, existante, creee = projet.nature, projet.surface_existante_m2, projet.surface_creee_m2
    if nature in {NatureProjet.CREATION, NatureProjet.ENSEMBLE_CREATION, NatureProjet.DRIVE}:
        existante = Decimal(0)
    if nature in {NatureProjet.CHANGEMENT, NatureProjet.REOUVERTURE} and creee is None:
        creee = Decimal(0)
    if nature == NatureProjet.ENSEMBLE_EXTENSION:
        existante = projet.surface_ensemble_m2
    return {
        "surface_existante_m2": existante,
        "surface_creee_m2": creee,
        "surface_totale_m2": _somme(existante, creee),
        "surface_ensemble_m2": projet.surface_ensemble_m2,
        "surface_ensemble_apres_m2": _somme(projet.surface_ensemble_m2, creee),
    }


def _somme(*surfaces: Decimal | None) -> Decimal | None:
    return None if None in surfaces else sum((s for s in surfaces if s is not None), Decimal(0))


def _secteur_change(projet: Projet) -> bool | None:
    return None if not projet.secteur_avant else projet.secteur_avant != projet.secteur


def _annees_de_fermeture(projet: Projet) -> int | None:
    """En cas de redressement, le délai ne court que du jour où le propriétaire a recouvré ses locaux."""
    depuis = projet.disposition_le if projet.redressement else projet.ferme_le
    if depuis is None or projet.reouvre_le is None:
        return None
    return max(0, relativedelta(projet.reouvre_le, depuis).years)


# --- Confronter ---


def qualifier(projet: Projet, *, droit: Droit, seuils: Mapping[str, int]) -> Verdict:
    """Le verdict, avec ses raisons. `seuils` : les paramètres en vigueur au jour de la demande."""
    if projet.demande_le < droit.depuis:
        return Verdict(Qualification.A_PRECISER, (droit.avant,), ())
    connus = faits(projet)
    lectures = [
        _confronter(regle, projet, connus, seuils)
        for regle in droit.regles
        if regle.concerne(projet.nature, projet.secteur, projet.demande_le)
    ]
    par_effet = {effet: [une for une in lectures if une.regle.effet == effet] for effet in Effet}
    soumettent = [une for une in par_effet[Effet.SOUMET] if une.joue]
    dispensent = [une for une in par_effet[Effet.EXEMPTE] if une.joue]
    if dispensent:
        return _dispense(dispensent, soumettent)
    if soumettent:
        return _soumis(soumettent, par_effet)
    indecises = [une for une in par_effet[Effet.SOUMET] if une.joue is None]
    if indecises:
        return _a_preciser(indecises)
    return _non_soumis(par_effet, projet)


def _confronter(regle: Regle, projet: Projet, connus: Mapping[str, Any], seuils: Mapping[str, int]) -> _Lecture:
    issues, manquants, valeurs = [], [], _valeurs_a_dire(connus, seuils)
    for condition in regle.conditions:
        nom = condition.nom_du_seuil(projet.alimentaire)
        borne = seuils[nom] if nom else condition.valeur
        if condition.seuil_alimentaire:
            valeurs["seuil"] = _dit(borne)
        if connus[condition.fait] is None:
            manquants.append(FAITS[condition.fait])
        else:
            issues.append(bool(SIGNES[condition.signe](connus[condition.fait], borne)))
    if False in issues:
        return _Lecture(regle, False, valeurs=valeurs)
    return _Lecture(regle, None if manquants else True, tuple(manquants), valeurs)


def _valeurs_a_dire(connus: Mapping[str, Any], seuils: Mapping[str, int]) -> dict[str, str]:
    return {nom: _dit(valeur) for nom, valeur in (*seuils.items(), *connus.items())}


def _dit(valeur: Any) -> str:
    """Un nombre à la française, sans décimale inutile."""
    if isinstance(valeur, Decimal) and valeur != valeur.to_integral_value():
        return nombre(valeur, 2)
    return nombre(valeur) if isinstance(valeur, int | Decimal) and not isinstance(valeur, bool) else str(valeur)


def _dispense(dispensent: Sequence[_Lecture], soumettent: Sequence[_Lecture]) -> Verdict:
    motifs = [une.dire(une.regle.motif) for une in dispensent]
    motifs += [f"Sans cette dispense, il le serait. {une.dire(une.regle.motif)}" for une in soumettent]
    return Verdict(Qualification.NON_SOUMIS, tuple(motifs), _references([*dispensent, *soumettent]))


def _soumis(soumettent: Sequence[_Lecture], par_effet: Mapping[Effet, Sequence[_Lecture]]) -> Verdict:
    indecises = [une for une in par_effet[Effet.EXEMPTE] if une.joue is None]
    attentions = [une for une in par_effet[Effet.ATTENTION] if une.joue]
    a_savoir = [une for une in par_effet[Effet.ATTENTION] if une.joue is None and une.regle.reserve]
    return Verdict(
        Qualification.SOUMIS,
        tuple(une.dire(une.regle.motif) for une in soumettent),
        _references([*soumettent, *indecises, *attentions, *a_savoir]),
        pieces_manquantes=_manquants([*indecises, *a_savoir]),
        reserves=_uniques(une.dire(une.regle.reserve) for une in (*indecises, *a_savoir) if une.regle.reserve),
        attentions=tuple(une.dire(une.regle.motif) for une in attentions),
    )


def _a_preciser(indecises: Sequence[_Lecture]) -> Verdict:
    return Verdict(
        Qualification.A_PRECISER,
        ("Il manque de quoi répondre : une donnée absente ne vaut pas un non.",),
        _references(indecises),
        pieces_manquantes=_manquants(indecises),
    )


def _non_soumis(par_effet: Mapping[Effet, Sequence[_Lecture]], projet: Projet) -> Verdict:
    ecartees = [une for effet in (Effet.SOUMET, Effet.EXEMPTE) for une in par_effet[effet] if une.regle.sinon]
    motifs = [une.dire(une.regle.sinon) for une in ecartees]
    if not par_effet[Effet.SOUMET]:
        motifs = [f"Au {date_longue(projet.demande_le)}, aucun texte ne soumet ce cas."]
    saisines = [une for une in par_effet[Effet.SAISINE] if une.joue]
    possibles = [une for une in par_effet[Effet.SAISINE] if une.joue is None]
    return Verdict(
        Qualification.NON_SOUMIS,
        tuple(motifs),
        _references([*ecartees, *saisines, *possibles]),
        pieces_manquantes=_manquants(possibles),
        reserves=() if saisines else _uniques(une.dire(une.regle.reserve) for une in possibles),
        saisine=tuple(une.dire(une.regle.motif) for une in saisines),
    )


def _references(lectures: Sequence[_Lecture]) -> tuple[str, ...]:
    return _uniques(une.regle.reference for une in lectures)


def _manquants(lectures: Sequence[_Lecture]) -> tuple[str, ...]:
    return _uniques(manquant for une in lectures for manquant in une.manquants)


def _uniques(textes: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(textes))


# --- Les délais ---


@dataclass(frozen=True)
class Delai:
    """Un délai de la procédure, et sa date quand on connaît le jour où il part."""

    titre: str
    duree_mois: int
    reference: str
    echeance: date | None = None


def delais(
    seuils: Mapping[str, int], *, saisine: bool, depot_le: date | None, decision_le: date | None
) -> tuple[Delai, ...]:
    """Les délais d'un dossier : la réponse de la commission, puis le recours."""
    nom = "cdac_delai_saisine_mois" if saisine else "cdac_delai_commission_mois"
    reponse = Delai(
        "Réponse de la commission départementale ; son silence vaut accord",
        seuils[nom],
        "Code de commerce, L. 752-4" if saisine else "Code de commerce, L. 752-14",
        depot_le + relativedelta(months=seuils[nom]) if depot_le else None,
    )
    recours = Delai(
        "Recours devant la commission nationale",
        seuils["cdac_delai_recours_mois"],
        "Code de commerce, L. 752-17",
        decision_le + relativedelta(months=seuils["cdac_delai_recours_mois"]) if decision_le else None,
    )
    return (reponse, recours)


# --- La vie d'un dossier ---

SUITES: Mapping[str, tuple[str, ...]] = {
    EtatProjet.PREPARATION: (EtatProjet.ETUDE, EtatProjet.ABANDONNE),
    EtatProjet.ETUDE: (EtatProjet.DEPOSE, EtatProjet.ABANDONNE),
    EtatProjet.DEPOSE: (EtatProjet.AUTORISE, EtatProjet.REFUSE, EtatProjet.ABANDONNE),
    EtatProjet.AUTORISE: (),
    EtatProjet.REFUSE: (EtatProjet.ETUDE,),
    EtatProjet.ABANDONNE: (EtatProjet.ETUDE,),
}
"""Les états qui peuvent suivre chacun ; un dossier refusé ou abandonné se rouvre, un dossier autorisé est fini."""
DATES_D_ETAT: Mapping[str, str] = {
    EtatProjet.DEPOSE: "depot_le", EtatProjet.AUTORISE: "decision_le", EtatProjet.REFUSE: "decision_le",
}  # fmt: skip
"""Les états qui ont un jour, et le champ qui le porte."""

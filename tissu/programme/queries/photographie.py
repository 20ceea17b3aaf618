"""Les chiffres d'une revue, tels que les données les donnent à sa date : de quoi les figer, ou voir ce qui a bougé.

Rien n'est écrit ici. Les requêtes sont en nombre fixe, quel que soit le nombre de fiches.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count

from tissu.programme.choices import EtatReunion, Feu, IssueAnomalie
from tissu.programme.models import Fiche, FigureFigee, Livrable, Mesure, Reunion, Revue
from tissu.programme.queries import cadre
from tissu.programme.queries.indicateurs import EtatCritere, annee_de, resultats
from tissu.programme.queries.situations import Situation, situations
from tissu.programme.queries.vie import minuit
from tissu.programme.rules.consommation import parts_des_financeurs
from tissu.programme.rules.ecriture import ecrit
from tissu.programme.rules.indicateurs import part_ecoulee
from tissu.socle.formats import date_courte

METHODE = "2"
QUATRE = Decimal("0.0001")
EUROS, JOURS = "€", "jours"
DEFINITIONS = {
    "total_declare": "Le total tel que la fiche signée l'écrit, jamais recalculé.",
    "total_calcule": "La somme des lignes de dépense écrites ; un montant absent n'y compte pas.",
    "total_retenu": "Le total calculé, ou celui qu'une personne a retenu quand il diffère du total déclaré.",
    "depense": "Temps et coûts validés à la date de la revue, chaque jour au taux de sa date, net de taxes.",
    "part": "Dépensé et validé ÷ budget calculé.",
    "jours_prevus": "Les jours que les lignes de la fiche prévoient.",
    "jours_valides": "Les jours passés que le maître d'ouvrage a validés.",
    "livrables_remis": "Les livrables promis qui ont été remis à la date de la revue.",
    "reunions_tenues": "Les réunions techniques tenues à la date de la revue.",
    "resultats": "La moyenne de ce que chaque critère chiffré représente de sa cible, plafonné à 100 %.",
    "avancement": "Le chemin fait de la valeur de départ (zéro si elle n'est pas écrite) vers la cible.",
}
TOTAUX = (
    ("total_declare", "Total déclaré", EUROS),
    ("total_calcule", "Total calculé", EUROS),
    ("total_retenu", "Total retenu", EUROS),
    ("depense", "Dépensé, validé", EUROS),
    ("jours_prevus", "Jours prévus", JOURS),
    ("jours_valides", "Jours validés", JOURS),
    ("livrables_remis", "Livrables remis", "livrables"),
    ("reunions_tenues", "Réunions tenues", "réunions"),
)


def fiches_de(revue: Revue) -> list[Fiche]:
    """Les fiches de l'année que la revue examine, dans l'ordre de leur numéro."""
    return list(cadre.fiches().filter(convention=revue.convention_id, annee=revue.annee).order_by("numero", "pk"))


def figures(revue: Revue, *, au: date | None = None, fiche: Fiche | None = None) -> list[FigureFigee]:
    """Toutes les figures, non enregistrées, à la date de la revue (ou à une autre, pour voir ce qui a bougé).

    `fiche` : les siennes seules, sans les totaux.
    """
    jour = au or revue.au
    fiches = [une for une in fiches_de(revue) if fiche is None or une.pk == fiche.pk]
    vues = situations(fiches, au=jour, tout_su=True)
    livrables, reunions = _livrables(fiches), _reunions(fiches, jour)
    gardees = _gardees(vues)
    rendues: list[FigureFigee] = []
    for vue in vues:
        pk = vue.fiche.pk
        rendues += _etat(revue, vue, jour)
        rendues += _budget(revue, vue, jour)
        rendues += _financement(revue, vue, jour)
        rendues += [_critere(revue, vue.fiche, etat, gardees) for etat in vue.criteres]
        rendues += [_avancement(revue, vue.fiche, etat) for etat in vue.criteres if etat.avancement is not None]
        rendues += _vie(revue, vue.fiche, livrables[pk], reunions.get(pk, 0), jour)
    if fiche is None:
        rendues += _totaux(revue, vues, rendues, jour)
    for rang, figure in enumerate(rendues, start=1):
        figure.ordre = rang
    return rendues


def _figure(revue: Revue, fiche: Fiche | None, groupe: str, nom: str, libelle: str, valeur: Any = None,
            **champs: Any) -> FigureFigee:  # fmt: skip
    tete = f"f{fiche.numero:02d}" if fiche else "total"
    arrondie = None if valeur is None else Decimal(valeur).quantize(QUATRE)
    defauts = {"definition": DEFINITIONS.get(nom, ""), "version_methode": METHODE, "origine": "calculee"}
    return FigureFigee(
        revue=revue, fiche=fiche, groupe=groupe, cle=f"{tete}.{nom}"[:120], libelle=libelle[:200], valeur=arrondie,
        **(defauts | champs),
    )  # fmt: skip


def _etat(revue: Revue, vue: Situation, jour: date) -> list[FigureFigee]:
    verdict = vue.verdict
    moyenne = resultats(vue.criteres, part_ecoulee=part_ecoulee(annee_de(vue.fiche), au=jour))
    return [
        _figure(
            revue, vue.fiche, "etat", "feu", "Où en est la fiche",
            texte=f"{Feu(verdict.feu).label}. {' '.join(verdict.motifs)}", definition=verdict.regle,
            source="Règle du feu, appliquée aux chiffres de la revue", source_au=jour, origine=str(verdict.feu),
            lignes={"colonnes": [["motif", "Motif"]], "lignes": [{"motif": motif} for motif in verdict.motifs]},
        ),
        _figure(
            revue, vue.fiche, "resultats", "resultats", "Résultats, en part des cibles", moyenne, unite="part",
            texte="" if moyenne is not None else "Aucun critère chiffré n'est mesuré.", source="Critères de la fiche",
            source_au=jour,
        ),
    ]  # fmt: skip


def _retenu(vue: Situation) -> tuple[Decimal | None, str]:
    """Le total retenu et ce qui le dit ; aucun tant que personne n'a tranché un écart."""
    ecarts = [une for une in vue.anomalies if une.anomalie.code == "somme_differente"]
    if not ecarts:
        return vue.calcule if vue.declare is None else vue.declare, "Total déclaré et lignes concordent."
    decision = ecarts[0].decision
    if decision is None or not ecarts[0].tranchee:
        return None, "Aucune décision : le total déclaré et la somme des lignes diffèrent."
    retenus = {
        IssueAnomalie.RETENIR_DECLARE: vue.declare,
        IssueAnomalie.RETENIR_CALCULE: vue.calcule,
        IssueAnomalie.RETENIR_AUTRE: decision.valeur_retenue_eur,
    }
    issue = IssueAnomalie(decision.issue)
    return retenus.get(issue, vue.declare), f"{issue.label} : {decision.motif}"


def _budget(revue: Revue, vue: Situation, jour: date) -> list[FigureFigee]:
    fiche, c = vue.fiche, vue.consommation
    lignes = _lignes_du_budget(vue)
    retenu, dit = _retenu(vue)
    signe = {"source": "Fiche signée", "source_au": fiche.convention.signee_le}
    saisi = {"source": "Temps et coûts validés", "source_au": jour, "lignes": lignes}
    partiel = "" if c.prevu_complet else "Au moins : une ligne est sans montant."
    non_ecrit = "" if vue.declare is not None else "Non écrit"
    part = c.valide_eur / c.prevu_eur if c.prevu_eur else None
    return [
        _figure(revue, fiche, "budget", "total_declare", "Total déclaré", vue.declare, unite=EUROS, texte=non_ecrit,
                origine="document", **signe),
        _figure(revue, fiche, "budget", "total_calcule", "Total calculé", vue.calcule, unite=EUROS, texte=partiel,
                lignes=lignes, **signe),
        _figure(revue, fiche, "budget", "total_retenu", "Total retenu", retenu, unite=EUROS, texte=dit,
                source="Décision des partenaires", source_au=jour),
        _figure(revue, fiche, "budget", "depense", "Dépensé, validé", c.valide_eur, unite=EUROS, **saisi),
        _figure(revue, fiche, "budget", "part", "Part dépensée", part, unite="part", numerateur=c.valide_eur,
                texte="" if part is not None else "Sans budget", denominateur=c.prevu_eur, **saisi),
        _figure(revue, fiche, "temps", "jours_prevus", "Jours prévus", c.jours_prevus, unite=JOURS, lignes=lignes,
                **signe),
        _figure(revue, fiche, "temps", "jours_valides", "Jours validés", c.jours_valides, unite=JOURS, **saisi),
    ]  # fmt: skip


def _lignes_du_budget(vue: Situation) -> dict[str, Any]:
    return {
        "colonnes": [["ligne", "Ligne"], ["jours", "Jours prévus"], ["prevu", "Prévu (€)"],
                     ["valides", "Jours validés"], ["depense", "Validé (€)"]],
        "lignes": [
            {"ligne": une.libelle, "jours": ecrit(une.jours_prevus), "prevu": ecrit(une.prevu_eur),
             "valides": ecrit(une.jours_valides), "depense": ecrit(une.valide_eur)}
            for une in vue.consommation.par_ligne
        ],
    }  # fmt: skip


def _financement(revue: Revue, vue: Situation, jour: date) -> list[FigureFigee]:
    """Qui devait payer et qui porte ce qui est validé : les parts somment à « Dépensé, validé »."""
    c = vue.consommation
    parts = parts_des_financeurs(
        {une.pk: une.valide_eur for une in c.par_ligne},
        prevus={une.pk: None if une.retiree else une.prevu_eur for une in c.par_ligne},
        contributions=c.contributions,
    )
    return [
        _figure(revue, vue.fiche, "financement", f"financeur_{rang}.{nom}", f"{part.financeur} : {mot}", valeur,
                unite=EUROS, texte="Contribution non précisée" if valeur is None else "",
                source="Fiche signée" if nom == "prevu" else "Temps et coûts validés, au prorata", source_au=jour)
        for rang, part in enumerate(parts, start=1)
        for nom, mot, valeur in (("prevu", "prévu", part.prevu_eur), ("porte", "part du dépensé", part.depense_eur))
    ]  # fmt: skip


def _critere(revue: Revue, fiche: Fiche, etat: EtatCritere, gardees: dict[int, Any]) -> FigureFigee:
    critere, mesure = etat.critere, etat.mesure
    seule = etat.mesures[0] if len(etat.mesures) == 1 else None
    texte = (mesure.texte or ("Secret statistique" if mesure.secret else "")) if mesure else etat.origine.capitalize()
    return _figure(
        revue, fiche, "critere", f"critere.{critere.cle}", critere.libelle, etat.valeur_annee,
        unite=critere.unite, texte=texte, cible=critere.cible,
        numerateur=seule.numerateur if seule else None, denominateur=seule.denominateur if seule else None,
        effectif=mesure.effectif if mesure else None, definition=critere.definition,
        source=(mesure.source if mesure else "") or critere.source, source_au=mesure.source_au if mesure else None,
        version_methode=mesure.version_methode if mesure else "", origine=mesure.origine if mesure else "",
        lignes=_lignes_du_critere(etat, gardees),
    )  # fmt: skip


def _avancement(revue: Revue, fiche: Fiche, etat: EtatCritere) -> FigureFigee:
    critere, mesure = etat.critere, etat.mesure
    return _figure(
        revue, fiche, "avancement", f"avancement.{critere.cle}", f"{critere.libelle} : part de la cible",
        etat.avancement, unite="part", numerateur=etat.valeur_annee, denominateur=etat.cible,
        definition=DEFINITIONS["avancement"], source=(mesure.source if mesure else "") or critere.source,
        source_au=mesure.source_au if mesure else None,
    )  # fmt: skip


def _lignes_du_critere(etat: EtatCritere, gardees: dict[int, Any]) -> dict[str, Any]:
    """Les lignes derrière les mesures de l'année, chacune sous sa période ; à défaut, les mesures elles-mêmes."""
    colonnes, lignes = [["_periode", "Période"]], []
    for mesure in etat.mesures:
        siennes, _ = gardees[mesure.pk]
        colonnes += [une for une in siennes.get("colonnes", []) if une not in colonnes]
        lignes += [{**ligne, "_periode": mesure.periode} for ligne in siennes.get("lignes", [])]
    if lignes:
        return {"colonnes": colonnes, "lignes": lignes}
    return {
        "colonnes": [*colonnes[:1], ["valeur", "Valeur"], ["constat", "Constat"], ["le", "Établie le"]],
        "lignes": [
            {"_periode": m.periode, "valeur": ecrit(m.valeur), "constat": m.texte, "le": date_courte(gardees[m.pk][1])}
            for m in etat.mesures
        ],
    }


def _gardees(vues: Sequence[Situation]) -> dict[int, Any]:
    """Les preuves de chaque mesure, et le moment où elle a été établie."""
    cles = [mesure.pk for vue in vues for etat in vue.criteres for mesure in etat.mesures]
    lues = Mesure.objects.filter(pk__in=cles).order_by("pk").values_list("pk", "preuves", "etablie_le")
    return {pk: (preuves, etablie_le) for pk, preuves, etablie_le in lues}


def _vie(revue: Revue, fiche: Fiche, livrables: list[Livrable], tenues: int, jour: date) -> list[FigureFigee]:
    remis = [un for un in livrables if un.remis_le and un.remis_le <= jour]
    lignes = [
        {"livrable": un.titre, "attendu": date_courte(un.attendu_le), "remis": date_courte(un.remis_le)}
        for un in livrables
    ]
    return [
        _figure(
            revue, fiche, "livrables", "livrables_remis", "Livrables remis", len(remis), unite="livrables",
            cible=Decimal(len(livrables)), source="Livrables de la fiche", source_au=jour,
            lignes={"colonnes": [["livrable", "Livrable"], ["attendu", "Promis pour le"], ["remis", "Remis le"]],
                    "lignes": lignes},
        ),
        _figure(
            revue, fiche, "livrables", "reunions_tenues", "Réunions tenues", tenues, unite="réunions",
            source="Calendrier de la fiche", source_au=jour,
        ),
    ]  # fmt: skip


def _livrables(fiches: Sequence[Fiche]) -> dict[int, list[Livrable]]:
    par_fiche: dict[int, list[Livrable]] = defaultdict(list)
    for livrable in Livrable.objects.filter(fiche__in=fiches).order_by("fiche", "attendu_le", "pk"):
        par_fiche[livrable.fiche_id].append(livrable)
    return par_fiche


def _reunions(fiches: Sequence[Fiche], jour: date) -> dict[int, int]:
    soir = minuit(jour + timedelta(days=1))
    tenues = Reunion.objects.filter(fiche__in=fiches, etat=EtatReunion.TENUE, debut__lt=soir).order_by("fiche")
    return dict(tenues.values_list("fiche").annotate(Count("pk")))


def _totaux(
    revue: Revue, vues: Sequence[Situation], figures: Sequence[FigureFigee], jour: date
) -> list[FigureFigee]:  # fmt: skip
    """Les totaux du programme : chacun somme les figures de ses fiches, et dit quand il lui en manque."""
    par_cle = {figure.cle: figure for figure in figures}
    partiels = any(not vue.consommation.prevu_complet for vue in vues)
    rendues = []
    for nom, libelle, unite in TOTAUX:
        siennes = [(vue.fiche, par_cle[f"f{vue.fiche.numero:02d}.{nom}"]) for vue in vues]
        valeurs = [figure.valeur for _, figure in siennes]
        cibles = [figure.cible for _, figure in siennes if figure.cible is not None]
        incomplet = None in valeurs or (nom == "total_calcule" and partiels)
        lignes = [
            {"fiche": f"{fiche.numero}. {fiche.titre_court}", "valeur": ecrit(figure.valeur)}
            for fiche, figure in siennes
        ]  # fmt: skip
        rendues.append(
            _figure(revue, None, "total", nom, libelle, sum((v for v in valeurs if v is not None), Decimal(0)),
                    unite=unite, texte="Au moins : un montant manque." if incomplet else "",
                    cible=sum(cibles, Decimal(0)) if cibles else None, source="Somme des fiches", source_au=jour,
                    lignes={"colonnes": [["fiche", "Fiche"], ["valeur", libelle]], "lignes": lignes})
        )  # fmt: skip
    return rendues

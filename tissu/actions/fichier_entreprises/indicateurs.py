"""Ce que la fiche 7 mesure d'elle-même : rapports et listes remis, créations signalées, pistes traitées.

Les preuves gardées avec une valeur ne nomment aucune entreprise : elles portent son SIRET, et sa page au registre dit
ce que la diffusion permet d'en lire le jour où on l'ouvre.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.choices import EtatPiste, Secteurs
from tissu.actions.fichier_entreprises.models import EditionMensuelle, EditionPlusDe50, Piste
from tissu.actions.fichier_entreprises.queries.cadre import reglage
from tissu.registre.choices import TypeEvenement
from tissu.socle.formats import date_courte, mois_long
from tissu.socle.indicateurs import Indicateur, Preuves, Releve
from tissu.socle.periodes import Periode, mois_de, mois_precedent

SOURCE_EDITIONS = "Éditions figées de la fiche 7, d'après la base Sirene de l'Insee et le BODACC"
SOURCE_PISTES = "Journal des pistes de la fiche 7"
SANS_FILIERE = "Sans filière"
TRAITEES = (EtatPiste.CONTACTEE, EtatPiste.FERMEE)
UNITES_MINIMALES = 3
COLONNES_DES_PISTES = (
    ("siret", "SIRET"),
    ("filiere", "Filière"),
    ("regle", "Règle"),
    ("etat", "État"),
    ("ouverte_le", "Ouverte le"),
)


def rapports_remis(periode: Periode, *, au: datetime) -> Releve:
    """Le nombre de mois de la période dont le rapport est figé au jour dit."""
    editions = _editions(periode, au)
    if not editions and not _mois_dus(periode, timezone.localdate(au), "jours_avant_gel"):
        return Releve(None, None)
    return Releve(
        Decimal(len(editions)),
        _source_au(editions, au),
        effectif=len(editions),
        preuves=Preuves(
            (("mois", "Mois"), ("publie_le", "Figé le"), ("source_au", "Données au")),
            [_ligne_de_rapport(edition) for edition in editions],
        ),
    )


def rapports_a_temps(periode: Periode, *, au: datetime) -> Releve:
    """La part, de 0 à 100, des rapports dus au jour dit qui ont été figés dans le délai."""
    dus = _mois_dus(periode, timezone.localdate(au), "delai_remise_jours")
    if not dus:
        return Releve(None, None)
    par_mois = {edition.mois: edition for edition in _editions(periode, au)}
    lignes = [_ligne_de_delai(mois, par_mois.get(mois.code)) for mois in dus]
    a_temps = sum(ligne["a_temps"] == "oui" for ligne in lignes)
    return Releve(
        Decimal(100 * a_temps) / len(dus),
        timezone.localdate(au),
        numerateur=Decimal(a_temps),
        denominateur=Decimal(len(dus)),
        effectif=len(dus),
        preuves=Preuves(
            (
                ("mois", "Mois"),
                ("limite", "À remettre avant le"),
                ("publie_le", "Figé le"),
                ("a_temps", "Dans le délai"),
            ),
            lignes,
        ),
    )


def listes_remises(periode: Periode, *, au: datetime) -> Releve:
    """Le nombre de listes semestrielles de la période figées au jour dit."""
    listes = list(
        EditionPlusDe50.objects.filter(semestre__in=_semestres(periode), publiee_le__lte=au)
        .only("semestre", "seuil", "publiee_le", "source_au")
        .order_by("semestre")
    )
    if not listes and timezone.localdate(au) <= periode.fin:
        return Releve(None, None)
    return Releve(
        Decimal(len(listes)),
        _source_au(listes, au),
        effectif=len(listes),
        preuves=Preuves(
            (("semestre", "Semestre"), ("publie_le", "Figée le"), ("source_au", "Données au")),
            [
                {
                    "semestre": liste.semestre,
                    "publie_le": date_courte(liste.publiee_le),
                    "source_au": date_courte(liste.source_au),
                    "adresse": reverse("fichier_entreprises:grands", args=[liste.semestre]),
                }
                for liste in listes
            ],
        ),
    )


def creations_signalees(periode: Periode, *, au: datetime) -> Releve:
    """Les créations pures des rapports figés de la période, en établissements, à leur première valeur."""
    editions = _editions(periode, au)
    if not editions:
        return Releve(None, None)
    type_ = TypeEvenement.CREATION_PURE.value
    creations = [e for edition in editions for e in edition.evenements if e[1] == type_]
    total = sum(edition.totaux[type_]["etablissements"] for edition in editions)
    return Releve(
        Decimal(total),
        _source_au(editions, au),
        effectif=total,
        preuves=Preuves(
            (("siret", "SIRET"), ("date_effet", "Date d'effet"), ("connu_le", "Connue le")),
            [
                {
                    "siret": siret,
                    "date_effet": date_courte(date.fromisoformat(effet)),
                    "connu_le": date_courte(date.fromisoformat(connu)) if connu else "",
                    "adresse": reverse("registre:etablissement", args=[siret]),
                }
                for siret, _, effet, connu in creations
            ],
        ),
    )


def pistes_traitees(periode: Periode, *, au: datetime) -> Releve:
    """La part, de 0 à 100, des pistes ouvertes dans la période que quelqu'un a contactées ou closes au jour dit."""
    pistes = [
        piste
        for piste in Piste.objects.select_related("filiere", "regle")
        .filter(creee_le__lte=au)
        .order_by("creee_le", "pk")
        if timezone.localdate(piste.creee_le) in periode
    ]
    if not pistes:
        return Releve(None, None)
    traitees = [piste for piste in pistes if piste.etat in TRAITEES]
    return Releve(
        Decimal(100 * len(traitees)) / len(pistes),
        timezone.localdate(au),
        numerateur=Decimal(len(traitees)),
        denominateur=Decimal(len(pistes)),
        effectif=len(pistes),
        ventilation=_par_filiere(pistes),
        preuves=Preuves(
            (
                ("siret", "SIRET"),
                ("filiere", "Filière"),
                ("regle", "Règle"),
                ("etat", "État"),
                ("ouverte_le", "Ouverte le"),
            ),
            [
                {
                    "siret": piste.siret,
                    "filiere": str(piste.filiere or SANS_FILIERE),
                    "regle": str(piste.regle),
                    "etat": piste.get_etat_display(),
                    "ouverte_le": date_courte(piste.creee_le),
                    "adresse": reverse("fichier_entreprises:piste", args=[piste.pk]),
                }
                for piste in pistes
            ],
        ),
    )


def _par_filiere(pistes: Sequence[Piste]) -> list[tuple[str, Decimal | None]]:
    """La part traitée par filière ; une filière de moins de trois pistes est tue, et jamais une seule à la fois."""
    ouvertes = Counter(str(piste.filiere or SANS_FILIERE) for piste in pistes)
    faites = Counter(str(piste.filiere or SANS_FILIERE) for piste in pistes if piste.etat in TRAITEES)
    tues = {nom for nom, combien in ouvertes.items() if combien < UNITES_MINIMALES}
    if len(tues) == 1 and len(ouvertes) > 1:
        # Seule tue, elle se retrouverait par différence avec le total.
        autres = sorted((combien, nom) for nom, combien in ouvertes.items() if nom not in tues)
        tues.add(autres[0][1])
    return [(nom, None if nom in tues else Decimal(100 * faites[nom]) / ouvertes[nom]) for nom in sorted(ouvertes)]


def _editions(periode: Periode, au: datetime) -> list[EditionMensuelle]:
    codes = [mois.code for mois in _mois(periode)]
    editions = EditionMensuelle.objects.filter(mois__in=codes, secteurs=Secteurs.INDUSTRIE_SERVICES, publiee_le__lte=au)
    return list(editions.order_by("mois"))


def _mois(periode: Periode) -> list[Periode]:
    trouves, courant = [], mois_de(periode.debut)
    while courant.debut <= periode.fin:
        trouves.append(courant)
        courant = mois_precedent(courant, -1)
    return trouves


def _mois_dus(periode: Periode, jour: date, delai: str) -> list[Periode]:
    """Les mois de la période dont le délai est passé."""
    return [mois for mois in _mois(periode) if _limite(mois, delai) <= jour]


def _limite(mois: Periode, delai: str = "delai_remise_jours") -> date:
    return mois.fin + timedelta(days=reglage(delai, mois.fin))


def _semestres(periode: Periode) -> list[str]:
    return sorted({f"{mois.debut.year}-S{1 if mois.debut.month <= 6 else 2}" for mois in _mois(periode)})


def _source_au(editions: Sequence[Any], au: datetime) -> date:
    """La date des données les plus récentes ; celle du jour quand l'absence d'édition est elle-même le constat."""
    return max((edition.source_au for edition in editions), default=timezone.localdate(au))


def _ligne_de_rapport(edition: EditionMensuelle) -> dict[str, Any]:
    return {
        "mois": mois_long(edition.mois),
        "publie_le": date_courte(edition.publiee_le),
        "source_au": date_courte(edition.source_au),
        "adresse": reverse("fichier_entreprises:flux", args=[edition.mois]),
    }


def _ligne_de_delai(mois: Periode, edition: EditionMensuelle | None) -> dict[str, Any]:
    limite = _limite(mois)
    a_temps = edition is not None and timezone.localdate(edition.publiee_le) <= limite
    return {
        "mois": mois.libelle,
        "limite": date_courte(limite),
        "publie_le": date_courte(edition.publiee_le) if edition else "non figé",
        "a_temps": "oui" if a_temps else "non",
        "adresse": reverse("fichier_entreprises:flux", args=[mois.code]),
    }


INDICATEURS = (
    Indicateur(
        code="fichier_entreprises.rapports_remis",
        titre="Rapports de flux mensuels remis",
        definition="Nombre de mois dont le rapport de flux, industrie et services, a été figé. Un mois ne se fige "
        "qu'une fois, au plus tôt dix jours après sa fin.",
        unite="rapports",
        source=SOURCE_EDITIONS,
        version=rules.VERSION_METHODE,
        mesurer=rapports_remis,
    ),
    Indicateur(
        code="fichier_entreprises.rapports_a_temps",
        titre="Rapports remis dans le délai",
        definition="Part des rapports dus qui ont été figés dans le délai de remise (paramètre daté « délai de remise "
        "d'un rapport mensuel »). Un mois est dû quand son délai est passé ; un rapport dû et non figé compte comme en "
        "retard.",
        unite="%",
        source=SOURCE_EDITIONS,
        version=rules.VERSION_METHODE,
        mesurer=rapports_a_temps,
        cumulatif=False,
        rythme="annee",
    ),
    Indicateur(
        code="fichier_entreprises.listes_remises",
        titre="Listes semestrielles des plus de 50 salariés remises",
        definition="Nombre de listes semestrielles des entreprises de plus de 50 salariés figées pour les semestres de "
        "la période.",
        unite="listes",
        source=SOURCE_EDITIONS,
        version=rules.VERSION_METHODE,
        mesurer=listes_remises,
        rythme="semestre",
    ),
    Indicateur(
        code="fichier_entreprises.creations_signalees",
        titre="Créations signalées",
        definition="Créations pures (premier établissement d'une unité légale nouvelle, sans prédécesseur) de "
        "l'industrie et des services, comptées en établissements à la première valeur figée de chaque rapport. Les "
        "révisions postérieures n'y changent rien. Comptage d'un registre public : sans seuil de secret.",
        unite="créations",
        source=SOURCE_EDITIONS,
        version=rules.VERSION_METHODE,
        mesurer=creations_signalees,
        sens="neutre",
    ),
    Indicateur(
        code="fichier_entreprises.pistes_traitees",
        titre="Pistes traitées",
        definition="Part des pistes ouvertes dans l'année dont l'entreprise a été contactée, ou qui sont closes, au "
        "jour du calcul. Par filière, les parts de moins de trois pistes sont tues.",
        unite="%",
        source=SOURCE_PISTES,
        version=rules.VERSION_METHODE,
        mesurer=pistes_traitees,
        cumulatif=False,
        rythme="annee",
    ),
)

"""Des jours, des coûts et des aides fictifs : le passé validé, le récent à valider, une semaine renvoyée."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche, EtatTemps, NatureDepense
from tissu.programme.models import CoutDirect, Fiche, JourPasse, LigneDepense
from tissu.programme.operations import aides, couts, temps
from tissu.programme.rules.temps import lundi_de
from tissu.publications.contenu import Document, Paragraphe, Section
from tissu.publications.rendus import rendre
from tissu.socle.jours import feries

DEMI = Decimal("0.5")
PART_FAITE = Decimal("0.94")
SEMAINES_A_VALIDER = 2
# SIREN fictifs, à la clé juste.
ENTREPRISES = (("900000019", "Boutique de démonstration", "8500"), ("900000027", "Atelier de démonstration", "4200"))


def installer(*, au: datetime, suivi: Any) -> None:
    """Remplit les années des fiches jusqu'à ce jour ; relancée, ne change rien."""
    mission = Personne.objects.filter(courriel="mission.cci@demo.example").first()
    if mission is None or JourPasse.objects.exists() or CoutDirect.objects.exists():
        return
    # Une collègue : personne ne valide ses propres temps.
    equipe = (mission, Personne.objects.get(courriel="appui.cci@demo.example"))
    fiches = [
        fiche
        for fiche in Fiche.objects.exclude(etat=EtatFiche.CLOSE).order_by("annee", "numero", "pk")
        if not temps.refus_de_depense(fiche)
    ]
    annees = sorted({fiche.annee for fiche in fiches})
    for rang, annee in enumerate(annees):
        suivi.avancer(rang / len(annees), f"Jours et coûts de {annee}")
        siennes = [fiche for fiche in fiches if fiche.annee == annee]
        for qui, autre in (equipe, equipe[::-1]):
            _remplir(qui, autre, [f for f in siennes if equipe[f.numero % 2] == qui], annee, au)
        for fiche in siennes:
            _depenser(fiche, equipe, au)
    _aider(fiches, mission, au)


def _moment(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time(17, 30)))


def _ouvres(annee: int, fin: date) -> list[date]:
    """Les jours travaillés de l'année, sans août ni fêtes, jusqu'à `fin`."""
    fetes, jour, jours = feries(annee), date(annee, 1, 8), []
    while jour <= min(fin, date(annee, 12, 18)):
        if jour.weekday() < 5 and jour.month != 8 and jour not in fetes:
            jours.append(jour)
        jour += timedelta(days=1)
    return jours


def _demi_journees(fiches: list[Fiche], part: Decimal) -> list[LigneDepense]:
    """Une entrée par demi-journée à passer, les lignes entremêlées comme dans une vraie semaine."""
    combien: list[tuple[Decimal, int, LigneDepense]] = []
    for ligne in LigneDepense.objects.filter(fiche__in=fiches, jours__gt=0, retiree_par__isnull=True).order_by("pk"):
        demis = int((ligne.jours or 0) * part / DEMI)
        combien += [(Decimal(2 * rang + 1) / (2 * demis), ligne.pk, ligne) for rang in range(demis)]
    return [ligne for _, _, ligne in sorted(combien, key=lambda une: une[:2])]


def _remplir(qui: Any, autre: Any, fiches: list[Fiche], annee: int, au: datetime) -> None:
    jours = _ouvres(annee, au.date())
    entiere = _ouvres(annee, date(annee, 12, 31))
    demis = _demi_journees(fiches, PART_FAITE * len(jours) / max(len(entiere), 1))
    places = 2 * len(jours)
    cases: dict[tuple[int, date], Decimal] = {}
    for rang, ligne in enumerate(demis[:places]):
        cle = (ligne.pk, jours[rang * places // max(len(demis), 1) // 2])
        cases[cle] = cases.get(cle, Decimal(0)) + DEMI
    for lundi, semaine in _par_semaine(cases):
        soir = _moment(lundi + timedelta(days=4))
        saisies = {cle: temps.CaseSaisie(Decimal(0), duree) for cle, duree in semaine.items()}
        temps.enregistrer_semaine(personne=qui, lundi=lundi, cases=saisies, au=soir)
        _faire_suivre(qui, autre, lundi, au, soir)


def _par_semaine(
    cases: dict[tuple[int, date], Decimal],
) -> Iterator[tuple[date, dict[tuple[int, date], Decimal]]]:
    for lundi in sorted({lundi_de(jour) for _, jour in cases}):
        yield lundi, {cle: duree for cle, duree in cases.items() if lundi_de(cle[1]) == lundi}


def _faire_suivre(qui: Any, autre: Any, lundi: date, au: datetime, soir: datetime) -> None:
    """La semaine en cours reste un brouillon, les récentes sont à valider, l'une est renvoyée, le passé est validé."""
    age = (lundi_de(au.date()) - lundi).days // 7
    if age <= 0:
        return
    temps.soumettre_semaine(personne=qui, lundi=lundi, au=soir)
    if age <= SEMAINES_A_VALIDER:
        return
    soumis = JourPasse.objects.filter(personne=qui, etat=EtatTemps.SOUMIS).values_list("pk", flat=True)
    renvoyee = age == SEMAINES_A_VALIDER + 1
    temps.decider_des_temps(
        temps=list(soumis), valider=not renvoyee, auteur=autre, au=min(soir + timedelta(days=4), au),
        motif="Cette réunion relevait d'une autre ligne : vérifiez, puis soumettez de nouveau." if renvoyee else "",
    )  # fmt: skip


def _depenser(fiche: Fiche, equipe: tuple[Any, Any], au: datetime) -> None:
    """Les coûts directs : quatre bulletins pour un salaire, une facture ou deux pour le reste."""
    lignes = fiche.lignes.exclude(nature=NatureDepense.JOURS).filter(montant_eur__gt=0, retiree_par__isnull=True)
    for ligne in lignes.order_by("ordre", "pk"):
        salaire = ligne.nature == NatureDepense.SALAIRE
        mois = (3, 6, 9, 11) if salaire else (4, 10)
        for rang, numero in enumerate(mois):
            jour = date(fiche.annee, numero, 20)
            if jour > au.date():
                continue
            montant = ((ligne.montant_eur or Decimal(0)) * Decimal("0.96") / len(mois)).quantize(Decimal("0.01"))
            recent = (au.date() - jour).days < 45
            cout = couts.saisir_cout(
                fiche=fiche, auteur=equipe[0], au=_moment(jour),
                donnees={
                    "ligne": ligne, "date_facture": jour, "montant_eur": montant,
                    "fournisseur": "Salaire de démonstration" if salaire else "Fournisseur de démonstration",
                    "libelle": f"{ligne.libelle}, {'bulletin' if salaire else 'facture'} {rang + 1}"[:200],
                    "taxes": CoutDirect.Taxes.NET if salaire else CoutDirect.Taxes.HT,
                    "paye_le": None if recent else min(jour + timedelta(days=30), au.date()),
                },
                # Une facture récente sans justificatif : l'état du financeur doit le dire.
                fichier=None if recent and not salaire else _piece(fiche, ligne, rang + 1, montant),
            )  # fmt: skip
            if not recent:
                quand = min(_moment(jour + timedelta(days=31)), au)
                couts.decider_des_couts(couts=[cout.pk], valider=True, auteur=equipe[1], au=quand)


def _piece(fiche: Fiche, ligne: LigneDepense, rang: int, montant: Decimal) -> ContentFile:
    """Un justificatif fictif, visiblement tel."""
    texte = f"Pièce de démonstration, sans valeur : {ligne.libelle}, {fiche.annee}, n° {rang}, {montant} euros."
    document = Document(
        titre="Justificatif de démonstration", sous_titre=ligne.libelle, territoire="Démonstration",
        periode=f"Année {fiche.annee}", source_au=None, version="",
        sections=[Section("piece", "Objet", [Paragraphe(texte)])],
    )  # fmt: skip
    return ContentFile(rendre(document, "pdf"), name=f"fiche-{fiche.numero}-{fiche.annee}-piece-{rang}.pdf")


def _aider(fiches: list[Fiche], mission: Any, au: datetime) -> None:
    """Deux aides de minimis sur une fiche qui accompagne des entreprises."""
    accompagne = [fiche for fiche in fiches if fiche.annee == au.year and "digital" in fiche.titre.lower()]
    for fiche in (accompagne or fiches)[-1:]:
        for siren, nom, montant in ENTREPRISES:
            aides.octroyer_aide(
                fiche=fiche, siren=siren, entreprise_unique=siren, denomination=nom, montant_eur=Decimal(montant),
                octroyee_le=au.date() - timedelta(days=40), autres_aides_eur=Decimal(0), auteur=mission, au=au,
            )  # fmt: skip

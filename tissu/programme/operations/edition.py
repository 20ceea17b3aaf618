"""Modifier une fiche : textes, identité, lignes, taux, contributions. Chaque écriture prend la révision lue.

Une fiche en préparation se modifie librement ; signée, elle se modifie dans un avenant ouvert ; close, elle ne se
modifie plus, par personne.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, SectionDeFiche
from tissu.programme.models import Avenant, Contribution, Critere, Fiche, LigneDepense, SectionRedigee, TauxJour
from tissu.programme.operations.conflits import ModificationRefusee, prendre_la_main
from tissu.socle.formats import date_courte

IDENTITE = ("titre", "titre_court", "periode_entete", "calendrier_debut", "calendrier_fin", "premier_mois",
            "total_declare_eur", "observations")  # fmt: skip
LIGNE = ("libelle", "nature", "jours", "montant_eur", "note")
CONTRIBUTION = ("financeur", "montant_eur", "taux", "etat", "condition")


@dataclass(frozen=True)
class LigneSaisie:
    """Une ligne telle que saisie ; `pk` None : une ligne nouvelle ; `retiree` : à ôter du budget."""

    pk: int | None
    libelle: str
    nature: str
    jours: Decimal | None
    montant_eur: Decimal | None
    note: str = ""
    retiree: bool = False


def avenant_ouvert(fiche: Fiche) -> Avenant | None:
    """L'avenant en cours de rédaction, s'il y en a un : il n'y en a jamais deux."""
    return fiche.avenants.filter(signe_le__isnull=True).order_by("numero").first()


def refuser_si_close(fiche: Fiche) -> None:
    """Lève `ModificationRefusee` : ce qui est clos ne se corrige que par une rectification de la revue."""
    if fiche.etat == EtatFiche.CLOSE:
        raise ModificationRefusee(
            f"La fiche {fiche.numero} de {fiche.annee} est close depuis le verrou de sa revue annuelle : plus personne "
            "ne la modifie. Portez la correction en rectification dans la revue, ou sur la fiche de l'année suivante."
        )


def verifier_modifiable(fiche: Fiche, auteur: Any) -> None:
    """Lève `ModificationRefusee` si cette personne ne peut pas écrire sur cette fiche, en disant qui le peut."""
    refuser_si_close(fiche)
    if not permissions.peut_modifier(auteur, fiche):
        maitres = " ou ".join(str(organisation) for organisation in fiche.maitres_ouvrage.all())
        raise ModificationRefusee(
            f"Cette fiche se modifie par un chargé de mission de {maitres or 'l’un des partenaires'} : écrivez-lui, ou "
            "commentez-la dans la revue."
        )


class AvenantNecessaire(ModificationRefusee):
    """La fiche est signée : ce changement demande un avenant, et cette personne peut l'ouvrir."""


def exiger_saisie(fiche: Fiche, auteur: Any) -> Avenant | None:
    """Rend l'avenant qui porterait un changement de cette personne ; rien n'est écrit.

    Lève `ModificationRefusee` (droit, fiche close) ou `AvenantNecessaire` (fiche signée sans avenant ouvert).
    """
    verifier_modifiable(fiche, auteur)
    avenant = avenant_ouvert(fiche)
    if fiche.etat == EtatFiche.SIGNEE and avenant is None:
        raise AvenantNecessaire(
            f"La fiche {fiche.numero} de {fiche.annee} est signée : ouvrez d'abord un avenant, qui gardera ce que vous "
            "changez et sa date d'effet."
        )
    return avenant


def ouvrir_saisie(
    fiche: Fiche, *, revision: int, auteur: Any, ancien: Mapping[str, Any], nouveau: Mapping[str, Any]
) -> Avenant | None:
    """Prend la main sur la fiche dans la transaction en cours ; rend l'avenant qui porte ce changement.

    Lève comme `exiger_saisie`, ou `ConflitDeSaisie`.
    """
    avenant = exiger_saisie(fiche, auteur)
    prendre_la_main(fiche, revision=revision, ancien=ancien, nouveau=nouveau)
    return avenant


def _ecrire(objet: Any, auteur: Any) -> None:
    """Enregistre avec son auteur, même hors d'une requête."""
    objet._history_user = auteur
    objet.save()


def textes_de(fiche: Fiche) -> dict[str, str]:
    """Le texte de chaque rubrique ; vide si la fiche ne l'écrit pas."""
    ecrits = dict(fiche.sections.order_by("pk").values_list("section", "texte"))
    return {section: ecrits.get(section, "") for section in SectionDeFiche.values}


@transaction.atomic
def enregistrer_textes(*, fiche: Fiche, revision: int, textes: Mapping[str, str], auteur: Any, au: datetime) -> None:
    """Écrit le texte des rubriques données ; une rubrique vidée disparaît du document. Lève comme `ouvrir_saisie`."""
    ouvrir_saisie(fiche, revision=revision, auteur=auteur, ancien=textes_de(fiche), nouveau=textes)
    existantes = {une.section: une for une in fiche.sections.order_by("pk")}
    for section, texte in textes.items():
        une = existantes.get(section) or SectionRedigee(fiche=fiche, section=section, texte="")
        if texte.strip() == une.texte.strip():
            continue
        if texte.strip():
            une.texte = texte.strip()
            _ecrire(une, auteur)
        elif une.pk:
            une._history_user = auteur  # type: ignore[attr-defined]
            une.delete()


def identite_de(fiche: Fiche) -> dict[str, Any]:
    """L'identité telle qu'elle est écrite en base."""
    return {champ: getattr(fiche, champ) for champ in IDENTITE}


@transaction.atomic
def enregistrer_identite(
    *, fiche: Fiche, revision: int, champs: Mapping[str, Any], maitres: Sequence[Any], pilotes: Sequence[Any],
    auteur: Any, au: datetime,
) -> None:  # fmt: skip
    """Écrit titre, calendrier, total déclaré, maîtres d'ouvrage, pilotes. Lève comme `ouvrir_saisie`."""
    fraiche = Fiche.objects.get(pk=fiche.pk)
    ouvrir_saisie(fraiche, revision=revision, auteur=auteur, ancien=identite_de(fraiche), nouveau=champs)
    for champ in IDENTITE:
        if champ in champs:
            setattr(fraiche, champ, champs[champ])
    _ecrire(fraiche, auteur)
    fraiche.maitres_ouvrage.set(maitres)
    fraiche.pilotes.set(pilotes)
    fiche.revision = fraiche.revision


def lignes_de(fiche: Fiche) -> list[LigneDepense]:
    """Les lignes en vigueur, dans l'ordre du document."""
    return list(fiche.lignes.filter(retiree_par__isnull=True).order_by("ordre", "pk"))


def _en_mots(lignes: Sequence[Any]) -> dict[str, str]:
    """Les lignes dites en une phrase chacune, pour l'écran de conflit."""
    return {
        f"Ligne {rang}": f"{ligne.libelle} · {_dit(ligne.jours, 'j')} · {_dit(ligne.montant_eur, '€')}"
        for rang, ligne in enumerate((une for une in lignes if not getattr(une, "retiree", False)), start=1)
    }


def _dit(valeur: Decimal | None, unite: str) -> str:
    return "non écrit" if valeur is None else f"{valeur.normalize():f} {unite}".replace(".", ",").strip()


@transaction.atomic
def enregistrer_lignes(
    *, fiche: Fiche, revision: int, lignes: Sequence[LigneSaisie], auteur: Any, au: datetime
) -> None:
    """Écrit les lignes de dépense données, dans leur ordre ; celles qui ne sont pas citées restent telles quelles.

    Une ligne ôtée d'une fiche signée reste lisible, marquée de l'avenant qui l'a retirée. Lève comme `ouvrir_saisie`.
    """
    actuelles = {ligne.pk: ligne for ligne in lignes_de(fiche)}
    avenant = ouvrir_saisie(
        fiche, revision=revision, auteur=auteur, ancien=_en_mots(list(actuelles.values())), nouveau=_en_mots(lignes)
    )
    suivant = max((ligne.ordre for ligne in actuelles.values()), default=0) + 1
    for saisie in lignes:
        ligne = actuelles.get(saisie.pk or 0)
        if ligne is None and saisie.pk is not None:
            raise ModificationRefusee("L'une des lignes n'est plus dans cette fiche : rechargez la page.")
        if ligne is None:
            if not saisie.retiree:
                neuve = LigneDepense(fiche=fiche, ordre=suivant, ajoutee_par=avenant, **_valeurs(saisie))
                suivant += 1
                _ecrire(neuve, auteur)
        elif saisie.retiree:
            _retirer(ligne, avenant, auteur)
        elif _valeurs(saisie) != {champ: getattr(ligne, champ) for champ in LIGNE}:
            for champ, valeur in _valeurs(saisie).items():
                setattr(ligne, champ, valeur)
            _ecrire(ligne, auteur)


def _valeurs(saisie: LigneSaisie) -> dict[str, Any]:
    return {champ: getattr(saisie, champ) for champ in LIGNE}


def _retirer(ligne: LigneDepense, avenant: Avenant | None, auteur: Any) -> None:
    if avenant is not None:
        ligne.retiree_par = avenant
        _ecrire(ligne, auteur)
        return
    try:
        ligne._history_user = auteur  # type: ignore[attr-defined]
        ligne.delete()
    except ProtectedError as refus:
        raise ModificationRefusee(
            f"La ligne « {ligne.libelle} » porte déjà du temps, des coûts ou un financement : mettez son montant à "
            "jour plutôt que de l'ôter."
        ) from refus


@transaction.atomic
def poser_taux(
    *, fiche: Fiche, revision: int, debut: date, montant_eur: Decimal, auteur: Any, au: datetime,
    ligne: LigneDepense | None = None,
) -> TauxJour:  # fmt: skip
    """Fixe le prix d'une journée à partir d'un jour, pour la fiche ou une ligne ; l'ancien taux finit la veille.

    Les jours déjà passés gardent le prix du jour où ils l'ont été. Lève comme `ouvrir_saisie`.
    """
    portee = fiche.taux.filter(ligne=ligne).order_by("debut", "pk")
    ancien = {"Taux": " ; ".join(str(taux) for taux in portee) or "aucun"}
    nouveau = {"Taux": f"{montant_eur} €/jour dès le {debut}"}
    avenant = ouvrir_saisie(fiche, revision=revision, auteur=auteur, ancien=ancien, nouveau=nouveau)
    meme_jour = portee.filter(debut=debut).first()
    if meme_jour is not None:
        meme_jour.montant_eur, meme_jour.avenant = montant_eur, avenant
        _ecrire(meme_jour, auteur)
        return meme_jour
    suivant = portee.filter(debut__gt=debut).first()
    for taux in portee.filter(debut__lt=debut):
        if taux.fin is None or taux.fin >= debut:
            taux.fin = debut - timedelta(days=1)
            _ecrire(taux, auteur)
    neuf = TauxJour(
        fiche=fiche, ligne=ligne, debut=debut, fin=suivant.debut - timedelta(days=1) if suivant else None,
        montant_eur=montant_eur, avenant=avenant,
    )  # fmt: skip
    _ecrire(neuf, auteur)
    return neuf


@transaction.atomic
def enregistrer_contribution(
    *, fiche: Fiche, revision: int, champs: Mapping[str, Any], auteur: Any, au: datetime,
    contribution: Contribution | None = None,
) -> Contribution:  # fmt: skip
    """Ajoute ou modifie ce qu'un financeur apporte. Sans montant, la contribution est « non précisée ».

    L'état d'une contribution (notifiée, versée) suit la vie de la fiche : il change sans avenant, le reste non.
    Lève comme `ouvrir_saisie`.
    """
    objet = contribution or Contribution(fiche=fiche, ordre=fiche.contributions.count() + 1)
    ancien = {champ: getattr(objet, champ) for champ in CONTRIBUTION}
    nouveau = {champ: champs.get(champ, ancien[champ]) for champ in CONTRIBUTION}
    change = {champ for champ in CONTRIBUTION if nouveau[champ] != ancien[champ]}
    if contribution is not None and change <= {"etat", "condition"}:
        verifier_modifiable(fiche, auteur)
        prendre_la_main(fiche, revision=revision, ancien=ancien, nouveau=nouveau)
    else:
        ouvrir_saisie(fiche, revision=revision, auteur=auteur, ancien=ancien, nouveau=nouveau)
    for champ in CONTRIBUTION:
        setattr(objet, champ, nouveau[champ])
    _ecrire(objet, auteur)
    return objet


@dataclass(frozen=True)
class CibleSaisie:
    """Ce qu'un critère vise, et d'où il part : valeurs dans l'unité du critère, None quand rien n'est chiffré."""

    cible: Decimal | None
    reference: Decimal | None = None
    reference_au: date | None = None


def cible_de(critere: Critere) -> CibleSaisie:
    """Ce que le critère porte en base."""
    return CibleSaisie(critere.cible, critere.reference, critere.reference_au)


def _cible_en_mots(saisie: CibleSaisie) -> str:
    depart = f" · départ {_dit(saisie.reference, '')}" if saisie.reference is not None else ""
    au = f" au {date_courte(saisie.reference_au)}" if depart and saisie.reference_au else ""
    return f"cible {_dit(saisie.cible, '')}{depart}{au}"


@transaction.atomic
def enregistrer_cibles(
    *, fiche: Fiche, revision: int, cibles: Mapping[int, CibleSaisie], auteur: Any, au: datetime
) -> None:
    """Change la cible et la valeur de départ de critères, par leur clé de base. Lève comme `ouvrir_saisie`."""
    criteres = {un.pk: un for un in Critere.objects.filter(fiche=fiche).order_by("ordre", "pk")}
    saisies = {pk: saisie for pk, saisie in cibles.items() if pk in criteres}
    ancien = {criteres[pk].libelle: _cible_en_mots(cible_de(criteres[pk])) for pk in saisies}
    nouveau = {criteres[pk].libelle: _cible_en_mots(saisie) for pk, saisie in saisies.items()}
    ouvrir_saisie(fiche, revision=revision, auteur=auteur, ancien=ancien, nouveau=nouveau)
    for pk, saisie in saisies.items():
        critere = criteres[pk]
        if cible_de(critere) != saisie:
            critere.cible, critere.reference = saisie.cible, saisie.reference
            critere.reference_au = saisie.reference_au
            _ecrire(critere, auteur)

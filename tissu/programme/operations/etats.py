"""La vie signée d'une fiche : accord des partenaires, avenants, clôture, décisions sur ses anomalies."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, EtatRevue, IssueAnomalie, TypeRevue
from tissu.programme.models import Avenant, Convention, DecisionSurAnomalie, Fiche, Piece, Revue
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.edition import avenant_ouvert, refuser_si_close, verifier_modifiable
from tissu.programme.operations.versions import etablir_version
from tissu.programme.queries.signatures import ACCORD, accords_des


@transaction.atomic
def signer(*, fiche: Fiche, auteur: Any, au: datetime) -> Fiche:
    """Donne l'accord d'un partenaire ; le dernier attendu signe la fiche et en établit la version signée.

    L'accord porte sur ce qui a été lu : un texte changé entre-temps demande un nouvel accord de chacun. Lève
    `ModificationRefusee`.
    """
    fraiche = Fiche.objects.select_for_update().select_related("convention").get(pk=fiche.pk)
    if fraiche.etat != EtatFiche.PREPARATION:
        raise ModificationRefusee(f"La fiche est déjà {fraiche.get_etat_display().lower()}.")
    if not permissions.est_redacteur(auteur, fraiche):
        raise ModificationRefusee("Seul un chargé de mission d'un partenaire de la convention signe une fiche.")
    accords = accords_des([fraiche])[fraiche.pk]
    if auteur.organisation_id in accords:
        raise ModificationRefusee("Votre organisation a déjà donné son accord : il manque celui de l'autre partenaire.")
    etablir_version(fiche=fraiche, motif=ACCORD, auteur=auteur, au=au)
    attendus = {organisation.pk for organisation in fraiche.convention.partenaires.all()}
    if attendus <= {*accords, auteur.organisation_id}:
        _passer(fraiche, EtatFiche.SIGNEE, auteur)
        etablir_version(fiche=fraiche, motif="Fiche signée par les partenaires", auteur=auteur, au=au)
    return fraiche


@transaction.atomic
def signer_ensemble(*, convention: Convention, lues: Mapping[int, int], auteur: Any, au: datetime) -> list[Fiche]:
    """Donne l'accord d'un partenaire sur plusieurs fiches d'une convention : clé → révision lue. Tout ou rien.

    Lève `ModificationRefusee`, en nommant la fiche, si l'une a changé depuis la lecture ou ne se signe pas.
    """
    if not lues:
        raise ModificationRefusee("Aucune fiche n'est cochée : cochez celles que votre organisation signe.")
    choisies = Fiche.objects.select_for_update().filter(convention=convention, pk__in=lues)
    signees = []
    for fiche in choisies.order_by("annee", "numero", "pk"):
        if fiche.revision != lues[fiche.pk]:
            raise ModificationRefusee(
                f"La fiche {fiche} a changé depuis que cette page est ouverte : relisez-la. Aucune fiche n'est signée."
            )
        try:
            signees.append(signer(fiche=fiche, auteur=auteur, au=au))
        except ModificationRefusee as refus:
            raise ModificationRefusee(f"Fiche {fiche} : {refus} Aucune fiche n'est signée.") from refus
    return signees


def _passer(fiche: Fiche, etat: str, auteur: Any) -> None:
    fiche.etat = etat
    fiche.revision += 1
    fiche._history_user = auteur  # type: ignore[attr-defined]
    fiche.save()


@transaction.atomic
def clore(*, fiche: Fiche, auteur: Any, au: datetime) -> Fiche:
    """Clôt la fiche d'une année dont le bilan annuel est verrouillé, et en garde la version. Lève
    `ModificationRefusee` tant que les deux partenaires n'ont pas verrouillé ce bilan."""
    fraiche = Fiche.objects.select_for_update().get(pk=fiche.pk)
    if fraiche.etat == EtatFiche.CLOSE:
        return fraiche
    verrouillee = Revue.objects.filter(
        convention=fraiche.convention_id, annee=fraiche.annee, type=TypeRevue.BILAN_ANNUEL, etat=EtatRevue.VERROUILLEE
    )
    if not verrouillee.exists():
        raise ModificationRefusee(
            f"La fiche {fraiche.numero} se clôt avec le bilan annuel {fraiche.annee} : verrouillez-le d'abord à deux."
        )
    _passer(fraiche, EtatFiche.CLOSE, auteur)
    etablir_version(fiche=fraiche, motif=f"Clôture de l'année {fraiche.annee}", auteur=auteur, au=au)
    return fraiche


def exiger_avenant_possible(fiche: Fiche, auteur: Any) -> None:
    """Lève `ModificationRefusee` si cette personne ne peut pas ouvrir d'avenant sur cette fiche."""
    verifier_modifiable(fiche, auteur)
    if fiche.etat != EtatFiche.SIGNEE:
        raise ModificationRefusee("Une fiche en préparation se modifie sans avenant, jusqu'à sa signature.")
    ouvert = avenant_ouvert(fiche)
    if ouvert is not None:
        raise ModificationRefusee(
            f"L'avenant {ouvert.numero} est encore ouvert : signez-le avant d'en ouvrir un autre."
        )


@transaction.atomic
def ouvrir_avenant(*, fiche: Fiche, objet: str, texte: str, effet_le: date, auteur: Any, au: datetime) -> Avenant:
    """Ouvre l'avenant qui portera les changements d'une fiche signée. Lève `ModificationRefusee`."""
    fraiche = Fiche.objects.select_for_update().get(pk=fiche.pk)
    exiger_avenant_possible(fraiche, auteur)
    if not fraiche.versions.exists():
        # Sans photographie d'avant, on ne saurait plus dire ce que l'avenant a changé.
        etablir_version(fiche=fraiche, motif="État avant avenant", auteur=auteur, au=au)
    dernier = fraiche.avenants.aggregate(numero=Max("numero"))["numero"] or 0
    return Avenant.objects.create(
        fiche=fraiche, numero=dernier + 1, objet=objet, texte=texte, effet_le=effet_le, cree_par=auteur, cree_le=au
    )


@transaction.atomic
def signer_avenant(*, avenant: Avenant, signe_le: date, auteur: Any, au: datetime, piece: Piece | None = None) -> None:
    """Signe l'avenant, avec son fichier s'il est donné : une version nouvelle est établie. Lève
    `ModificationRefusee`."""
    frais = Avenant.objects.select_for_update().select_related("fiche").get(pk=avenant.pk)
    verifier_modifiable(frais.fiche, auteur)
    if frais.signe_le is not None:
        raise ModificationRefusee(f"L'avenant {frais.numero} est déjà signé.")
    frais.signe_le, frais.piece = signe_le, piece
    frais.save()
    etablir_version(fiche=frais.fiche, motif=str(frais)[:200], auteur=auteur, au=au, avenant=frais)


def decider(
    *, fiche: Fiche, anomalie: Any, issue: str, motif: str, auteur: Any, au: datetime,
    valeur_eur: Decimal | None = None,
) -> DecisionSurAnomalie:  # fmt: skip
    """Garde la décision d'une personne sur une anomalie, à côté de la valeur écrite et de la calculée.

    Une décision s'ajoute aux précédentes. Lève `ModificationRefusee`.
    """
    refuser_si_close(fiche)
    if not permissions.est_redacteur(auteur, fiche):
        raise ModificationRefusee("Seul un chargé de mission d'un partenaire de la convention décide d'une anomalie.")
    if not motif.strip():
        raise ModificationRefusee("Dites pourquoi : la décision se relira dans un an, sans vous.")
    if issue == IssueAnomalie.RETENIR_AUTRE and valeur_eur is None:
        raise ModificationRefusee("Écrivez la valeur retenue, en euros.")
    return DecisionSurAnomalie.objects.create(
        fiche=fiche,
        code=anomalie.code,
        cle=anomalie.cle,
        valeur_declaree=anomalie.declaree,
        valeur_calculee=anomalie.calculee,
        issue=issue,
        valeur_retenue_eur=valeur_eur,
        motif=motif.strip(),
        decidee_par=auteur,
        decidee_le=au,
    )

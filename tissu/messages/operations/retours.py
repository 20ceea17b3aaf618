"""Noter ce qui revient d'une ligne : réponses, accusés, textes de téléphones. Rejouer les mêmes ne change rien."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tissu.messages.canaux.ligne import Accepte, Ecrit, Evenement, Recu, Refuse
from tissu.messages.choices import Canal, EtatPartie, EtatRemise, SensDuChoix, SourceDuChoix
from tissu.messages.models import Accuse, Partie, Poste, ReponseRecue
from tissu.messages.operations.choix import choisir, compter_les_echecs, compter_les_receptions
from tissu.messages.operations.departs import relacher
from tissu.messages.operations.remises import recalculer, reecrire
from tissu.messages.rules.etats import DE_L_OPERATEUR, DERNIERS, EN_MOTS
from tissu.messages.rules.reponses import demande_l_arret

ATTENTE_D_UN_REFUS_PASSAGER = timedelta(seconds=1)
SANS_REPONSE = (EtatPartie.EN_VOL, EtatPartie.INCERTAINE)
CHAMPS = ("etat", "identifiant", "remise_le", "accusee_le", "motif")


@transaction.atomic
def noter(*, poste: Poste, evenements: Sequence[Evenement], au: datetime) -> None:
    """Note d'un coup ce qu'une ligne a rendu. À ne confirmer à l'opérateur qu'une fois cette transaction close."""
    acceptes = {un.partie: un for un in evenements if isinstance(un, Accepte)}
    refuses = [un for un in evenements if isinstance(un, Refuse)]
    recus = [un for un in evenements if isinstance(un, Recu)]
    parties = _par_cle(poste.operateur, [*acceptes, *(un.partie for un in refuses if not un.passager)])
    for cle, accepte in acceptes.items():
        if cle in parties:
            _accepter(parties[cle], accepte.identifiant, au)
    for refuse in refuses:
        if refuse.partie in parties:
            _echouer(parties[refuse.partie], refuse.motif, au)
    relacher(
        poste=poste, parties=[un.partie for un in refuses if un.passager], apres=ATTENTE_D_UN_REFUS_PASSAGER,
        motif="L'opérateur a demandé d'attendre.", au=au,
    )  # fmt: skip
    recus += _en_avance(poste.operateur, acceptes.values())
    touchees = {partie.pk: partie for partie in parties.values()}
    touchees |= _accuser(poste.operateur, recus, touchees, au)
    reecrire(touchees.values(), CHAMPS)
    _tirer_les_suites(touchees.values(), au)
    for ecrit in evenements:
        if isinstance(ecrit, Ecrit):
            _recevoir(poste.operateur, ecrit, au)


def _par_cle(operateur: str, cles: Iterable[int]) -> dict[int, Partie]:
    """Les parties de cet opérateur qui attendaient une réponse, même devenues incertaines entre-temps."""
    return Partie.objects.filter(operateur=operateur, etat__in=SANS_REPONSE).in_bulk(list(cles))


def _accepter(partie: Partie, identifiant: str, au: datetime) -> None:
    partie.etat, partie.identifiant, partie.remise_le, partie.motif = EtatPartie.REMISE, identifiant[:65], au, ""


def _echouer(partie: Partie, motif: str, au: datetime) -> None:
    partie.etat, partie.motif, partie.accusee_le = EtatPartie.ECHOUEE, motif[:200], au


def _en_avance(operateur: str, acceptes: Iterable[Accepte]) -> list[Recu]:
    """Les accusés gardés de messages dont on apprend seulement maintenant l'identifiant."""
    gardes = Accuse.objects.filter(operateur=operateur, identifiant__in=[un.identifiant for un in acceptes])
    lus = [Recu(un.identifiant, un.etat, un.reference, un.numero, un.motif) for un in gardes.order_by("pk")]
    gardes.delete()
    return lus


def _accuser(operateur: str, recus: Sequence[Recu], connues: dict[int, Partie], au: datetime) -> dict[int, Partie]:
    """Applique des accusés à leurs parties ; garde ceux dont on ne connaît pas encore le message."""
    if not recus:
        return {}
    identifiants = {un.identifiant for un in recus if un.identifiant}
    lues = Partie.objects.filter(operateur=operateur, identifiant__in=identifiants).exclude(pk__in=connues)
    par_identifiant = {partie.identifiant: partie for partie in (*lues, *connues.values()) if partie.identifiant}
    orphelins = [un for un in recus if un.identifiant not in par_identifiant]
    for recu, partie in _par_reference(operateur, orphelins, connues):
        _accepter(partie, recu.identifiant, au)
        par_identifiant[recu.identifiant] = partie
    inconnus = []
    for recu in recus:
        trouvee = par_identifiant.get(recu.identifiant)
        if trouvee is None:
            inconnus.append(recu)
        elif trouvee.etat not in DERNIERS:
            _dire(trouvee, recu, au)
    Accuse.objects.bulk_create(
        Accuse(operateur=operateur, identifiant=un.identifiant[:65], reference=un.reference, numero=un.numero,
               etat=un.etat[:12], motif=un.motif[:200], recu_le=au)
        for un in inconnus
    )  # fmt: skip
    return {partie.pk: partie for partie in par_identifiant.values()}


def _par_reference(operateur: str, recus: Sequence[Recu], connues: dict[int, Partie]) -> Iterable[tuple[Recu, Partie]]:
    """Les parties sans réponse que désignent la référence et le numéro redits par l'opérateur."""
    parlants = [un for un in recus if un.reference is not None and un.numero]
    if not parlants:
        return
    sans_reponse = Partie.objects.filter(
        operateur=operateur, etat__in=SANS_REPONSE, remise__coordonnee__valeur__in={un.numero for un in parlants}
    ).exclude(pk__in=connues).select_related("remise__coordonnee")  # fmt: skip
    candidates: dict[tuple[int, str], list[Partie]] = {}
    for partie in sans_reponse:
        numero = partie.remise.coordonnee.valeur if partie.remise.coordonnee else ""
        candidates.setdefault((partie.pk & 0xFFFF, numero), []).append(partie)
    for recu in parlants:
        trouvees = candidates.get((recu.reference or 0, recu.numero), [])
        if len(trouvees) == 1:
            yield recu, trouvees.pop()


def _dire(partie: Partie, recu: Recu, au: datetime) -> None:
    etat = DE_L_OPERATEUR.get(recu.etat)
    if etat is None:
        return
    if etat == EtatPartie.ECHOUEE:
        _echouer(partie, " ".join(filter(None, (EN_MOTS[recu.etat], recu.motif))), au)
        return
    partie.etat = etat
    partie.remise_le = partie.remise_le or au
    if etat == EtatPartie.RECUE:
        partie.accusee_le, partie.motif = au, ""


def _tirer_les_suites(parties: Iterable[Partie], au: datetime) -> None:
    """Les remises suivent leurs parties ; les adresses, leurs échecs et leurs réceptions."""
    siennes = list(parties)
    etats = recalculer(partie.remise_id for partie in siennes)
    finies = {etat: [pk for pk, dit in etats.items() if dit == etat] for etat in (EtatRemise.ECHOUEE, EtatRemise.RECUE)}
    vers = dict(
        Partie.objects.filter(remise__in=[pk for pks in finies.values() for pk in pks], numero=1)
        .exclude(remise__coordonnee=None)
        .values_list("remise", "remise__coordonnee")
    )
    if finies[EtatRemise.ECHOUEE]:
        compter_les_echecs([vers[pk] for pk in finies[EtatRemise.ECHOUEE] if pk in vers], au=au)
    if finies[EtatRemise.RECUE]:
        compter_les_receptions([vers[pk] for pk in finies[EtatRemise.RECUE] if pk in vers], au=au)


def _recevoir(operateur: str, ecrit: Ecrit, au: datetime) -> None:
    arret = demande_l_arret(ecrit.texte)
    ReponseRecue.objects.create(
        operateur=operateur, numero=ecrit.numero[:20], texte=ecrit.texte[:1000], recue_le=au, arret=arret
    )
    if arret:
        choisir(canal=Canal.SMS, valeur=ecrit.numero, finalite="", sens=SensDuChoix.OPPOSE, source=SourceDuChoix.STOP,
                preuve=f"« {ecrit.texte.strip()[:20]} », reçu par {operateur}", auteur=None, au=au)  # fmt: skip

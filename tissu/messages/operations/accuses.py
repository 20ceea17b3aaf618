"""Noter ce qu'un opérateur dit de messages déjà pris, venu de sa ligne ou d'un appel signé. Rejouer ne change rien."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from tissu.messages.canaux.ligne import Accepte, Recu
from tissu.messages.choices import EtatPartie, EtatRemise
from tissu.messages.models import Accuse, EtatOperateur, Partie
from tissu.messages.operations.choix import compter_les_echecs, compter_les_receptions
from tissu.messages.operations.remises import recalculer, reecrire
from tissu.messages.rules.etats import DE_L_OPERATEUR, DERNIERS, EN_MOTS

SANS_REPONSE = (EtatPartie.EN_VOL, EtatPartie.INCERTAINE)
CHAMPS = ("etat", "identifiant", "remise_le", "accusee_le", "motif")


@transaction.atomic
def noter_accuses(*, operateur: str, recus: Sequence[Recu], au: datetime) -> None:
    """Note des accusés arrivés hors de la ligne. Ceux dont on ne connaît pas encore le message attendent de l'être."""
    un_a_la_fois(operateur)
    touchees = appliquer(operateur, recus, {}, au)
    reecrire(touchees.values(), CHAMPS)
    tirer_les_suites(touchees.values(), au)


def un_a_la_fois(operateur: str) -> None:
    """Retient, jusqu'au bout de la transaction, qui voudrait noter autre chose de cet opérateur.

    Sans quoi un accusé croiserait la réponse qui en donne l'identifiant, et chacun manquerait l'autre.
    """
    # SQLite n'a de toute façon qu'un écrivain.
    if connection.features.has_select_for_update:
        EtatOperateur.objects.select_for_update().filter(nom=operateur).first()


def accepter(partie: Partie, identifiant: str, au: datetime) -> None:
    """L'opérateur l'a pris, sous cet identifiant."""
    partie.etat, partie.identifiant, partie.remise_le, partie.motif = EtatPartie.REMISE, identifiant[:65], au, ""


def echouer(partie: Partie, motif: str, au: datetime) -> None:
    """Il ne sera pas reçu."""
    partie.etat, partie.motif, partie.accusee_le = EtatPartie.ECHOUEE, motif[:200], au


def en_avance(operateur: str, acceptes: Iterable[Accepte]) -> list[Recu]:
    """Les accusés gardés de messages dont on apprend seulement maintenant l'identifiant."""
    gardes = Accuse.objects.filter(operateur=operateur, identifiant__in=[un.identifiant for un in acceptes])
    lus = [Recu(un.identifiant, un.etat, un.reference, un.numero, un.motif) for un in gardes.order_by("pk")]
    gardes.delete()
    return lus


def appliquer(operateur: str, recus: Sequence[Recu], connues: dict[int, Partie], au: datetime) -> dict[int, Partie]:
    """Applique des accusés à leurs parties ; garde ceux dont on ne connaît pas encore le message."""
    if not recus:
        return {}
    identifiants = {un.identifiant for un in recus if un.identifiant}
    lues = Partie.objects.filter(operateur=operateur, identifiant__in=identifiants).exclude(pk__in=connues)
    par_identifiant = {partie.identifiant: partie for partie in (*lues, *connues.values()) if partie.identifiant}
    orphelins = [un for un in recus if un.identifiant not in par_identifiant]
    for recu, partie in _par_reference(operateur, orphelins, connues):
        accepter(partie, recu.identifiant, au)
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
        echouer(partie, " ".join(filter(None, (EN_MOTS[recu.etat], recu.motif))), au)
        return
    partie.etat = etat
    partie.remise_le = partie.remise_le or au
    if etat == EtatPartie.RECUE:
        partie.accusee_le, partie.motif = au, ""


def tirer_les_suites(parties: Iterable[Partie], au: datetime) -> None:
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

"""Une réunion technique : présences, compte rendu, décisions et tâches qui en découlent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tissu.programme import permissions
from tissu.programme.choices import EtatReunion, PresenceReunion, TypeEcheance
from tissu.programme.models import DecisionDeReunion, Fiche, Participation, Reunion, SerieDeReunions
from tissu.programme.operations.conflits import prendre_la_main
from tissu.programme.operations.echeances import creer_echeance
from tissu.programme.operations.pieces import deposer_piece
from tissu.programme.operations.vie import VieRefusee, enregistrer, exiger_redacteur, exiger_texte
from tissu.socle.formats import date_courte


@dataclass(frozen=True)
class ContenuDeReunion:
    """Ce qui décrit une réunion. `invites` : personnes des partenaires ; `autres` : noms hors de la plateforme."""

    titre: str
    debut: datetime
    duree_minutes: int = 60
    lieu: str = ""
    ordre_du_jour: str = ""
    invites: tuple[Any, ...] = ()
    autres: tuple[str, ...] = ()


@dataclass(frozen=True)
class TacheDecidee:
    """La tâche qu'une décision crée."""

    titre: str
    echeance: date
    responsable: Any = field(default=None)


def creer_reunion(*, fiche: Fiche, contenu: ContenuDeReunion, auteur: Any, au: datetime) -> Reunion:
    """Crée une réunion seule. Lève `VieRefusee`."""
    exiger_redacteur(fiche, auteur)
    exiger_texte(contenu.titre, "Donnez un nom à cette réunion.")
    with transaction.atomic():
        return ecrire_reunion(fiche, contenu, contenu.debut, None, auteur, au)


def ecrire_reunion(
    fiche: Fiche, contenu: ContenuDeReunion, debut: datetime, serie: SerieDeReunions | None, auteur: Any, au: datetime
) -> Reunion:
    """Écrit une réunion déjà permise, seule ou dans sa série."""
    reunion = Reunion(
        fiche=fiche, serie=serie, titre=contenu.titre.strip(), debut=debut, duree_minutes=contenu.duree_minutes,
        lieu=contenu.lieu, ordre_du_jour=contenu.ordre_du_jour,
    )  # fmt: skip
    enregistrer(reunion, auteur=auteur, au=au)
    _inviter(reunion, contenu.invites, contenu.autres)
    return reunion


def modifier_reunion(
    *, reunion: Reunion, revision: int, contenu: ContenuDeReunion, auteur: Any, au: datetime
) -> Reunion:
    """Change cette réunion seule, pas sa série. Lève `VieRefusee` ou `ConflitDeSaisie`.

    Un participant retiré de la liste garde sa ligne si sa présence a été notée.
    """
    exiger_redacteur(reunion.fiche, auteur)
    titre = exiger_texte(contenu.titre, "Donnez un nom à cette réunion.")
    jumelles = Reunion.objects.filter(serie=reunion.serie_id, debut=contenu.debut).exclude(pk=reunion.pk)
    if reunion.serie_id and jumelles.exists():
        raise VieRefusee("Une autre réunion de la même série a déjà lieu à ce moment.")
    nouveau = {
        "titre": titre,
        "debut": _moment(contenu.debut),
        "lieu": contenu.lieu,
        "ordre_du_jour": contenu.ordre_du_jour,
    }
    with transaction.atomic():
        en_base = Reunion.objects.get(pk=reunion.pk)
        ancien = {
            "titre": en_base.titre,
            "debut": _moment(en_base.debut),
            "lieu": en_base.lieu,
            "ordre_du_jour": en_base.ordre_du_jour,
        }
        prendre_la_main(reunion, revision=revision, ancien=ancien, nouveau=nouveau)
        reunion.titre, reunion.debut, reunion.lieu = titre, contenu.debut, contenu.lieu
        reunion.duree_minutes, reunion.ordre_du_jour = contenu.duree_minutes, contenu.ordre_du_jour
        enregistrer(reunion, auteur=auteur, au=au)
        attendus = {personne.pk for personne in contenu.invites}
        for participation in reunion.participations.filter(presence=PresenceReunion.INVITEE):
            if participation.personne_id not in attendus and participation.nom not in contenu.autres:
                participation.delete()
        _inviter(reunion, contenu.invites, contenu.autres)
    return reunion


def annuler_reunion(*, reunion: Reunion, revision: int, motif: str, auteur: Any, au: datetime) -> None:
    """Annule une réunion qui n'a pas eu lieu, en disant pourquoi. Lève `VieRefusee` ou `ConflitDeSaisie`."""
    exiger_redacteur(reunion.fiche, auteur)
    motif = exiger_texte(motif, "Dites pourquoi la réunion est annulée : les invités le liront.")
    if reunion.etat == EtatReunion.TENUE:
        raise VieRefusee("Cette réunion a eu lieu : elle ne s'annule plus.")
    with transaction.atomic():
        ancien = {"etat": Reunion.objects.get(pk=reunion.pk).get_etat_display()}
        prendre_la_main(reunion, revision=revision, ancien=ancien, nouveau={"etat": EtatReunion.ANNULEE.label})
        reunion.etat, reunion.motif_annulation = EtatReunion.ANNULEE, motif
        enregistrer(reunion, auteur=auteur, au=au)


def noter_presences(*, reunion: Reunion, presences: Mapping[int, str], auteur: Any, au: datetime) -> None:
    """Note qui était là : `presences` va du numéro de la participation à sa présence. Lève `VieRefusee`.

    Chaque ligne est indépendante : deux personnes qui notent en même temps ne s'effacent que sur la même case.
    """
    exiger_tenue(reunion, auteur, au)
    with transaction.atomic():
        for participation in reunion.participations.filter(pk__in=list(presences)):
            participation.presence = PresenceReunion(presences[participation.pk])
            participation.save(update_fields=["presence"])
        _dire_tenue(reunion, au)


def ajouter_participant(*, reunion: Reunion, nom: str, auteur: Any, au: datetime) -> None:
    """Ajoute quelqu'un qui n'est pas sur la plateforme ; présent, si la réunion a commencé. Lève `VieRefusee`."""
    exiger_redacteur(reunion.fiche, auteur)
    nom = exiger_texte(nom, "Écrivez le nom de la personne.")
    _inviter(reunion, (), (nom,))
    if reunion.debut <= au:
        reunion.participations.filter(nom=nom).update(presence=PresenceReunion.PRESENTE)


def rediger_compte_rendu(
    *, reunion: Reunion, revision: int, texte: str, auteur: Any, au: datetime, fichier: Any = None
) -> None:
    """Écrit le compte rendu, en texte ou en fichier joint. Lève `VieRefusee`, `PieceRefusee` ou `ConflitDeSaisie`."""
    exiger_tenue(reunion, auteur, au)
    if not texte.strip() and fichier is None and reunion.piece_id is None:
        raise VieRefusee("Écrivez le compte rendu, ou joignez-le en fichier.")
    with transaction.atomic():
        ancien = {"compte_rendu": Reunion.objects.get(pk=reunion.pk).compte_rendu}
        prendre_la_main(reunion, revision=revision, ancien=ancien, nouveau={"compte_rendu": texte})
        reunion.compte_rendu, reunion.redige_le, reunion.redige_par = texte.strip(), au, auteur
        reunion.etat = EtatReunion.TENUE
        if fichier is not None:
            reunion.piece = deposer_piece(fiche=reunion.fiche, fichier=fichier, auteur=auteur, au=au)
        enregistrer(reunion, auteur=auteur, au=au)


def prendre_decision(
    *, reunion: Reunion, texte: str, auteur: Any, au: datetime, tache: TacheDecidee | None = None
) -> DecisionDeReunion:
    """Ajoute une décision, et la tâche qui en découle. Lève `VieRefusee`."""
    exiger_tenue(reunion, auteur, au)
    texte = exiger_texte(texte, "Écrivez ce qui a été décidé.")
    with transaction.atomic():
        echeance = None
        if tache is not None:
            echeance = creer_echeance(
                fiche=reunion.fiche, type=TypeEcheance.TACHE, titre=tache.titre or texte[:200], auteur=auteur, au=au,
                echeance=tache.echeance, responsable=tache.responsable, detail=f"Décidé en réunion : {texte}",
            )  # fmt: skip
        dernier = reunion.decisions.aggregate(dernier=Max("ordre"))["dernier"] or 0
        return DecisionDeReunion.objects.create(reunion=reunion, texte=texte, echeance=echeance, ordre=dernier + 1)


def _inviter(reunion: Reunion, invites: Iterable[Any], autres: Iterable[str]) -> None:
    deja = set(reunion.participations.values_list("personne", "nom"))
    for personne in invites:
        if not permissions.peut_lire(personne, reunion.fiche):
            raise VieRefusee(f"{personne} ne peut pas lire cette fiche : invitez-le par son nom, en toutes lettres.")
        if (personne.pk, "") not in deja:
            Participation.objects.create(reunion=reunion, personne=personne)
    for nom in dict.fromkeys(nom.strip()[:150] for nom in autres if nom.strip()):
        if (None, nom) not in deja:
            Participation.objects.create(reunion=reunion, nom=nom)


def exiger_tenue(reunion: Reunion, auteur: Any, au: datetime) -> None:
    """Lève `VieRefusee` si cette personne ne peut pas encore écrire ce qui s'est dit à la réunion."""
    exiger_redacteur(reunion.fiche, auteur)
    _exiger_commencee(reunion, au)


def _exiger_commencee(reunion: Reunion, au: datetime) -> None:
    if reunion.etat == EtatReunion.ANNULEE:
        raise VieRefusee("Cette réunion est annulée.")
    if timezone.localdate(reunion.debut) > timezone.localdate(au):
        raise VieRefusee("Cette réunion n'a pas encore eu lieu : revenez le jour dit, ou changez sa date.")


def _dire_tenue(reunion: Reunion, au: datetime) -> None:
    """La réunion a eu lieu. Par la base, sans la révision : une saisie de compte rendu en cours n'est pas gênée."""
    Reunion.objects.filter(pk=reunion.pk, etat=EtatReunion.PREVUE).update(etat=EtatReunion.TENUE, modifiee_le=au)
    reunion.refresh_from_db(fields=["etat", "modifiee_le"])


def _moment(moment: datetime) -> str:
    return f"{date_courte(moment)} à {timezone.localtime(moment):%H:%M}"

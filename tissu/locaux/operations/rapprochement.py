"""Proposer le SIRET d'un occupant, le confirmer ou le refuser, et aller vérifier quand il ferme.

Une fermeture dans Sirene n'est jamais une vacance : elle ouvre un signalement, qu'une personne va voir.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.locaux.choices import EtatLocal, EtatRapprochement, MotifSignalement, OrigineActivite
from tissu.locaux.models import Local, Occupation, Rapprochement, Signalement
from tissu.locaux.nomenclatures import famille_de
from tissu.locaux.operations.ecriture import (
    LocalRefuse,
    changer_en_nombre,
    creer_en_nombre,
    enregistrer,
    exiger_de_modifier,
)
from tissu.locaux.queries.etablissements import Voisinage, en_etablissement, fiches
from tissu.locaux.rules.rapprochement import Lieu, Occupant, Ressemblance, ressemblance, retenir
from tissu.registre.rules import FERME
from tissu.socle.formats import date_courte
from tissu.socle.identifiants import siret_valide
from tissu.socle.parametres import parametre
from tissu.socle.territoire import territoire
from tissu.socle.travaux import SansSuivi

LOT = 1_000


def proposer(*, au: datetime, suivi: Any = None) -> dict[str, int]:
    """Propose un établissement du registre pour chaque occupant sans SIRET. Rejouable : ce qui a été décidé le reste.

    Rend les comptes. Sans registre, ne propose rien.
    """
    try:
        registre = courant()
    except RegistreAbsent:
        return {"locaux": 0, "proposes": 0}
    suivi = suivi or SansSuivi()
    suivi.avancer(0.05, "Lecture du registre")
    voisinage = Voisinage(registre, territoire().communes)
    jour = au.date()
    reglages = {
        "poids": parametre("locaux.poids_du_rapprochement", au=jour),
        "rayon_m": float(parametre("locaux.rayon_rapprochement_m", au=jour)),
    }
    seuil = float(parametre("locaux.confiance_proposee", au=jour))
    occupations = _a_rapprocher()
    trouves: dict[tuple[int, str], Ressemblance] = {}
    for rang, occupation in enumerate(occupations):
        if rang % LOT == 0:
            suivi.avancer(0.1 + 0.7 * rang / len(occupations), f"{rang} locaux comparés sur {len(occupations)}")
        vu = _occupant(occupation)
        notes = (
            (une.siret, ressemblance(vu, une, **reglages))
            for une in voisinage.autour(occupation.local.code_commune, vu.lieu)
        )
        for siret, note in retenir(((s, n) for s, n in notes if n is not None), seuil=seuil):
            trouves[occupation.local_id, siret] = note
    return {"locaux": len(occupations), "proposes": _garder(trouves, voisinage.version, au)}


def _a_rapprocher() -> list[Occupation]:
    """Les occupants en place dont personne n'a dit le SIRET."""
    return list(
        Occupation.objects.filter(
            fin__isnull=True, accessoire=False, siret="", local__disparu_le__isnull=True, local__ecarte_le__isnull=True,
        )
        .exclude(local__etats__fin__isnull=True, local__etats__etat__in=_VIDES)
        .select_related("local__voie")
        .order_by("local")
    )  # fmt: skip


_VIDES = [etat for etat in EtatLocal if etat not in {EtatLocal.OCCUPE, EtatLocal.EPHEMERE, EtatLocal.INCONNU}]


def _occupant(occupation: Occupation) -> Occupant:
    local = occupation.local
    lieu = Lieu(local.numero, local.voie.nom if local.voie else "", local.lon, local.lat)
    return Occupant(occupation.enseigne, occupation.activite, famille_de(occupation.activite), lieu)


@transaction.atomic
def _garder(trouves: dict[tuple[int, str], Ressemblance], version: str, au: datetime) -> int:
    """Remplace les propositions d'avant par celles-ci ; une décision prise ne bouge pas."""
    existants = {(une.local_id, une.siret): une for une in Rapprochement.objects.select_for_update().order_by("pk")}
    perimees = [
        une.pk for cle, une in existants.items() if une.etat == EtatRapprochement.PROPOSE and cle not in trouves
    ]
    for debut in range(0, len(perimees), LOT):
        Rapprochement.objects.filter(pk__in=perimees[debut : debut + LOT]).delete()
    nouveaux, changes = [], []
    for (local, siret), note in trouves.items():
        ancien = existants.get((local, siret))
        if ancien is None:
            nouveaux.append(
                Rapprochement(local_id=local, siret=siret, propose_le=au, version_registre=version, **_dit(note))
            )
        elif ancien.etat == EtatRapprochement.PROPOSE and _dit(note) != {
            "confiance": ancien.confiance, "motifs": ancien.motifs,
        }:  # fmt: skip
            ancien.confiance, ancien.motifs = _dit(note)["confiance"], _dit(note)["motifs"]
            ancien.version_registre = version
            changes.append(ancien)
    creer_en_nombre(nouveaux, auteur=None, au=au, motif="Proposé")
    changer_en_nombre(changes, ["confiance", "motifs", "version_registre"], auteur=None, au=au, motif="Proposé")
    return sum(1 for cle in trouves if cle not in existants or existants[cle].etat == EtatRapprochement.PROPOSE)


def _dit(note: Ressemblance) -> dict[str, Any]:
    return {"confiance": Decimal(str(note.confiance)), "motifs": [asdict(motif) for motif in note.motifs]}


@transaction.atomic
def confirmer(*, rapprochement: Rapprochement, auteur: Any, au: datetime) -> None:
    """L'occupant du local est cet établissement. Les autres propositions du local sont refusées.

    Ni le nom ni l'adresse du registre n'entrent dans le local ; son activité ne comble qu'un vide. Lève `LocalRefuse`.
    """
    exiger_de_modifier(auteur)
    local = Local.objects.select_for_update().get(pk=rapprochement.local_id)
    occupation = local.occupations.filter(fin__isnull=True, accessoire=False).first()
    if occupation is None:
        raise LocalRefuse(f"{local} n'a plus d'occupant : il n'y a rien à rapprocher.")
    _decider(rapprochement, EtatRapprochement.CONFIRME, auteur, au)
    for autre in local.rapprochements.filter(etat=EtatRapprochement.PROPOSE).exclude(pk=rapprochement.pk):
        _decider(autre, EtatRapprochement.REFUSE, auteur, au)
    occupation.siret = rapprochement.siret
    occupation.champs_tenus = sorted({*occupation.champs_tenus, "siret"})
    if not occupation.activite:
        _combler_l_activite(occupation)
    _ecrire(local, occupation, auteur, au, "SIRET confirmé")


def _combler_l_activite(occupation: Occupation) -> None:
    fiche = fiches([occupation.siret]).get(occupation.siret)
    activite = en_etablissement(fiche).activite if fiche else ""
    if activite:
        occupation.activite, occupation.origine_activite = activite, OrigineActivite.NAF


@transaction.atomic
def rapprocher(*, local: Local, siret: str, auteur: Any, au: datetime) -> Rapprochement:
    """Pose à la main le SIRET de l'occupant, que le registre le propose ou non. Lève `LocalRefuse`."""
    if not siret_valide(siret):
        raise LocalRefuse(f"« {siret} » n'est pas un SIRET juste (14 chiffres et leur clé).")
    pose = local.rapprochements.filter(siret=siret).first()
    if pose is None:
        motif = {"code": "main", "texte": "posé à la main", "poids": 1}
        pose = Rapprochement(local=local, siret=siret, confiance=Decimal(1), motifs=[motif], propose_le=au)
    confirmer(rapprochement=pose, auteur=auteur, au=au)
    return pose


@transaction.atomic
def refuser(*, rapprochement: Rapprochement, auteur: Any, au: datetime) -> None:
    """Ce n'est pas lui ; il ne sera plus proposé. Revient aussi sur une confirmation. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    local = Local.objects.select_for_update().get(pk=rapprochement.local_id)
    _decider(rapprochement, EtatRapprochement.REFUSE, auteur, au)
    for occupation in local.occupations.filter(fin__isnull=True, siret=rapprochement.siret):
        occupation.siret = ""
        occupation.champs_tenus = [champ for champ in occupation.champs_tenus if champ != "siret"]
        _ecrire(local, occupation, auteur, au, "SIRET retiré")


def confirmer_en_nombre(*, rapprochements: Iterable[Rapprochement], auteur: Any, au: datetime) -> int:
    """Confirme ensemble des propositions sûres ; rend leur nombre. Toutes ou aucune. Lève `LocalRefuse`.

    Sûre : la seule de son local, et d'une confiance au moins égale au seuil du jour.
    """
    exiger_de_modifier(auteur)
    seuil = Decimal(str(parametre("locaux.confiance_acceptable_en_nombre", au=au.date())))
    liste = list(rapprochements)
    with transaction.atomic():
        for une in liste:
            rivales = une.local.rapprochements.filter(etat=EtatRapprochement.PROPOSE).exclude(pk=une.pk)
            if une.etat != EtatRapprochement.PROPOSE or une.confiance < seuil or rivales.exists():
                raise LocalRefuse(
                    f"{une.local} : cette proposition n'est pas assez sûre pour être acceptée avec d'autres. "
                    "Décidez-la seule."
                )
            confirmer(rapprochement=une, auteur=auteur, au=au)
    return len(liste)


def _decider(rapprochement: Rapprochement, etat: str, auteur: Any, au: datetime) -> None:
    rapprochement.etat, rapprochement.decide_par, rapprochement.decide_le = etat, auteur, au
    enregistrer(rapprochement, auteur=auteur, au=au, motif=EtatRapprochement(etat).label)


def _ecrire(local: Local, occupation: Occupation, auteur: Any, au: datetime, motif: str) -> None:
    enregistrer(occupation, auteur=auteur, au=au, motif=motif)
    local.version += 1
    enregistrer(local, auteur=auteur, au=au, motif=motif)


def apres_import(*, au: datetime, **contexte: Any) -> dict[str, int]:
    """Ce qu'un registre neuf demande d'aller voir, puis de nouvelles propositions. Rejouable sans dommage."""
    return {"signalements": signaler_les_fermetures(au=au), **proposer(au=au)}


@transaction.atomic
def signaler_les_fermetures(*, au: datetime) -> int:
    """Ouvre un signalement par occupant confirmé dont l'établissement est fermé, une fois par fermeture."""
    occupations = Occupation.objects.filter(fin__isnull=True, local__ecarte_le__isnull=True).exclude(siret="")
    par_siret = {(une.local_id, une.siret) for une in occupations.order_by("pk")}
    connus = fiches({siret for _, siret in par_siret})
    deja = {
        (signalement.local_id, signalement.siret): signalement.ouvert_le.date()
        for signalement in Signalement.objects.filter(motif=MotifSignalement.ETABLISSEMENT_FERME).order_by("ouvert_le")
    }
    nouveaux = []
    for local, siret in sorted(par_siret):
        fiche = connus.get(siret)
        if fiche is None or fiche["etat"] != FERME:
            continue
        fermeture = fiche["date_fermeture"]
        if (local, siret) in deja and (fermeture is None or fermeture <= deja[local, siret]):
            continue
        quand = f" depuis le {date_courte(fermeture)}" if fermeture else ""
        texte = f"L'établissement rapproché est fermé dans Sirene{quand}. Allez voir si le local est vacant."
        nouveaux.append(
            Signalement(
                local_id=local, motif=MotifSignalement.ETABLISSEMENT_FERME, siret=siret, texte=texte, ouvert_le=au
            )
        )
    return len(creer_en_nombre(nouveaux, auteur=None, au=au))

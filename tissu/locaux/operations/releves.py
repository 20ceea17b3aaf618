"""Recevoir ce qu'un releveur a vu, hors ligne ou non : une fois chacun, sans écraser personne, sans rien perdre."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from tissu.locaux import permissions
from tissu.locaux.choices import EtatCampagne, EtatLocal, EtatReleve, MotifSignalement, Source
from tissu.locaux.models import Campagne, Local, Occupation, PeriodeEtat, Releve, Tournee
from tissu.locaux.operations.ecriture import LocalRefuse, enregistrer, exiger, exiger_de_modifier
from tissu.locaux.operations.histoire import (
    HABITES,
    confirmer_etat,
    corriger_l_occupant,
    poser_etat,
    poser_occupant,
    verifier_occupation,
    vider,
)
from tissu.locaux.operations.locaux import DES_FICHIERS, inscrire_local
from tissu.locaux.operations.signalements import noter_la_suite, signaler
from tissu.locaux.operations.tranches import Signature
from tissu.locaux.queries.montre import DE_L_OCCUPANT, DU_LOCAL, en_json, valeurs_en_json, valeurs_montrees
from tissu.locaux.rules.adresses import cle_voie
from tissu.locaux.rules.identite import Portrait, memes_enseignes, reconnaitre
from tissu.locaux.rules.releve import Conflit, departager
from tissu.locaux.sources.champs import CHAMPS as CHAMPS_D_UN_FICHIER
from tissu.socle.conflits import ConflitDeSaisie
from tissu.socle.parametres import parametre

CHAMPS = frozenset({*DU_LOCAL, *DE_L_OCCUPANT, "etat", "precision", "voie", "code_commune", "remarque"})
NOMBRES = {"surface_m2": Decimal, "surface_vente_m2": Decimal, "vitrine_m": Decimal, "lon": float, "lat": float,
           "etage": int, "couverts": int, "chambres": int}  # fmt: skip
EN_COURS = Prefetch(
    "occupations", Occupation.objects.filter(fin__isnull=True, accessoire=False), to_attr="occupations_en_cours"
)
NOMS = CHAMPS_D_UN_FICHIER | {"etat": "État", "precision": "Précision"}
LON_MAX, LAT_MAX = 180, 90
LOCAL = "local"
"""Le « champ » en conflit d'un local dit nouveau, qui ressemble à un local connu."""


@transaction.atomic
def recevoir_releve(
    *,
    cle: UUID,
    campagne: Campagne,
    local: Local | None,
    releve_le: datetime,
    version_vue: int | None,
    donnees: Mapping[str, Any],
    releveur: Any,
    au: datetime,
    vues: Mapping[str, Any] | None = None,
    tournee: Tournee | None = None,
) -> Releve:
    """Reçoit un relevé ; envoyé deux fois sous la même `cle`, il n'entre qu'une.

    `donnees` : ce qui a été vu (`CHAMPS`) ; `vues` : ce que le téléphone montrait des mêmes champs. Les champs que
    personne n'a touchés depuis s'écrivent ; les autres sont en conflit et attendent `trancher_conflit`. Un local
    nouveau (`local` None) est créé, sauf s'il ressemble à un local connu. Lève `LocalRefuse` si une donnée est fausse.
    """
    exiger_de_relever(releveur, campagne=campagne, local=local, donnees=donnees)
    recu = Releve.objects.filter(cle=cle).first()
    if recu is not None:
        return recu
    propres = _lire(donnees)
    releve = Releve(
        cle=cle, campagne=campagne, tournee=tournee, local=local, releveur=releveur, releve_le=min(releve_le, au),
        recu_le=au, version_vue=version_vue, donnees=dict(donnees), vues=dict(vues or {}),
    )  # fmt: skip
    if local is None:
        _recevoir_un_nouveau(releve, propres, au)
    else:
        _recevoir_sur(releve, Local.objects.select_for_update().get(pk=local.pk), propres, au)
    releve.save()
    return releve


def exiger_de_relever(releveur: Any, *, campagne: Campagne, local: Local | None, donnees: Mapping[str, Any]) -> None:
    """Un agent des partenaires relève partout ; un autre releveur, sur les rues qu'il a reçues de cette campagne
    ouverte. Lève `LocalRefuse`.
    """
    exiger(
        permissions.peut_relever, releveur,
        "Vous n'avez pas de rue à relever dans une campagne ouverte : demandez-en une à qui la prépare.",
    )  # fmt: skip
    if releveur is None or permissions.est_agent_partenaire(releveur):
        return
    siennes = releveur.tournees.filter(campagne=campagne, campagne__etat=EtatCampagne.OUVERTE)
    if local is not None:
        permise = siennes.filter(voie=local.voie_id).exists()
    else:
        rue = cle_voie(str(donnees.get("voie") or ""))
        commune = str(donnees.get("code_commune") or "")
        permise = siennes.filter(voie__code_commune=commune, voie__nom_normalise=rue).exists()
    if not permise:
        raise LocalRefuse(
            f"Cette rue ne vous est pas confiée dans « {campagne} », ou la campagne est close : demandez-la à qui la "
            "prépare, puis envoyez de nouveau ce relevé."
        )


def _lire(donnees: Mapping[str, Any]) -> dict[str, Any]:
    inconnus = sorted(set(donnees) - CHAMPS)
    if inconnus:
        raise LocalRefuse(f"Champs inconnus d'un relevé : {', '.join(inconnus)}.")
    propres = dict(donnees)
    for champ, genre in NOMBRES.items():
        if champ in propres:
            try:
                propres[champ] = None if propres[champ] in (None, "") else genre(str(propres[champ]).replace(",", "."))
            except (ValueError, InvalidOperation) as erreur:
                raise LocalRefuse(f"{champ} : « {donnees[champ]} » n'est pas un nombre.") from erreur
    _valider(propres)
    if propres.get("etat", EtatLocal.OCCUPE) not in EtatLocal.values:
        raise LocalRefuse(f"« {propres['etat']} » n'est pas un état connu.")
    return propres | verifier_occupation({cle: propres[cle] for cle in DE_L_OCCUPANT if cle in propres})


def _valider(propres: Mapping[str, Any]) -> None:
    """Un nombre hors de ses bornes, un texte trop long : dit ici, non par la base."""
    regles: dict[str, Any] = {champ: Local._meta.get_field(champ) for champ in DU_LOCAL}
    regles["precision"] = PeriodeEtat._meta.get_field("precision")
    for champ, regle in regles.items():
        valeur = propres.get(champ)
        if valeur in (None, ""):
            continue
        try:
            regle.clean(valeur, None)
        except ValidationError as erreur:
            raise LocalRefuse(
                f"{NOMS.get(champ, champ)} : « {valeur} » ne convient pas. {erreur.messages[0]}"
            ) from erreur
    lon, lat = propres.get("lon"), propres.get("lat")
    if lon is not None and lat is not None and not (abs(lon) <= LON_MAX and abs(lat) <= LAT_MAX):
        raise LocalRefuse(f"Position : {lon}, {lat} n'est pas un point du globe.")


def _recevoir_un_nouveau(releve: Releve, propres: Mapping[str, Any], au: datetime) -> None:
    _exiger_un_etat_habite(propres)
    ressemblants = _ressemblants(propres, au)
    if ressemblants:
        releve.etat = EtatReleve.CONFLIT
        releve.conflits = [{"champ": LOCAL, "vu": None, "actuel": ressemblants, "releve": None}]
        return
    _creer(releve, propres, au)


def _ressemblants(propres: Mapping[str, Any], au: datetime) -> list[str]:
    """Les locaux connus que celui-ci pourrait être : le releveur ne les avait peut-être pas sur son téléphone."""
    commune = propres.get("code_commune", "")
    connus = Local.objects.filter(code_commune=commune, disparu_le__isnull=True, ecarte_le__isnull=True)
    rayon = float(parametre("locaux.rayon_meme_local_m", au=au.date()))
    portraits = [
        Portrait(local.pk, commune, local.numero, str(local.voie or ""), local.lon, local.lat,
                 enseigne=local.occupations_en_cours[0].enseigne if local.occupations_en_cours else "")
        for local in connus.select_related("voie").prefetch_related(EN_COURS).order_by("pk")
    ]  # fmt: skip
    vu = Portrait(0, commune, propres.get("numero") or "", propres.get("voie") or "", propres.get("lon"),
                  propres.get("lat"), enseigne=propres.get("enseigne") or "")  # fmt: skip
    trouves = [une.local for une in reconnaitre([vu], portraits, rayon_m=rayon)]
    return list(Local.objects.filter(pk__in=trouves).values_list("reference", flat=True))


def _creer(releve: Releve, propres: Mapping[str, Any], au: datetime) -> None:
    valeurs = {champ: propres[champ] for champ in (*DU_LOCAL, "code_commune") if propres.get(champ) not in (None, "")}
    cree = inscrire_local(valeurs=valeurs, voie=propres.get("voie") or "", auteur=releve.releveur, au=au)
    releve.local, releve.etat = cree, EtatReleve.APPLIQUE
    _ecrire(releve, cree, {cle: propres[cle] for cle in (*DE_L_OCCUPANT, "etat", "precision") if propres.get(cle)}, au)
    if propres.get("remarque"):
        _faire_verifier(releve, cree, propres["remarque"], au, MotifSignalement.SIGNALE)


def _recevoir_sur(releve: Releve, local: Local, propres: dict[str, Any], au: datetime) -> None:
    propres.pop("code_commune", None)
    remarque = propres.pop("remarque", "")
    a_ecrire, conflits = departager(
        actuelles=valeurs_montrees(local), vues=releve.vues, relevees=propres,
        meme_version=releve.version_vue == local.version,
    )  # fmt: skip
    try:
        # Un relevé plus ancien que l'histoire connue ne s'écrit pas par-dessus : il se tranche.
        with transaction.atomic():
            _ecrire(releve, local, a_ecrire, au)
    except LocalRefuse:
        actuelles = valeurs_montrees(Local.objects.get(pk=local.pk))
        conflits += [
            Conflit(champ, releve.vues.get(champ), actuelles.get(champ), valeur) for champ, valeur in a_ecrire.items()
        ]
    releve.conflits = [en_json(asdict(conflit)) for conflit in conflits]
    releve.etat = EtatReleve.CONFLIT if conflits else EtatReleve.APPLIQUE
    if conflits:
        noms = ", ".join(NOMS.get(conflit.champ, conflit.champ).lower() for conflit in conflits)
        _faire_verifier(releve, local, f"Deux personnes disent autre chose : {noms}", au, MotifSignalement.CONFLIT)
    if remarque:
        _faire_verifier(releve, local, remarque, au, MotifSignalement.SIGNALE)


def _faire_verifier(releve: Releve, local: Local, texte: str, au: datetime, motif: str) -> None:
    """Signé de qui tranche, à défaut du releveur : celui-ci n'a peut-être plus de rôle le jour où l'on tranche."""
    signaler(local=local, texte=texte, auteur=releve.tranche_par or releve.releveur, au=au, motif=motif)


def _ecrire(releve: Releve, local: Local, valeurs: Mapping[str, Any], au: datetime) -> None:
    """Écrit ces valeurs dans le local, datées du relevé. Le local est déjà verrouillé. Lève `LocalRefuse`."""
    _exiger_un_etat_habite(valeurs)
    signature = Signature(releve.releveur, au, f"Relevé de {releve.campagne}")
    le = timezone.localdate(releve.releve_le)
    changes = [champ for champ in DU_LOCAL if champ in valeurs]
    for champ in changes:
        setattr(local, champ, valeurs[champ] if valeurs[champ] is not None or champ in NOMBRES else "")
    local.champs_tenus = sorted({*local.champs_tenus, *(DES_FICHIERS & set(changes))})
    _ecrire_l_etat(releve, local, valeurs, le, signature)
    occupant = {champ: valeurs[champ] for champ in DE_L_OCCUPANT if valeurs.get(champ)}
    if occupant:
        _ecrire_l_occupant(releve, local, occupant, le, signature)
    local.version += 1
    enregistrer(local, auteur=signature.auteur, au=au, motif=signature.motif)


def _exiger_un_etat_habite(valeurs: Mapping[str, Any]) -> None:
    """Un occupant et un état sans occupant ne s'écrivent pas ensemble. Lève `LocalRefuse`."""
    etat = valeurs.get("etat")
    if etat and etat not in HABITES and (valeurs.get("enseigne") or valeurs.get("activite")):
        raise LocalRefuse(
            f"Un local « {EtatLocal(etat).label} » n'a pas d'occupant : choisissez un autre état, ou mettez l'enseigne "
            "que vous lisez dans la précision."
        )


def _ecrire_l_etat(releve: Releve, local: Local, valeurs: Mapping[str, Any], le: date, signature: Signature) -> None:
    """Un relevé constate toujours l'état, même inchangé : c'est ce qui dit de quand on le tient."""
    courant = local.etats.filter(fin__isnull=True).first()
    etat = valeurs.get("etat") or (courant.etat if courant else "")
    if not etat:
        return
    if courant is not None and courant.etat == etat:
        confirmer_etat(courant, le, valeurs.get("precision") or "", signature)
        return
    poser_etat(
        local, etat, le, signature, precision=valeurs.get("precision") or "", source=Source.TERRAIN,
        campagne=releve.campagne,
    )  # fmt: skip
    if etat not in HABITES:
        vider(local, le, signature)


def _ecrire_l_occupant(releve: Releve, local: Local, occupant: dict[str, Any], le: date, signature: Signature) -> None:
    courant = local.occupations.filter(fin__isnull=True, accessoire=False).first()
    enseigne = occupant.get("enseigne", "")
    meme = courant is not None and (not enseigne or not courant.enseigne or memes_enseignes(enseigne, courant.enseigne))
    if courant is not None and meme:
        corriger_l_occupant(courant, occupant, signature, source=Source.TERRAIN)
        return
    poser_occupant(local, le, occupant, signature, source=Source.TERRAIN, campagne=releve.campagne)
    if not local.etats.filter(fin__isnull=True, etat__in=HABITES).exists():
        poser_etat(local, EtatLocal.OCCUPE, le, signature, source=Source.TERRAIN, campagne=releve.campagne)


@transaction.atomic
def trancher_conflit(
    *, releve: Releve, choix: Mapping[str, str], auteur: Any, au: datetime, version: int | None = None
) -> Releve:
    """Pour chaque champ en conflit, garde « actuel » ou écrit « releve ». Pour un local dit nouveau, `choix["local"]`
    vaut « releve » (c'en est un autre, il est créé) ou la référence du local connu que c'est.

    Un releveur tranche les siens, un agent tous. Lève `LocalRefuse` s'il manque un choix, ou si une autre personne a
    tranché ; `ConflitDeSaisie` si le local n'est plus à la `version` que l'on comparait.
    """
    frais = Releve.objects.select_for_update().get(pk=releve.pk)
    if auteur is not None and frais.releveur_id == auteur.pk:
        exiger_de_relever(auteur, campagne=frais.campagne, local=frais.local, donnees=frais.donnees)
    else:
        exiger_de_modifier(auteur)
    if frais.etat != EtatReleve.CONFLIT:
        raise LocalRefuse("Ce relevé n'est plus en conflit : une autre personne l'a tranché.")
    champs = {conflit["champ"] for conflit in frais.conflits}
    if champs - set(choix):
        raise LocalRefuse(f"Choisissez pour chaque champ : {', '.join(sorted(champs - set(choix)))}.")
    if version is not None and frais.local_id is not None:
        _exiger_la_version(frais, frais.local_id, version)
    frais.tranche_par, frais.tranche_le = auteur, au
    if LOCAL in champs:
        _trancher_un_nouveau(frais, choix[LOCAL], au)
    else:
        retenus = [conflit["champ"] for conflit in frais.conflits if choix[conflit["champ"]] == "releve"]
        propres = _lire({champ: frais.donnees[champ] for champ in retenus})
        if propres:
            assert frais.local_id is not None
            _ecrire(frais, Local.objects.select_for_update().get(pk=frais.local_id), propres, au)
        frais.etat = EtatReleve.APPLIQUE if retenus else EtatReleve.ECARTE
    frais.save()
    _clore_la_verification(frais, auteur, au)
    return frais


def _exiger_la_version(releve: Releve, cle: int, version: int) -> None:
    """Le local, verrouillé, est encore celui que l'on comparait. Lève `ConflitDeSaisie`."""
    local = Local.objects.select_for_update().get(pk=cle)
    if local.version != version:
        actuelles = valeurs_en_json(local)
        champs = [conflit["champ"] for conflit in releve.conflits]
        raise ConflitDeSaisie(
            {champ: actuelles.get(champ) for champ in champs}, {champ: releve.donnees.get(champ) for champ in champs}
        )


def _clore_la_verification(releve: Releve, auteur: Any, au: datetime) -> None:
    """Plus rien ne se contredit sur ce local : il n'y a plus à vérifier pour cela."""
    local = releve.local
    if local is None or local.releves.filter(etat=EtatReleve.CONFLIT).exists():
        return
    for signalement in local.signalements.filter(motif=MotifSignalement.CONFLIT, clos_le__isnull=True):
        noter_la_suite(signalement=signalement, suite="Relevés départagés.", auteur=auteur, au=au)


def _trancher_un_nouveau(releve: Releve, choix: str, au: datetime) -> None:
    propres = _lire(releve.donnees)
    if choix == "releve":
        _creer(releve, propres, au)
        return
    local = Local.objects.select_for_update().filter(reference=choix, ecarte_le__isnull=True).first()
    if local is None:
        raise LocalRefuse(f"« {choix} » n'est pas un local connu.")
    exiger_de_relever(releve.tranche_par, campagne=releve.campagne, local=local, donnees=releve.donnees)
    releve.local, releve.version_vue, releve.vues = local, None, valeurs_en_json(local)
    _recevoir_sur(releve, local, propres, au)

"""Écrire ce qu'un plan prévoit, d'un coup : créations en nombre, changements un à un, anomalies, lignes d'origine."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from tissu.locaux.choices import (
    ANOMALIES_REFUSEES,
    CodeAnomalieLocaux,
    DecisionAnomalie,
    EtatLocal,
    Source,
    StatutLigne,
)
from tissu.locaux.models import AnomalieLocaux, ImportLocaux, LigneSource, Local, Occupation, PeriodeEtat, Voie
from tissu.locaux.operations.ecriture import changer_en_nombre, creer_en_nombre, enregistrer, references
from tissu.locaux.operations.histoire import poser_etat, poser_occupant, vider
from tissu.locaux.operations.importation.confrontation import HABITES, EcritureOccupation
from tissu.locaux.operations.importation.connus import Connu
from tissu.locaux.operations.importation.plan import LignePrevue, Plan
from tissu.locaux.operations.tranches import Signature
from tissu.locaux.operations.voies import voies_de
from tissu.locaux.rules.adresses import cle_voie
from tissu.locaux.sources.locaux import LocalLu

UN_JOUR = timedelta(days=1)
LOT = 500
Avancer = Callable[[float, str], None]


def ecrire(plan: Plan, importation: ImportLocaux, signature: Signature, avancer: Avancer) -> None:
    """Écrit le plan. À appeler dans une transaction : interrompu, il n'en reste rien."""
    nouvelles = [ligne for ligne in plan.lignes if ligne.statut == StatutLigne.CREEE]
    voies = voies_de((ligne.lu.lieu["code_commune"], ligne.lu.lieu["voie"])
                     for ligne in plan.lignes if not ligne.lu.refuse)  # fmt: skip
    avancer(0.1, f"{len(nouvelles)} locaux à créer")
    crees = _creer(nouvelles, voies, importation, signature)
    avancer(0.5, "Changements des locaux connus")
    for ligne in plan.lignes:
        if ligne.statut == StatutLigne.MODIFIEE:
            _modifier(ligne, voies, importation, signature)
    _confirmer(plan.lignes, signature)
    avancer(0.8, "Lignes d'origine et anomalies")
    locaux = {ligne.lu.ligne: local for ligne, local in zip(nouvelles, crees, strict=True)}
    locaux |= {ligne.lu.ligne: _attache(ligne.connu) for ligne in plan.lignes if ligne.connu}
    LigneSource.objects.bulk_create(_sources(plan, importation, locaux), batch_size=LOT)
    creer_en_nombre(_anomalies(plan, importation, locaux), auteur=signature.auteur, au=signature.au)


def _attache(connu: Connu) -> Local:
    """Une ligne d'un doublon fusionné parle désormais du local gardé."""
    return connu.local.remplace_par or connu.local


def _creer(
    lignes: list[LignePrevue], voies: Mapping[tuple[str, str], Voie], importation: ImportLocaux, signature: Signature
) -> list[Local]:
    numeros = references(len(lignes))
    crees = creer_en_nombre(
        [_local(ligne.lu, reference, voies, signature) for ligne, reference in zip(lignes, numeros, strict=True)],
        auteur=signature.auteur, au=signature.au, motif=signature.motif,
    )  # fmt: skip
    couples = [(ligne.lu, local) for ligne, local in zip(lignes, crees, strict=True)]
    for objets in (
        [_premiere_occupation(lu, local, importation) for lu, local in couples if _a_un_occupant(lu)],
        [_premier_etat(lu, local, importation) for lu, local in couples if lu.etat != EtatLocal.INCONNU],
    ):
        creer_en_nombre(objets, auteur=signature.auteur, au=signature.au, motif=signature.motif)
    return crees


def _local(lu: LocalLu, reference: str, voies: Mapping[tuple[str, str], Voie], signature: Signature) -> Local:
    champs = {champ: valeur for champ, valeur in lu.lieu.items() if champ != "voie"}
    voie = voies.get((lu.lieu["code_commune"], cle_voie(lu.lieu["voie"])))
    return Local(reference=reference, voie=voie, cree_le=signature.au, **champs)


def _a_un_occupant(lu: LocalLu) -> bool:
    return bool(lu.occupation["enseigne"] or lu.occupation["activite"])


def _premiere_occupation(lu: LocalLu, local: Local, importation: ImportLocaux) -> Occupation:
    """L'occupant que la ligne nomme ; d'un local vacant, c'est le dernier, parti au plus tard la veille du relevé."""
    fin = None
    if lu.etat not in {*HABITES, EtatLocal.INCONNU}:
        fin = (lu.releve_le or _edition(importation)) - UN_JOUR
    return Occupation(local=local, fin=fin, source=Source.FICHIER, campagne=importation.campagne, **lu.occupation)


def _premier_etat(lu: LocalLu, local: Local, importation: ImportLocaux) -> PeriodeEtat:
    """Occupé : on ne sait depuis quand. Vacant : depuis le relevé au plus tard, et la durée se compte de là."""
    debut = None if lu.etat in HABITES else lu.releve_le
    return PeriodeEtat(local=local, etat=lu.etat, debut=debut, releve_le=lu.releve_le, source=Source.FICHIER,
                       campagne=importation.campagne)  # fmt: skip


def _edition(importation: ImportLocaux) -> Any:
    assert importation.campagne is not None
    return importation.campagne.debut


def _modifier(
    ligne: LignePrevue, voies: Mapping[tuple[str, str], Voie], importation: ImportLocaux, signature: Signature
) -> None:
    assert ligne.connu is not None
    local = ligne.connu.local
    if ligne.lieu:
        for champ, valeur in ligne.lieu.items():
            if champ == "voie":
                local.voie = voies[local.code_commune, cle_voie(valeur)]
            else:
                setattr(local, champ, valeur)
    if ligne.etat and ligne.etat.nouveau:
        poser_etat(
            local, ligne.etat.etat, ligne.etat.le, signature, releve_le=ligne.lu.releve_le, source=Source.FICHIER,
            campagne=importation.campagne,
        )  # fmt: skip
        if ligne.etat.etat not in HABITES:
            vider(local, ligne.etat.le, signature)
    if ligne.occupation:
        _ecrire_l_occupant(ligne.occupation, ligne.connu, importation, signature)
    local.version += 1
    enregistrer(local, auteur=signature.auteur, au=signature.au, motif=signature.motif)


def _ecrire_l_occupant(
    ecriture: EcritureOccupation, connu: Connu, importation: ImportLocaux, signature: Signature
) -> None:
    if ecriture.nouvelle:
        poser_occupant(connu.local, ecriture.le, ecriture.valeurs, signature, source=Source.FICHIER,
                       campagne=importation.campagne)  # fmt: skip
        return
    assert connu.occupation is not None
    for champ, valeur in ecriture.valeurs.items():
        setattr(connu.occupation, champ, valeur)
    enregistrer(connu.occupation, auteur=signature.auteur, au=signature.au, motif=signature.motif)


def _confirmer(lignes: Iterable[LignePrevue], signature: Signature) -> None:
    """Les états constatés de nouveau : une seule écriture pour tous."""
    revus = []
    for ligne in lignes:
        if ligne.etat and not ligne.etat.nouveau and ligne.connu and ligne.connu.etat:
            ligne.connu.etat.releve_le = ligne.etat.le
            revus.append(ligne.connu.etat)
    changer_en_nombre(revus, ["releve_le"], auteur=signature.auteur, au=signature.au, motif=signature.motif)


def _sources(plan: Plan, importation: ImportLocaux, locaux: Mapping[int, Local]) -> list[LigneSource]:
    return [
        LigneSource(
            importation=importation, ligne=ligne.lu.ligne, local=locaux.get(ligne.lu.ligne),
            brute=dict(ligne.lu.brute), lue={} if ligne.lu.refuse else ligne.lu.lue(),
        )
        for ligne in plan.lignes
    ]  # fmt: skip


def _anomalies(plan: Plan, importation: ImportLocaux, locaux: Mapping[int, Local]) -> list[AnomalieLocaux]:
    nouvelles = [
        AnomalieLocaux(
            importation=importation, local=locaux.get(ligne.lu.ligne), ligne=ligne.lu.ligne, champ=defaut.champ[:80],
            valeur=defaut.valeur, code=defaut.code, motif=defaut.motif, refusee=defaut.code in ANOMALIES_REFUSEES,
            lignes_liees=[ligne.liees[defaut.code]] if defaut.code in ligne.liees else [],
        )
        for ligne in plan.lignes
        for defaut in ligne.defauts
    ]  # fmt: skip
    nouvelles += [
        AnomalieLocaux(
            importation=importation, local=connu.local, ligne=0, code=CodeAnomalieLocaux.ABSENT_DU_FICHIER,
            valeur=str(connu.local), motif="Ce local était dans l'édition précédente, et n'est plus dans celle-ci. Il "
            "compte encore : allez voir, puis fermez-le ou gardez-le.",
        )
        for connu in plan.absents
    ]  # fmt: skip
    _reprendre_les_decisions(nouvelles, importation)
    return nouvelles


def _reprendre_les_decisions(nouvelles: list[AnomalieLocaux], importation: ImportLocaux) -> None:
    """Ce qu'une personne a déjà décidé de garder tel quel ne se redemande pas à l'édition suivante."""
    gardees = AnomalieLocaux.objects.filter(
        importation__correspondance=importation.correspondance, decision=DecisionAnomalie.CONSERVER,
        local__isnull=False,
    ).select_related("importation", "decide_par")  # fmt: skip
    decidees = {(une.local_id, une.code, une.valeur): une for une in gardees.order_by("pk")}
    for nouvelle in nouvelles:
        ancienne = decidees.get((nouvelle.local_id, nouvelle.code, nouvelle.valeur))
        if ancienne:
            nouvelle.decision, nouvelle.decide_par = ancienne.decision, ancienne.decide_par
            nouvelle.decide_le = ancienne.decide_le
            nouvelle.commentaire = ancienne.commentaire or f"Décidé à l'import de {ancienne.importation.nom}."[:500]

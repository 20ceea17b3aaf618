"""Importer les fichiers SIRENE : journal, garde, quarantaine, et une nouvelle version publiée d'un coup.

Tué à tout instant, un import laisse le registre dans l'ancien état ou dans le nouveau ; relancé, il reprend
les fichiers déjà lus. Relancé sur les mêmes fichiers, il ne change rien.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tissu.entrepot.emplacements import dossier_etapes
from tissu.entrepot.instantane import RegistreAbsent, chemin_courant, courant, nettoyer_chantiers
from tissu.entrepot.lecture import (
    BilanEtape,
    FichierRefuse,
    Filtre,
    Format,
    ParmiEtape,
    ParmiValeurs,
    UnDe,
    etager,
    lire_refus,
    reconnaitre,
)
from tissu.entrepot.verrou import ecriture
from tissu.registre.choices import EtatImport, NatureImport
from tissu.registre.models import FichierImporte, Import, LigneRefusee
from tissu.registre.operations import composition
from tissu.registre.operations.composition import Matiere
from tissu.registre.operations.corrections import controler_apres_import
from tissu.registre.sources import formats_insee as insee
from tissu.socle import formats
from tissu.socle.action import appeler_les_portes
from tissu.socle.parametres import parametre
from tissu.socle.territoire import Territoire

REFUS_JOURNALISES_MAX = 10_000
"""Lignes de quarantaine gardées dans la base ; au-delà, seul leur compte l'est."""


class ImportRefuse(Exception):
    """L'import ne peut pas ou ne doit pas aboutir. Le texte dit pourquoi et quoi faire ; rien n'a changé."""


def importer_sirene(
    *,
    dossier: Path,
    territoire: Territoire,
    auteur: int | None,
    au: datetime,
    suivi: Any,
    forcer: bool = False,
) -> Import:
    """Renouvelle le registre du territoire depuis un dossier de fichiers officiels.

    `forcer` passe outre la garde et recompose même sans changement ; le journal le dit.

    :raises ImportRefuse: dossier ou fichier inutilisable, ou perte anormale d'établissements.
    :raises EcritureEnCours: un autre import tourne.
    """
    dossier = Path(dossier)
    if not dossier.is_dir():
        raise ImportRefuse(f"Le dossier « {dossier} » n'existe pas.")
    sources = reconnaitre(dossier, insee.FORMATS)
    if insee.ETABLISSEMENTS not in sources:
        raise ImportRefuse(
            f"Aucun fichier StockEtablissement dans « {dossier} ». "
            "Déposez-y les fichiers de l'INSEE sous leur nom officiel (CSV, gzip, zip ou Parquet)."
        )
    journal = mener(
        sources, nature=NatureImport.SIRENE, dossier=str(dossier), territoire=territoire, auteur=auteur, au=au,
        suivi=suivi, forcer=forcer,
    )  # fmt: skip
    if not journal.sans_changement:
        apres_import(au=au)
    return journal


def apres_import(*, au: datetime) -> None:
    """Ce que de nouvelles données déclenchent, le verrou rendu : corrections à revoir, suites de chaque action."""
    controler_apres_import(au=au.date())
    appeler_les_portes("apres_import", au=au)


def mener(
    sources: dict[str, list[Path]],
    *,
    nature: NatureImport,
    dossier: str,
    territoire: Territoire,
    auteur: int | None,
    au: datetime,
    suivi: Any,
    forcer: bool,
) -> Import:
    """Conduit un import de bout en bout sous le verrou d'écriture, et tient son journal quoi qu'il arrive."""
    with ecriture():
        reconcilier(au=au)
        journal = Import.objects.create(
            nature=nature.value, dossier=dossier, commence_le=au, auteur_id=auteur, force=forcer,
            territoire={"slug": territoire.slug, "nom": territoire.nom, "communes": dict(territoire.communes)},
        )  # fmt: skip
        try:
            _conduire(journal, sources, territoire, au, suivi, forcer)
        except (FichierRefuse, ImportRefuse) as refus:
            if journal.etat == EtatImport.EN_COURS:
                _clore(journal, EtatImport.ECHOUE, str(refus), au)
            raise ImportRefuse(str(refus)) from refus
        except KeyboardInterrupt:
            _clore(journal, EtatImport.INTERROMPU, "Arrêté à la demande. Le registre n'a pas changé.", au)
            raise
        except Exception as panne:
            _clore(journal, EtatImport.ECHOUE, f"Panne pendant l'import : {panne}", au)
            raise
        return journal


def _conduire(
    journal: Import, sources: dict[str, list[Path]], territoire: Territoire, au: datetime, suivi: Any, forcer: bool
) -> None:
    dossier = dossier_etapes() / f"import-{journal.pk}"
    bilans = etager_sources(sources, territoire, dossier, suivi)
    _journaliser(journal, bilans, dossier)
    ajouts = composition.surcharges_en_vigueur()
    empreinte = composition.empreinte(territoire, [f.sha256 for b in bilans.values() for f in b.fichiers], ajouts)
    en_place = _en_place()
    if not forcer and en_place.get("empreinte") == empreinte:
        journal.sans_changement, journal.version = True, en_place["version"]
        _clore(journal, EtatImport.TERMINE, "Sans changement : ces fichiers sont déjà ceux du registre.", au)
        shutil.rmtree(dossier)
        return
    etapes = {sorte: bilan.etape for sorte, bilan in bilans.items()}
    suivi.avancer(0.42, "Contrôle de la perte éventuelle")
    perte = _perte(en_place, territoire, etapes[insee.ETABLISSEMENTS], au)
    if perte and not forcer:
        _clore(journal, EtatImport.REFUSE_PAR_GARDE, perte, au)
        shutil.rmtree(dossier)
        raise ImportRefuse(perte)
    matiere = Matiere(
        territoire=territoire,
        etapes=etapes,
        sources=_fiches_sources(bilans),
        source_au=composition.date_d_arret(etapes, au.date()),
        empreinte=empreinte,
        surcharges=ajouts,
        importation=journal.pk,
    )
    instantane = composition.composer(matiere, au=au, suivi=suivi)
    journal.version, journal.manifeste = instantane.version, instantane.manifeste
    _clore(journal, EtatImport.TERMINE, _message_final(journal, bilans, perte), au)
    elaguer_etapes({part for bilan in bilans.values() for part in bilan.parts})
    suivi.avancer(1.0, journal.message)


def etager_sources(
    sources: dict[str, list[Path]], territoire: Territoire, dossier: Path, suivi: Any
) -> dict[str, BilanEtape]:
    """Filtre chaque source au territoire, dans l'ordre où elles dépendent l'une de l'autre."""
    etablissements = dossier / f"{insee.ETABLISSEMENTS}.parquet"
    successions = dossier / f"{insee.SUCCESSIONS}.parquet"
    siren, siret = ParmiEtape(("siren",), etablissements, "siren"), ParmiEtape(("siret",), etablissements, "siret")
    bouts = ("siretEtablissementPredecesseur", "siretEtablissementSuccesseur")
    lies = tuple(ParmiEtape(("siret",), successions, bout) for bout in bouts)
    plan: tuple[tuple[Format, Filtre], ...] = (
        (insee.StockEtablissement, ParmiValeurs("codeCommuneEtablissement", frozenset(territoire.communes))),
        (insee.StockUniteLegale, siren),
        (insee.StockEtablissementLiensSuccession, ParmiEtape(bouts, etablissements, "siret")),
        (insee.StockEtablissementHistorique, UnDe((siren, *lies)) if insee.SUCCESSIONS in sources else siren),
        (insee.GeolocalisationEtablissement, siret),
    )
    bilans: dict[str, BilanEtape] = {}
    for rang, (format_, filtre) in enumerate(plan):
        if format_.sorte not in sources:
            continue
        suivi.avancer(0.4 * rang / len(plan), f"Lecture des {format_.libelle}")
        bilans[format_.sorte] = etager(
            sources[format_.sorte],
            format_,
            filtre=filtre,
            vers=dossier / f"{format_.sorte}.parquet",
            refus=dossier / f"{format_.sorte}.refus.jsonl",
            reserve=dossier_etapes() / "parts",
        )
        if format_ is insee.StockEtablissement and bilans[format_.sorte].gardees == 0:
            raise ImportRefuse(
                f"Aucun établissement de {territoire.nom} dans ces fichiers : vérifiez les codes des communes "
                f"({', '.join(sorted(territoire.communes)[:5])}…) et le département des fichiers."
            )
    return bilans


def _en_place() -> dict[str, Any]:
    try:
        return courant().manifeste
    except RegistreAbsent:
        return {}


def _perte(en_place: dict[str, Any], territoire: Territoire, etablissements: Path, au: datetime) -> str:
    """Phrase qui dit la perte anormale, ou rien. Ne compare que le même territoire."""
    avant = {c["code"] for c in en_place.get("territoire", {}).get("communes", [])}
    if avant != set(territoire.communes):
        return ""
    seuil = float(parametre("registre.perte_maximale_import", au=au.date()))
    total, actifs = composition.compter(etablissements)
    comptes = en_place["comptes"]
    for quoi, ancien, nouveau in (
        ("établissements", comptes["etablissements"], total),
        ("établissements actifs", comptes["actifs"], actifs),
    ):
        if ancien and nouveau < ancien * (1 - seuil):
            return (
                f"Cet import ferait passer le territoire de {formats.nombre(ancien)} à {formats.nombre(nouveau)} "
                f"{quoi}, "
                f"soit une perte de {formats.pourcentage((ancien - nouveau) / ancien)} (au plus "
                f"{formats.pourcentage(seuil)} sans accord). Vérifiez que les fichiers sont complets ; "
                "si la perte est voulue, recommencez avec --forcer."
            )
    return ""


def _fiches_sources(bilans: dict[str, BilanEtape]) -> list[dict[str, Any]]:
    return [
        {
            "sorte": sorte,
            "fichier": fichier.nom,
            "sha256": fichier.sha256,
            "octets": fichier.octets,
            "lues": fichier.lues,
            "gardees": fichier.gardees,
            "refusees": bilan.refus_par_fichier[fichier.nom],
            "colonnes_absentes": list(fichier.colonnes_absentes),
            "colonnes_inconnues": list(fichier.colonnes_inconnues),
        }
        for sorte, bilan in bilans.items()
        for fichier in bilan.fichiers
    ]


@transaction.atomic
def _journaliser(journal: Import, bilans: dict[str, BilanEtape], dossier: Path) -> None:
    journal.lues = sum(b.lues for b in bilans.values())
    journal.gardees = sum(b.gardees for b in bilans.values())
    journal.refusees = sum(b.refusees for b in bilans.values())
    journal.save()
    for sorte, bilan in bilans.items():
        FichierImporte.objects.bulk_create(
            FichierImporte(
                importation=journal, sorte=sorte, nom=f.nom, sha256=f.sha256, octets=f.octets, lues=f.lues,
                gardees=f.gardees, refusees=bilan.refus_par_fichier[f.nom], remarques=list(f.remarques),
                colonnes_absentes=list(f.colonnes_absentes), colonnes_inconnues=list(f.colonnes_inconnues),
                reprise=f.reprise,
            )
            for f in bilan.fichiers
        )  # fmt: skip
        refus = lire_refus(dossier / f"{sorte}.refus.jsonl")[:REFUS_JOURNALISES_MAX]
        LigneRefusee.objects.bulk_create(
            (LigneRefusee(importation=journal, sorte=sorte, **_enregistrable(ligne)) for ligne in refus),
            batch_size=1000,
        )


def _enregistrable(ligne: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL refuse l'octet nul dans un texte : on le remplace par son symbole."""
    brute = {champ: str(valeur).replace("\0", "␀") for champ, valeur in ligne["brute"].items()}
    return {**ligne, "valeur": ligne["valeur"].replace("\0", "␀"), "brute": brute}


def _clore(journal: Import, etat: EtatImport, message: str, au: datetime) -> None:
    journal.etat, journal.message, journal.fini_le = etat.value, message, au
    journal.save()


def _message_final(journal: Import, bilans: dict[str, BilanEtape], perte: str) -> str:
    comptes = journal.manifeste["comptes"]
    phrases = [
        f"{formats.nombre(comptes['etablissements'])} établissements, dont {formats.nombre(comptes['actifs'])} actifs.",
        f"{formats.nombre(journal.lues)} lignes lues, {formats.nombre(journal.gardees)} gardées, "
        f"{formats.nombre(journal.refusees)} en quarantaine.",
    ]
    identiques = sum(b.doublons_identiques for b in bilans.values())
    if identiques:
        phrases.append(f"{formats.nombre(identiques)} lignes en double à l'identique ont été réunies.")
    formules = sum(b.formules for b in bilans.values())
    if formules:
        phrases.append(
            f"{formats.nombre(formules)} lignes portent un nom qui commence comme une formule de tableur : "
            "gardées telles quelles, neutralisées à l'export."
        )
    absentes = [s for s in insee.FORMATS if s.sorte not in bilans]
    if absentes:
        phrases.append(f"Fichiers absents : {', '.join(s.libelle for s in absentes)}.")
    if perte:
        phrases.append(f"Garde levée par --forcer. {perte}")
    return " ".join(phrases)


def reconcilier(*, au: datetime) -> int:
    """Referme les imports restés « en cours » d'un processus tué. À appeler le verrou d'écriture tenu.

    Celui dont la version est publiée avait abouti : il ne lui manquait que de l'écrire.
    """
    nettoyer_chantiers()
    en_place = _en_place()
    orphelins: Sequence[Import] = list(Import.objects.filter(etat=EtatImport.EN_COURS.value).order_by("pk"))
    for journal in orphelins:
        if en_place.get("importation") == journal.pk:
            journal.version, journal.manifeste = en_place["version"], en_place
            _clore(journal, EtatImport.TERMINE, "Abouti ; le processus s'est arrêté juste après la publication.", au)
        else:
            _clore(
                journal, EtatImport.INTERROMPU,
                "Le processus s'est arrêté en route. Le registre n'a pas changé ; relancez l'import, il reprendra.", au,
            )  # fmt: skip
    return len(orphelins)


def elaguer_etapes(parts_utiles: set[str]) -> None:
    """Efface les étapes que ni la version courante, ni les versions gardées, ni la reprise n'utilisent plus."""
    racine = dossier_etapes()
    actuelle = chemin_courant()
    versions = actuelle.parent.iterdir() if actuelle else []
    utiles = set()
    for version in versions:
        if (version / "manifeste.json").exists():
            utiles |= composition.dossiers_d_etapes(version)
    for reste in racine.glob("import-*"):
        if reste.name not in utiles:
            shutil.rmtree(reste, ignore_errors=True)
    for part in (racine / "parts").glob("*.parquet"):
        if part.name not in parts_utiles:
            part.with_suffix(".json").unlink(missing_ok=True)
            part.unlink(missing_ok=True)


def recomposer(*, suivi: Any, au: datetime, auteur: int | None = None) -> Import:
    """Refait une version des mêmes sources, avec les corrections et le fichier consulaire d'aujourd'hui.

    :raises RegistreAbsent: aucun import n'a encore abouti.
    :raises EcritureEnCours: un import tourne.
    """
    journal = _recomposer(suivi, au, auteur)
    if not journal.sans_changement:
        apres_import(au=au)
    return journal


def _recomposer(suivi: Any, au: datetime, auteur: int | None) -> Import:
    with ecriture():
        reconcilier(au=au)
        avant = courant().manifeste
        territoire = composition.territoire_du_manifeste(avant)
        ajouts = composition.surcharges_en_vigueur()
        empreinte = composition.empreinte(territoire, [s["sha256"] for s in avant["sources"]], ajouts)
        journal = Import.objects.create(
            nature=NatureImport.RECOMPOSITION.value, commence_le=au, auteur_id=auteur, version=avant["version"],
            territoire={"slug": territoire.slug, "nom": territoire.nom, "communes": dict(territoire.communes)},
        )  # fmt: skip
        if empreinte == avant["empreinte"]:
            journal.sans_changement = True
            _clore(journal, EtatImport.TERMINE, "Sans changement : le registre tient déjà compte de tout.", au)
            return journal
        try:
            matiere = Matiere(
                territoire=territoire,
                etapes={sorte: dossier_etapes() / chemin for sorte, chemin in avant["etapes"].items()},
                sources=avant["sources"],
                source_au=datetime.fromisoformat(avant["source_au"]).date(),
                empreinte=empreinte,
                surcharges=ajouts,
                importation=journal.pk,
            )
            instantane = composition.composer(matiere, au=au, suivi=suivi)
        except Exception as panne:
            _clore(journal, EtatImport.ECHOUE, f"Panne pendant la recomposition : {panne}", au)
            raise
        journal.version, journal.manifeste = instantane.version, instantane.manifeste
        _clore(journal, EtatImport.TERMINE, "Registre recomposé des mêmes fichiers.", au)
        return journal

"""La liste semestrielle des plus de 50 salariés : établissements et unités légales, entrants et sortants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tissu.actions.fichier_entreprises import analyses, rules
from tissu.actions.fichier_entreprises.choices import SourceEffectif, Unite
from tissu.actions.fichier_entreprises.models import EditionPlusDe50, FiliereExcellence
from tissu.actions.fichier_entreprises.queries.cadre import (
    MoisHorsDesDonnees,
    lire_et_garder,
    noms_des_zones,
    reglage,
    source_au,
    territoire_servi,
)
from tissu.entrepot.instantane import Instantane, courant
from tissu.registre.models import DonneeConsulaire, EffectifConsulaire
from tissu.registre.nomenclatures import libelle_naf
from tissu.registre.rules import COLONNES_DE_DIFFUSION, LIBELLE_NON_DIFFUSIBLE, est_diffusible
from tissu.socle.periodes import Periode, mois_de, semestre


@dataclass(frozen=True)
class Ligne:
    """Une entreprise de la liste. `identifiant` : SIRET, ou SIREN pour une unité légale ; `siret` ouvre sa fiche."""

    unite: str
    identifiant: str
    siret: str
    nom: str
    naf: str | None
    activite: str
    effectif: str
    source: str
    annee: int | None
    mention: str
    adresse: str | None
    commune: str | None
    zones: str
    filiere: str
    etablissements: int = 1

    def en_donnees(self) -> dict[str, Any]:
        """Ce que l'édition figée garde."""
        return dict(vars(self))


@dataclass(frozen=True)
class Mouvement:
    """Une entreprise entrée dans la liste ou sortie d'elle depuis l'édition précédente, et pourquoi."""

    ligne: Ligne
    raison: str


@dataclass(frozen=True)
class Liste:
    """La liste d'un semestre. `edition` : celle qui l'a figée, None pour une liste du jour."""

    periode: Periode
    territoire: str
    source_au: date
    version: str
    seuil: int
    etablissements: list[Ligne]
    unites_legales: list[Ligne]
    precedente: EditionPlusDe50 | None
    entrants: list[Mouvement]
    sortants: list[Mouvement]
    edition: EditionPlusDe50 | None

    @property
    def provisoire(self) -> bool:
        """Le semestre court-il encore à la date des données ?"""
        return self.source_au <= self.periode.fin


def edition(code: str) -> EditionPlusDe50 | None:
    return EditionPlusDe50.objects.select_related("publiee_par").filter(semestre=code).first()


def semestre_de(jour: date) -> Periode:
    """Le semestre civil qui contient ce jour."""
    return semestre(f"{jour.year}-S{1 if jour.month <= 6 else 2}")


def semestre_precedent(periode: Periode, rang: int = 1) -> Periode:
    """Le semestre d'avant (rang négatif : d'après)."""
    indice = int(periode.code[:4]) * 2 + int(periode.code[-1]) - 1 - rang
    return semestre(f"{indice // 2}-S{indice % 2 + 1}")


def semestres_ouverts(nombre: int = 6) -> list[Periode]:
    """Du semestre en cours à la date des données, en remontant."""
    courant_ = semestre_de(source_au(courant()))
    return [semestre_precedent(courant_, rang) for rang in range(nombre)]


def liste(code: str, *, figee: bool = True) -> Liste:
    """La liste d'un semestre : celle de l'édition figée si elle existe, sinon celle du jour.

    Lève `PeriodeInvalide`, `RegistreAbsent`, ou `MoisHorsDesDonnees` pour un semestre à venir.
    """
    periode, instantane = semestre(code), courant()
    jour = source_au(instantane)
    if periode.debut > jour:
        raise MoisHorsDesDonnees(
            f"Le {periode.libelle} est postérieur aux données du registre, arrêtées au {jour:%d/%m/%Y}. "
            "Importez des fichiers plus récents, ou demandez un semestre plus ancien."
        )
    gardee = edition(code) if figee else None
    if gardee is not None:
        etablissements = remasquer(instantane, gardee.etablissements)
        unites = remasquer(instantane, gardee.unites_legales)
        seuil, jour, version = gardee.seuil, gardee.source_au, gardee.version_registre
    else:
        seuil, version = reglage("seuil_grand_etablissement", min(periode.fin, jour)), instantane.version
        filieres = filieres_en_regles()
        limite = min(periode.fin, jour)
        etablissements = _etablissements(instantane, seuil, limite, filieres)
        unites = _unites(instantane, seuil, limite, filieres)
    precedente = EditionPlusDe50.objects.filter(semestre__lt=code).order_by("-semestre").first()
    entrants, sortants = mouvements(instantane, precedente, etablissements, unites)
    return Liste(
        periode, territoire_servi(instantane), jour, version, seuil, etablissements, unites, precedente, entrants,
        sortants, gardee,
    )  # fmt: skip


def remasquer(instantane: Instantane, figees: Iterable[Mapping[str, Any]]) -> list[Ligne]:
    """Les lignes d'une édition figée, moins ce que la diffusion partielle protège aujourd'hui.

    L'édition ne change pas, mais une personne qui s'est opposée depuis à la diffusion n'y est plus lisible.
    """
    lignes = [Ligne(**figee) for figee in figees]
    colonnes = (*COLONNES_DE_DIFFUSION, "nom")
    actuelles = {
        e["siret"]: e for e in instantane.lignes("etablissements", "siret", [e.siret for e in lignes], colonnes)
    }
    return [_remasquer(ligne, actuelles.get(ligne.siret)) for ligne in lignes]


def _remasquer(ligne: Ligne, actuelle: Mapping[str, Any] | None) -> Ligne:
    if actuelle is None or est_diffusible(actuelle):
        return ligne
    return replace(ligne, nom=actuelle["nom"] or LIBELLE_NON_DIFFUSIBLE, adresse=None, zones="")


def filieres_en_regles() -> list[rules.Filiere]:
    """Les filières d'excellence, dans la forme des règles."""
    return [filiere_en_regle(filiere) for filiere in FiliereExcellence.objects.order_by("nom")]


def filiere_en_regle(filiere: FiliereExcellence) -> rules.Filiere:
    return rules.Filiere(
        nom=filiere.nom,
        prefixes=tuple(filiere.codes_naf),
        ajoutes=frozenset(filiere.sirets_ajoutes),
        retires=frozenset(filiere.sirets_retires),
    )


def _filiere(filieres: Iterable[rules.Filiere], siret: str, naf: str | None) -> str:
    return ", ".join(f.nom for f in filieres if rules.dans_la_filiere(f, siret=siret, naf=naf))


@dataclass(frozen=True)
class EffectifConnu:
    """Un effectif consulaire et sa date."""

    valeur: int
    date: date | None


def effectifs_connus(instantane: Instantane, tranches: tuple[str, ...], limite: date) -> dict[str, EffectifConnu]:
    """Par établissement, le dernier effectif consulaire daté au plus tard de `limite`.

    La suite des effectifs vient du fichier consulaire ; à défaut, la valeur de l'instantané si sa date convient.
    """
    possibles = analyses.peut_etre_grands(instantane.table("etablissements"), tranches=tranches)
    lignes = lire_et_garder(instantane, possibles.select("siret", "effectif_cci", "effectif_cci_date"))
    connus = {
        ligne["siret"]: EffectifConnu(ligne["effectif_cci"], ligne["effectif_cci_date"])
        for ligne in lignes
        if ligne["effectif_cci"] is not None and _avant(ligne["effectif_cci_date"], limite)
    }
    suite = EffectifConsulaire.objects.order_by("siret", "date", "saisi_le", "pk").values_list(
        "siret", "valeur", "date"
    )
    dates = {siret: EffectifConnu(valeur, jour) for siret, valeur, jour in suite if jour and jour <= limite}
    return connus | dates


def _avant(jour: date | None, limite: date) -> bool:
    return jour is None or jour <= limite


def _etablissements(instantane: Instantane, seuil: int, limite: date, filieres: list[rules.Filiere]) -> list[Ligne]:
    tranches = rules.tranches_retenues(seuil)
    connus = effectifs_connus(instantane, tranches, limite)
    table = analyses.peut_etre_grands(instantane.table("etablissements"), tranches=tranches).select(
        "siret", "nom", "naf", "naf_nomenclature", "tranche_effectif", "annee_effectif", "adresse", "commune"
    )
    retenues = []
    for ligne in lire_et_garder(instantane, table):
        effectif = _retenir(ligne, connus.get(ligne["siret"]), seuil)
        if effectif.dans_la_liste:
            retenues.append((ligne["siret"], ligne["siret"], ligne, effectif))
    return _lignes(instantane, Unite.ETABLISSEMENT, retenues, filieres)


def _unites(instantane: Instantane, seuil: int, limite: date, filieres: list[rules.Filiere]) -> list[Ligne]:
    tranches = rules.tranches_retenues(seuil)
    cumuls: dict[str, list[EffectifConnu]] = {}
    for siret, connu in effectifs_connus(instantane, tranches, limite).items():
        cumuls.setdefault(siret[:9], []).append(connu)
    table = analyses.unites_peut_etre_grandes(
        instantane.table("etablissements"), instantane.table("unites_legales"), tranches=tranches
    )
    retenues = []
    for ligne in lire_et_garder(instantane, table):
        locaux = cumuls.get(ligne["siren"], [])
        # Un cumul partiel ne dit rien de l'unité : on ne le compare au seuil que s'il couvre tous ses établissements.
        complet = locaux and len(locaux) == ligne["etablissements_actifs"]
        dates = [connu.date for connu in locaux if connu.date]
        cumul = EffectifConnu(sum(c.valeur for c in locaux), max(dates, default=None)) if complet else None
        effectif = _retenir(ligne, cumul, seuil)
        if effectif.dans_la_liste:
            retenues.append((ligne["siren"], ligne["siret_principal"], ligne, effectif))
    return _lignes(instantane, Unite.UNITE_LEGALE, retenues, filieres)


def _retenir(ligne: Mapping[str, Any], connu: EffectifConnu | None, seuil: int) -> rules.Effectif:
    return rules.retenir_effectif(
        effectif_cci=connu.valeur if connu else None,
        effectif_cci_date=connu.date if connu else None,
        tranche=ligne["tranche_effectif"],
        annee=ligne["annee_effectif"],
        seuil=seuil,
    )


def _lignes(
    instantane: Instantane,
    unite: Unite,
    retenues: list[tuple[str, str, dict[str, Any], rules.Effectif]],
    filieres: list[rules.Filiere],
) -> list[Ligne]:
    """Les lignes de la liste, du plus grand effectif au plus petit, puis par nom."""
    zones = zones_des(instantane, [siret for _, siret, _, _ in retenues])
    lignes = [
        (effectif.ordre, _ligne(unite, identifiant, siret, ligne, effectif, filieres, zones))
        for identifiant, siret, ligne, effectif in retenues
    ]
    return [ligne for _, ligne in sorted(lignes, key=lambda couple: (-couple[0], couple[1].nom, couple[1].identifiant))]


def _ligne(
    unite: Unite,
    identifiant: str,
    siret: str,
    ligne: Mapping[str, Any],
    effectif: rules.Effectif,
    filieres: list[rules.Filiere],
    zones: Mapping[str, str],
) -> Ligne:
    return Ligne(
        unite=unite.value,
        identifiant=identifiant,
        siret=siret,
        nom=ligne["nom"] or LIBELLE_NON_DIFFUSIBLE,
        naf=ligne["naf"],
        activite=libelle_naf(ligne["naf"], ligne.get("naf_nomenclature")),
        effectif=effectif.texte,
        source=effectif.source,
        annee=effectif.annee,
        mention=effectif.mention,
        adresse=ligne.get("adresse"),
        commune=ligne["commune"],
        zones=zones.get(siret, ""),
        filiere=_filiere(filieres, siret, ligne["naf"]),
        etablissements=ligne.get("etablissements_actifs", 1),
    )


def zones_des(instantane: Instantane, sirets: list[str]) -> dict[str, str]:
    """Les noms des zones de chaque établissement, communes exclues."""
    noms = noms_des_zones()
    trouvees: dict[str, list[str]] = {}
    for lien in instantane.lignes("etablissements_zones", "siret", sirets):
        if lien["zone_id"] in noms:
            trouvees.setdefault(lien["siret"], []).append(noms[lien["zone_id"]])
    return {siret: ", ".join(sorted(liste_)) for siret, liste_ in trouvees.items()}


def mouvements(
    instantane: Instantane, precedente: EditionPlusDe50 | None, etablissements: list[Ligne], unites: list[Ligne]
) -> tuple[list[Mouvement], list[Mouvement]]:
    """Entrants et sortants depuis l'édition précédente, établissements et unités légales ensemble."""
    if precedente is None:
        return [], []
    avant = {
        (ligne.unite, ligne.identifiant): ligne
        for ligne in remasquer(instantane, [*precedente.etablissements, *precedente.unites_legales])
    }
    apres = {(ligne.unite, ligne.identifiant): ligne for ligne in (*etablissements, *unites)}
    partis = [
        identifiant for unite, identifiant in avant if (unite, identifiant) not in apres and len(identifiant) == 14
    ]
    etats = {ligne["siret"]: ligne for ligne in instantane.lignes("etablissements", "siret", partis)}
    entrants = [
        Mouvement(ligne, rules.raison_d_entree(ligne.mention, ligne.source, ligne.annee))
        for cle, ligne in apres.items()
        if cle not in avant
    ]
    sortants = [
        Mouvement(ligne, rules.raison_de_sortie(etats.get(ligne.identifiant)))
        for cle, ligne in avant.items()
        if cle not in apres
    ]
    return entrants, sortants


def dirigeants(sirets: Iterable[str]) -> dict[str, str]:
    """Le dirigeant de chaque établissement au fichier consulaire ; l'appelant vérifie le droit et journalise.

    Rien de ceux que la diffusion partielle protège : leurs contacts ne se lisent qu'un à un, sur leur fiche.
    """
    lignes = courant().lignes("etablissements", "siret", sorted(set(sirets)), COLONNES_DE_DIFFUSION)
    ouverts = [ligne["siret"] for ligne in lignes if est_diffusible(ligne)]
    donnees = DonneeConsulaire.objects.filter(siret__in=ouverts).exclude(dirigeant="").order_by("siret")
    return dict(donnees.values_list("siret", "dirigeant"))


def par_source(lignes: Iterable[Ligne]) -> dict[str, int]:
    """Combien de lignes viennent de chaque source d'effectif."""
    comptes = {source.value: 0 for source in SourceEffectif}
    for ligne in lignes:
        comptes[ligne.source] += 1
    return comptes


def derniere_edition_due(jour: date) -> Periode:
    """Le dernier semestre achevé à la date des données : sa liste est attendue."""
    return semestre_precedent(semestre_de(mois_de(jour).debut))


def semestre_par_defaut() -> str:
    """Le dernier semestre publié, sinon le dernier achevé."""
    derniere = EditionPlusDe50.objects.order_by("-semestre").values_list("semestre", flat=True).first()
    return derniere or derniere_edition_due(source_au(courant())).code

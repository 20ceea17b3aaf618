"""Confronter une ligne d'un fichier au local qu'elle décrit : ce qui change, ce qui reste, ce qui se contredit.

Trois voix : l'édition précédente du fichier, celle-ci, et ce que l'on sait. Une valeur que le fichier répète n'est pas
une nouvelle ; une valeur posée par une personne ne s'efface pas ; un fait plus ancien que ce que l'on sait non plus.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tissu.locaux.choices import VACANTS, CodeAnomalieLocaux, EtatLocal, Independance
from tissu.locaux.models import Local, Occupation, PeriodeEtat
from tissu.locaux.nomenclatures import libelle_activite
from tissu.locaux.operations.importation.connus import Connu
from tissu.locaux.rules.adresses import cle_numero, cle_voie
from tissu.locaux.rules.identite import memes_enseignes
from tissu.locaux.rules.origines import l_emporte
from tissu.locaux.sources.locaux import Defaut, LocalLu

HABITES = frozenset({EtatLocal.OCCUPE, EtatLocal.EPHEMERE})
Changement = tuple[str, Any, Any]


@dataclass(frozen=True)
class EcritureEtat:
    """Un nouvel état depuis `le`, ou le même constaté de nouveau ce jour-là."""

    etat: str
    le: date | None
    nouveau: bool
    avant: Any = ""
    """L'état d'avant, ou le relevé d'avant s'il ne change pas."""

    @property
    def changements(self) -> list[Changement]:
        if self.nouveau:
            return [("etat", self.avant, EtatLocal(self.etat).label)]
        return [("releve_le", self.avant, self.le)]


@dataclass(frozen=True)
class EcritureOccupation:
    """Un nouvel occupant depuis `le`, ou des champs de l'occupant en cours."""

    valeurs: Mapping[str, Any]
    le: date | None
    nouvelle: bool
    avant: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changements(self) -> list[Changement]:
        return [
            (champ, _affiche(champ, self.avant.get(champ)), _affiche(champ, valeur))
            for champ, valeur in self.valeurs.items()
            if champ in _MONTRES and valeur and valeur != self.avant.get(champ)
        ]


_MONTRES = frozenset({"enseigne", "activite", "independance", "siret"})


def _affiche(champ: str, valeur: Any) -> Any:
    if champ == "activite":
        return libelle_activite(valeur or "")
    return Independance(valeur).label if champ == "independance" and valeur else valeur


@dataclass
class Confrontee:
    lieu: dict[str, Any] = field(default_factory=dict)
    etat: EcritureEtat | None = None
    occupation: EcritureOccupation | None = None
    defauts: list[Defaut] = field(default_factory=list)

    @property
    def change(self) -> bool:
        return bool(self.lieu or self.etat or self.occupation)


def confronter(lu: LocalLu, connu: Connu, edition: date) -> Confrontee:
    """Ce que la ligne changerait au local, et ce qu'elle en contredit."""
    rendue = Confrontee()
    _confronter_le_lieu(lu, connu, rendue)
    if lu.etat != EtatLocal.INCONNU and (lu.etat, _iso(lu.releve_le)) != _etat_d_avant(connu):
        _confronter_l_etat(lu, connu, edition, rendue)
    if lu.etat not in VACANTS and lu.occupation != connu.avant.get("occupation"):
        _confronter_l_occupant(lu, connu, edition, rendue)
    return rendue


def _etat_d_avant(connu: Connu) -> tuple[Any, Any]:
    return connu.avant.get("etat"), connu.avant.get("releve_le")


def _iso(jour: date | None) -> str | None:
    return jour.isoformat() if jour else None


def _confronter_le_lieu(lu: LocalLu, connu: Connu, rendue: Confrontee) -> None:
    local, avant, lue = connu.local, connu.avant.get("lieu", {}), lu.lue()["lieu"]
    for champ, valeur in lu.lieu.items():
        # Une cellule vide n'efface rien ; une valeur répétée n'est pas une nouvelle.
        if valeur in (None, "") or lue[champ] == avant.get(champ) or _meme_lieu(local, champ, valeur):
            continue
        if champ in local.champs_tenus:
            _contredire(
                rendue, CodeAnomalieLocaux.TENU_PAR_UNE_PERSONNE, champ, valeur, "une personne a posé une autre valeur"
            )
        else:
            rendue.lieu[champ] = valeur
    if "lon" in rendue.lieu or "lat" in rendue.lieu:
        rendue.lieu |= {"lon": lu.lieu["lon"], "lat": lu.lieu["lat"]}


def _meme_lieu(local: Local, champ: str, valeur: Any) -> bool:
    if champ == "voie":
        return bool(local.voie) and cle_voie(local.voie.nom) == cle_voie(valeur)  # type: ignore[union-attr]
    if champ == "numero":
        return cle_numero(local.numero) == cle_numero(valeur)
    return bool(getattr(local, champ) == valeur)


def _confronter_l_etat(lu: LocalLu, connu: Connu, edition: date, rendue: Confrontee) -> None:
    courant = connu.etat
    if courant is None:
        rendue.etat = EcritureEtat(lu.etat, None if lu.etat in HABITES else lu.releve_le, nouveau=True)
        return
    if _meme_etat(courant.etat, lu.etat):
        if lu.releve_le and (courant.releve_le is None or lu.releve_le > courant.releve_le):
            rendue.etat = EcritureEtat(courant.etat, lu.releve_le, nouveau=False, avant=courant.releve_le)
        return
    le, su = lu.releve_le or edition, _su_le(courant)
    if su is not None and le <= su:
        dit = f"l'état « {courant.get_etat_display()} » est su depuis le {su:%d/%m/%Y}"
        _contredire(rendue, CodeAnomalieLocaux.PLUS_ANCIEN, "etat", EtatLocal(lu.etat).label, dit)
        return
    rendue.etat = EcritureEtat(lu.etat, le, nouveau=True, avant=courant.get_etat_display())


def _meme_etat(connu: str, lu: str) -> bool:
    """« Vacant » tout court ne contredit pas une vacance mieux décrite, ni « en activité » une occupation éphémère."""
    if lu == EtatLocal.VACANT:
        return connu in VACANTS
    return connu == lu or (lu == EtatLocal.OCCUPE and connu in HABITES)


def _su_le(courant: PeriodeEtat) -> date | None:
    return max((jour for jour in (courant.debut, courant.releve_le) if jour), default=None)


def _confronter_l_occupant(lu: LocalLu, connu: Connu, edition: date, rendue: Confrontee) -> None:
    dites, courante = lu.occupation, connu.occupation
    devient_habite = bool(rendue.etat and rendue.etat.nouveau)
    le = lu.releve_le or (edition if connu.avant or devient_habite else None)
    if courante is None:
        if (dites["enseigne"] or dites["activite"]) and (connu.etat is None or devient_habite or
                                                        connu.etat.etat in HABITES):  # fmt: skip
            debut = rendue.etat.le if rendue.etat and rendue.etat.nouveau else le
            rendue.occupation = EcritureOccupation(dites, debut, nouvelle=True)
        return
    # Une enseigne que le fichier répète alors qu'une personne l'a corrigée : c'est toujours le même occupant.
    repetee = dites["enseigne"] == connu.avant.get("occupation", {}).get("enseigne")
    muette = not dites["enseigne"] or not courante.enseigne
    if repetee or muette or memes_enseignes(dites["enseigne"], courante.enseigne):
        _corriger_l_occupant(lu, connu, courante, le, rendue)
    else:
        _remplacer_l_occupant(lu, connu, courante, le or edition, rendue)


def _remplacer_l_occupant(lu: LocalLu, connu: Connu, courante: Occupation, le: date, rendue: Confrontee) -> None:
    enseigne = lu.occupation["enseigne"]
    tenue = "enseigne" in courante.champs_tenus
    su = max((jour for jour in (courante.debut, connu.etat and connu.etat.releve_le if tenue else None) if jour),
             default=None)  # fmt: skip
    if su is not None and le <= su:
        code = CodeAnomalieLocaux.TENU_PAR_UNE_PERSONNE if tenue else CodeAnomalieLocaux.PLUS_ANCIEN
        _contredire(rendue, code, "enseigne", enseigne, f"« {courante.enseigne} » y est su depuis le {su:%d/%m/%Y}")
        return
    rendue.occupation = EcritureOccupation(lu.occupation, le, nouvelle=True, avant=_valeurs(courante))


def _corriger_l_occupant(lu: LocalLu, connu: Connu, courante: Occupation, le: date | None, rendue: Confrontee) -> None:
    """Le même occupant : ses champs se précisent ; une autre activité dite plus tard est un changement d'activité."""
    avant, dites = connu.avant.get("occupation", {}), lu.occupation
    autre_libelle = bool(avant) and dites["activite_source"] != avant.get("activite_source")
    if (
        autre_libelle and le and dites["activite"] and courante.activite and dites["activite"] != courante.activite
        and le > (courante.debut or date.min) and "activite" not in courante.champs_tenus
        and le.isoformat() > (connu.avant.get("releve_le") or "")
    ):  # fmt: skip
        suite = dites | {"enseigne": dites["enseigne"] or courante.enseigne}
        rendue.occupation = EcritureOccupation(suite, le, nouvelle=True, avant=_valeurs(courante))
        return
    changes = {}
    for champ, valeur in dites.items():
        if valeur in ("", Independance.INCONNUE) or valeur == avant.get(champ) or champ == "origine_activite":
            continue
        if getattr(courante, champ) == valeur:
            continue
        if champ in courante.champs_tenus or not _peut_poser(champ, dites, courante):
            _contredire(
                rendue, CodeAnomalieLocaux.TENU_PAR_UNE_PERSONNE, champ, valeur, "une personne a posé une autre valeur"
            )
        else:
            changes[champ] = valeur
    if "activite" in changes:
        changes["origine_activite"] = dites["origine_activite"]
    if changes:
        rendue.occupation = EcritureOccupation(changes, None, nouvelle=False, avant=_valeurs(courante))


def _peut_poser(champ: str, dites: Mapping[str, Any], courante: Occupation) -> bool:
    return champ != "activite" or l_emporte(dites["origine_activite"], courante.origine_activite)


def _valeurs(occupation: Occupation) -> dict[str, Any]:
    return {champ: getattr(occupation, champ) for champ in _MONTRES}


def _contredire(rendue: Confrontee, code: str, champ: str, valeur: Any, pourquoi: str) -> None:
    dit = _affiche(champ, valeur)
    rendue.defauts.append(
        Defaut(code, champ, str(dit), f"Le fichier dit « {dit} », mais {pourquoi}. Rien n'est changé : décidez.")
    )

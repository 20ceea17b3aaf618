"""Ce qu'un fichier changerait, ligne à ligne, sans rien écrire : l'aperçu et l'application lisent le même plan."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tissu.locaux.choices import CodeAnomalieLocaux, StatutLigne
from tissu.locaux.operations.importation.confrontation import EcritureEtat, EcritureOccupation, confronter
from tissu.locaux.operations.importation.connus import Connu
from tissu.locaux.rules.identite import Portrait, doublons_d_enseigne, doublons_de_position, reconnaitre
from tissu.locaux.sources.locaux import Defaut, LocalLu


@dataclass
class LignePrevue:
    """Ce que l'import ferait d'une ligne. `raison` : à quoi le local est reconnu ; `lieu` : ses champs à changer."""

    lu: LocalLu
    statut: StatutLigne
    connu: Connu | None = None
    raison: str = ""
    lieu: dict[str, Any] = field(default_factory=dict)
    etat: EcritureEtat | None = None
    occupation: EcritureOccupation | None = None
    defauts: list[Defaut] = field(default_factory=list)
    liees: dict[str, int] = field(default_factory=dict)
    """Pour un doublon, par code d'anomalie : la première ligne du groupe."""

    @property
    def changements(self) -> list[tuple[str, Any, Any]]:
        """(ce qui change, avant, après), pour l'aperçu."""
        avant = self.connu.local if self.connu else None
        lieu = [(champ, _dit(avant, champ), valeur) for champ, valeur in self.lieu.items()]
        return [*lieu, *(self.etat.changements if self.etat else ()),
                *(self.occupation.changements if self.occupation else ())]  # fmt: skip


def _dit(local: Any, champ: str) -> Any:
    if local is None:
        return None
    return str(local.voie or "") if champ == "voie" else getattr(local, champ)


@dataclass
class Plan:
    """Toutes les lignes, et les locaux connus dont le fichier ne parle plus."""

    lignes: list[LignePrevue]
    absents: list[Connu]
    edition: date

    def comptes(self) -> dict[str, int]:
        """Lignes lues, puis par statut, et ce qui change."""
        statuts = Counter(str(ligne.statut) for ligne in self.lignes)
        return {
            "lignes": len(self.lignes),
            **{str(statut): statuts[str(statut)] for statut in StatutLigne},
            "etats": sum(bool(ligne.etat and ligne.etat.nouveau) for ligne in self.lignes),
            "occupants": sum(bool(ligne.occupation and ligne.occupation.nouvelle) for ligne in self.lignes),
            "anomalies": sum(len(ligne.defauts) for ligne in self.lignes) + len(self.absents),
            "absents": len(self.absents),
        }


def planifier(
    lus: Sequence[LocalLu], connus: Mapping[int, Connu], *, edition: date, rayon_m: float, rayon_doublon_m: float
) -> Plan:
    """Confronte les lignes lues à ce que l'on sait. `edition` date les lignes qui ne se datent pas elles-mêmes."""
    recevables = [lu for lu in lus if not lu.refuse]
    portraits = [_portrait(lu) for lu in recevables]
    reconnus = {
        une.cle: une for une in reconnaitre(portraits, [connu.portrait for connu in connus.values()], rayon_m=rayon_m)
    }
    lignes = []
    for lu in lus:
        reconnu = reconnus.get(lu.ligne)
        connu = connus[reconnu.local] if reconnu else None
        lignes.append(_prevoir(lu, connu, reconnu.raison if reconnu else "", edition))
    _signaler_les_doublons(lignes, portraits, rayon_doublon_m)
    vus = {reconnu.local for reconnu in reconnus.values()}
    # Seul un local venu de ce fichier peut en être absent ; un autre n'y a jamais été.
    absents = [
        connu for pk, connu in connus.items()
        if pk not in vus and connu.avant and not connu.local.disparu_le and not connu.local.ecarte_le
    ]  # fmt: skip
    return Plan(lignes, absents, edition)


def _portrait(lu: LocalLu) -> Portrait:
    return Portrait(
        cle=lu.ligne, code_commune=lu.lieu["code_commune"], numero=lu.lieu["numero"], voie=lu.lieu["voie"],
        lon=lu.lieu["lon"], lat=lu.lieu["lat"], enseigne=lu.occupation["enseigne"],
        activite=lu.occupation["activite"], identifiant=lu.identifiant,
    )  # fmt: skip


def _prevoir(lu: LocalLu, connu: Connu | None, raison: str, edition: date) -> LignePrevue:
    defauts = list(lu.defauts)
    if lu.refuse:
        return LignePrevue(lu, StatutLigne.REFUSEE, defauts=defauts)
    if connu is None:
        return LignePrevue(lu, StatutLigne.CREEE, defauts=defauts)
    if connu.local.ecarte_le:
        return LignePrevue(lu, StatutLigne.ECARTEE, connu, raison)
    if connu.local.disparu_le:
        motif = f"Ce local a disparu le {connu.local.disparu_le:%d/%m/%Y} : la ligne ne change rien."
        defauts.append(Defaut(CodeAnomalieLocaux.PLUS_ANCIEN, "", "", motif))
        return LignePrevue(lu, StatutLigne.INCHANGEE, connu, raison, defauts=defauts)
    confrontee = confronter(lu, connu, edition)
    statut = StatutLigne.MODIFIEE if confrontee.change else StatutLigne.INCHANGEE
    return LignePrevue(
        lu, statut, connu, raison, confrontee.lieu, confrontee.etat, confrontee.occupation,
        [*defauts, *confrontee.defauts],
    )  # fmt: skip


def _signaler_les_doublons(lignes: Iterable[LignePrevue], portraits: Sequence[Portrait], rayon_m: float) -> None:
    """Chaque ligne d'un groupe, sauf la première, est un doublon probable de celle-ci."""
    par_rang = {ligne.lu.ligne: ligne for ligne in lignes}
    for code, groupes, champ, quoi in (
        (CodeAnomalieLocaux.DOUBLON_ENSEIGNE, doublons_d_enseigne(portraits), "enseigne", "enseigne et adresse"),
        (CodeAnomalieLocaux.DOUBLON_POSITION, doublons_de_position(portraits, rayon_m=rayon_m), "position", "position"),
    ):
        for premiere, *autres in groupes:
            for autre in autres:
                ligne = par_rang[autre]
                if ligne.statut == StatutLigne.ECARTEE or par_rang[premiere].statut == StatutLigne.ECARTEE:
                    continue
                ligne.liees[code] = premiere
                ligne.defauts.append(
                    Defaut(
                        code,
                        champ,
                        ligne.lu.occupation["enseigne"],
                        f"Même {quoi} que la ligne {premiere} : les deux comptent tant que personne n'a décidé.",
                    )
                )

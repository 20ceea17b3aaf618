"""Les mots d'une alerte, composés de ses champs : courts, sans un caractère qui double le prix."""

from dataclasses import dataclass
from datetime import datetime

from tissu.actions.alerte_commerce.choices import TypeAlerte
from tissu.messages.rules.caracteres import caracteres_couteux, remplacer

TETES = {
    TypeAlerte.ALERTE: "ALERTE COMMERCE",
    TypeAlerte.MISE_A_JOUR: "ALERTE COMMERCE, suite",
    TypeAlerte.ANNULATION: "ALERTE COMMERCE ANNULEE",
    TypeAlerte.LEVEE: "FIN D'ALERTE COMMERCE",
}


@dataclass(frozen=True)
class Mots:
    """Ce qui se dit d'un fait. `nature` en toutes lettres ; `fait_le` à l'heure du lieu."""

    type: str
    nature: str
    lieu: str
    fait_le: datetime
    direction: str = ""
    maniere: str = ""
    conseil: str = ""


def composer(mots: Mots) -> str:
    """Le texte d'un SMS ; l'auteur peut le récrire."""
    debut = f"{TETES[TypeAlerte(mots.type)]} : {mots.nature.lower()}, {mots.lieu}, {_heure(mots.fait_le)}."
    if mots.type in {TypeAlerte.ANNULATION, TypeAlerte.LEVEE}:
        suite = "Ne tenez pas compte de l'alerte." if mots.type == TypeAlerte.ANNULATION else "Le danger est passé."
        return sans_surcout(f"{debut} {suite} Police nationale")
    morceaux = [debut, _phrase(mots.maniere)]
    if mots.direction.strip():
        morceaux.append(_phrase(f"Fuite {mots.direction.strip()}"))
    morceaux += [_phrase(mots.conseil), "Police : 17"]
    return sans_surcout(" ".join(morceau for morceau in morceaux if morceau))


def sans_surcout(texte: str) -> str:
    """Le texte où chaque caractère qui coûte, et que l'on sait dire autrement, l'est."""
    proposes = [un.caractere for un in caracteres_couteux(texte) if un.remplacement is not None and un.motif == "ucs2"]
    return remplacer(texte, proposes) if proposes else texte


def _heure(moment: datetime) -> str:
    return f"{moment.hour}h{moment:%M}"


def _phrase(texte: str) -> str:
    propre = " ".join(texte.split())
    return propre if not propre or propre[-1] in ".!?" else f"{propre}."

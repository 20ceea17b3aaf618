"""Les loyers d'un lieu : une section que seule la page des agents des deux partenaires montre."""

from dataclasses import replace
from datetime import date

from tissu.actions.observatoire_commerce.analyses.vacance import NON_RENSEIGNE
from tissu.actions.observatoire_commerce.publications.histoire import SOURCE
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.queries.loyers import Loyer, loyers
from tissu.publications.contenu import Bloc, Colonne, Nature, Paragraphe, Section, Tableau
from tissu.socle.formats import nombre, pluriel

PARTS = {"code_commune": ("Commune", "commune"), "quartier": ("Quartier", "quartier"), "voie_id": ("Rue", "voie")}
SECRET = "secret"  # noqa: S105
REGLE = (
    "Loyers hors taxes, par m² et par an, des locaux où ils sont connus. La médiane ne s'écrit qu'avec assez de "
    "loyers, et si aucun ne domine leur somme (paramètres datés)."
)


def section_des_loyers(lieu: Lieu, au: date) -> Section:
    """La médiane du lieu et de ses parties, chacune avec le nombre de loyers connus."""
    entier = loyers(lieu, au)
    if not entier:
        return Section("loyers", "Loyers", [Paragraphe("Aucun loyer n'est connu ici.")])
    [tout] = entier
    blocs: list[Bloc] = [Paragraphe(f"{_dit(tout)} Réservé aux agents de la chambre et de la métropole. {REGLE}")]
    for par, (mot, choix) in PARTS.items():
        parts = loyers(lieu, au, par)
        if len(parts) > 1 and (par != "voie_id" or lieu.quartier):
            parts = sorted(parts, key=lambda part: (part.mediane is None, -(part.mediane or 0), part.titre))
            blocs.append(_tableau(lieu, mot, choix, parts))
    return Section("loyers", "Loyers", blocs)


def _dit(tout: Loyer) -> str:
    connus = pluriel(tout.unites, "loyer connu", "loyers connus")
    if tout.mediane is None:
        return f"{connus} : médiane tue."
    return f"Loyer médian : {nombre(tout.mediane)} € par m² et par an, sur {connus}."


def _tableau(lieu: Lieu, mot: str, choix: str, parts: list[Loyer]) -> Tableau:
    return Tableau(
        f"loyers_{choix}", f"Loyer médian par {mot.lower()}",
        [
            Colonne("titre", mot, adresse="lien"),
            Colonne("mediane", "Médiane (€ HT/m²/an)", Nature.NOMBRE, definition=REGLE),
            Colonne("unites", "Loyers connus", Nature.NOMBRE),
        ],
        [
            {
                "titre": part.titre, "unites": part.unites, "mediane": SECRET if part.mediane is None else part.mediane,
                "lien": replace(lieu, **{choix: part.cle}).lien() if part.titre != NON_RENSEIGNE else "",
            }
            for part in parts
        ],
        source=SOURCE,
    )  # fmt: skip

"""L'état d'un établissement ou d'une unité légale, et la phrase qui dit pourquoi."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tissu.registre.filtres import etat_au
from tissu.registre.queries.fiches import Dossier, DossierUnite
from tissu.registre.rules import FERME, OUVERT
from tissu.socle.formats import date_courte, date_longue


@dataclass(frozen=True)
class Etat:
    """L'état en un mot, sa sorte d'affichage, et la phrase qui l'explique."""

    mot: str
    sorte: str
    explication: str


def etat(dossier: Dossier, au: date) -> Etat:
    """L'état d'un jour, et pourquoi la date est celle-là."""
    e = dossier.ligne
    code, fermeture = etat_au(e, au), e["date_fermeture"]
    if code == "fermeture_prevue":
        phrase = f"Sirene annonce une période fermée à partir du {date_longue(fermeture)} : d'ici là, il est ouvert."
        return Etat(f"Fermeture prévue le {date_courte(fermeture)}", "attention", phrase)
    if code == "ferme":
        mot = f"Fermé le {date_courte(fermeture)}" if fermeture else "Fermé"
        return Etat(mot, "neutre", _pourquoi_ferme(dossier))
    if code == "reactive":
        jour = e["date_reactivation"]
        avant = [p["date_debut"] for p in dossier.periodes if p["etat"] == FERME and p["date_debut"] < jour]
        ferme_le = f" Il avait fermé le {date_longue(_debut_de_suite(dossier.periodes, jour))}." if avant else ""
        return Etat(f"Rouvert le {date_courte(jour)}", "succes", f"Rouvert le {date_longue(jour)}.{ferme_le}")
    if code == "ouvert":
        depuis = f" depuis le {date_longue(e['date_creation'])}" if e["date_creation"] else ", depuis une date inconnue"
        return Etat("Ouvert", "succes", f"Ouvert{depuis}, sans période fermée.")
    return Etat("État inconnu", "neutre", "Sirene ne dit pas si cet établissement est ouvert.")


def _debut_de_suite(periodes: Sequence[Mapping[str, Any]], avant: date) -> date | None:
    """Le début de la dernière suite de périodes fermées commencée avant ce jour."""
    debut, precedent = None, None
    for periode in periodes:
        if periode["date_debut"] is not None and periode["date_debut"] >= avant:
            break
        if periode["etat"] == FERME and precedent != FERME:
            debut = periode["date_debut"]
        precedent = periode["etat"]
    return debut


def _pourquoi_ferme(dossier: Dossier) -> str:
    fermeture = dossier.ligne["date_fermeture"]
    if fermeture is None:
        return "Fermé, à une date que les fichiers ne disent pas : aucune période ne montre le passage à l'état fermé."
    phrase = f"Fermé le {date_longue(fermeture)} : première période fermée après un changement d'état"
    suivantes = [
        p["date_debut"]
        for p in dossier.periodes
        if p["etat"] == FERME and p["date_debut"] is not None and p["date_debut"] > fermeture
    ]
    if not suivantes:
        return f"{phrase}."
    jours = " et ".join(date_longue(jour) for jour in suivantes)
    if len(suivantes) == 1:
        return f"{phrase} ; une correction du {jours} n'a pas changé la date."
    return f"{phrase} ; des corrections des {jours} n'ont pas changé la date."


def etat_unite(dossier: DossierUnite, au: date) -> Etat:
    """L'état de l'unité légale."""
    u = dossier.ligne
    if u["etat"] == OUVERT:
        return Etat("Active", "succes", "L'unité légale est active dans Sirene.")
    if u["etat"] == "C":
        jour = u["date_cessation"]
        if jour and jour > au:
            mot = f"Cessation prévue le {date_courte(jour)}"
            return Etat(mot, "attention", "Sirene annonce une cessation à venir.")
        mot = f"Cessée le {date_courte(jour)}" if jour else "Cessée"
        return Etat(mot, "neutre", "L'unité légale est cessée dans Sirene.")
    return Etat("État inconnu", "neutre", "Le fichier des unités légales ne dit rien de celle-ci.")

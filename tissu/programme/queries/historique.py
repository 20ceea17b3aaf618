"""Tout ce qui a changé dans une fiche ou une convention : qui, quand, avant, après. Requêtes constantes.

Les listes (maîtres d'ouvrage, pilotes, partenaires) s'écrivent en plusieurs gestes de la base, un retrait puis un
ajout : ceux d'une même personne à quelques instants près n'en font qu'un.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tissu.programme.choices import SectionDeFiche
from tissu.programme.models import Contribution, Convention, Critere, Fiche, LigneDepense, SectionRedigee, TauxJour
from tissu.socle.formats import date_courte, euros, nombre

# Deux gestes de la base plus rapprochés que cela, de la même personne, sont le même enregistrement.
UN_GESTE = timedelta(seconds=2)
GESTES = {"+": "ajout", "~": "modification", "-": "retrait"}
ESSENTIELS = ("titre", "nature", "jours", "montant_eur", "etp", "debut", "etat")
UNITES = {"jours": " j", "etp": " ETP"}
IGNORES = {"id", "fiche", "revision", "convention", "precedente", "ordre"}
NOMS = {
    "titre": "Titre", "titre_court": "Titre court", "etat": "État", "total_declare_eur": "Total écrit",
    "montant_eur": "Montant", "libelle": "Libellé", "jours": "Jours", "nature": "Nature", "taux": "Taux",
    "debut": "Depuis le", "fin": "Jusqu'au", "financeur": "Financeur", "condition": "Condition", "cible": "Cible",
    "texte": "Texte", "calendrier_debut": "Début", "calendrier_fin": "Fin", "observations": "Observations",
    "periode_entete": "Période de l'en-tête", "premier_mois": "Premier mois", "reference": "Valeur de départ",
    "retiree_par": "Retirée par l'avenant", "ajoutee_par": "Ajoutée par l'avenant",
    "reference_au": "Mesurée le", "etp": "Part d'ETP", "maitres_ouvrage": "Maîtrise d'ouvrage", "pilotes": "Pilotes",
    "partenaires": "Partenaires",
}  # fmt: skip


@dataclass(frozen=True)
class Changement:
    """Un champ qui a changé : `objet` le nomme (« Ligne Entretiens »), `avant` et `apres` sont des textes."""

    le: datetime
    qui: str
    geste: str
    objet: str
    champ: str
    avant: str
    apres: str


def historique(fiche: Fiche) -> list[Changement]:
    """Les changements de la fiche et de ce qu'elle contient, du plus récent au plus ancien. Dix requêtes."""
    # (modèle, filtre, comment le nommer)
    sources: tuple[tuple[Any, dict[str, Any], str], ...] = (
        (Fiche, {"id": fiche.pk}, "Identité"),
        (SectionRedigee, {"fiche_id": fiche.pk}, "Rubrique"),
        (LigneDepense, {"fiche_id": fiche.pk}, "Ligne"),
        (TauxJour, {"fiche_id": fiche.pk}, "Taux journalier"),
        (Contribution, {"fiche_id": fiche.pk}, "Financement"),
        (Critere, {"fiche_id": fiche.pk}, "Critère"),
    )
    changements: list[Changement] = []
    for modele, filtre, sorte in sources:
        changements += _changements(_traces(modele, filtre), sorte)
    changements += _changements_de_listes(Fiche, fiche.pk, ("maitres_ouvrage", "pilotes"))
    return sorted(changements, key=lambda un: un.le, reverse=True)


def histoire_de(convention: Convention) -> list[Changement]:
    """Les changements d'une convention, du plus récent au plus ancien. Quatre requêtes."""
    changements = _changements(_traces(Convention, {"id": convention.pk}), "Convention")
    changements += _changements_de_listes(Convention, convention.pk, ("partenaires",), sorte="Convention")
    return sorted(changements, key=lambda un: un.le, reverse=True)


def _traces(modele: Any, filtre: dict[str, Any]) -> list[Any]:
    lignes = modele.historique.filter(**filtre).select_related("history_user")
    return list(lignes.order_by("history_date", "history_id"))


def _changements_de_listes(
    modele: Any, pk: int, champs: tuple[str, ...], *, sorte: str = "Identité"
) -> list[Changement]:
    """Ce qui a changé dans les listes d'un objet, une fois les gestes rapprochés réunis ; la liste de départ aussi."""
    traces = _traces(modele, {"id": pk})
    gestes = [
        trace for trace, suivante in zip(traces, [*traces[1:], None], strict=True) if not _meme_geste(trace, suivante)
    ]
    rendus = []
    for nom in champs:
        etats = _noms_par_trace(modele, nom, gestes)
        precedent = ""
        for geste in gestes:
            present = ", ".join(sorted(etats[geste.history_id]))
            if present != precedent:
                rendus.append(_changement(geste, sorte, NOMS[nom], precedent, present))
            precedent = present
    return rendus


def _meme_geste(trace: Any, suivante: Any) -> bool:
    return (
        suivante is not None
        and trace.history_user_id == suivante.history_user_id
        and suivante.history_date - trace.history_date < UN_GESTE
    )


def _noms_par_trace(modele: Any, champ: str, traces: list[Any]) -> dict[int, list[str]]:
    """Les membres d'une liste, nommés, à chaque trace de l'objet ; deux requêtes."""
    relation = modele._meta.get_field(champ)
    membre = relation.m2m_reverse_field_name()
    lignes = getattr(modele.historique.model, champ).filter(history__in=[trace.history_id for trace in traces])
    presents = list(lignes.values_list("history", f"{membre}_id"))
    noms = {un.pk: str(un) for un in relation.related_model.objects.filter(pk__in={pk for _, pk in presents})}
    etats: dict[int, list[str]] = defaultdict(list)
    for trace, pk in presents:
        etats[trace].append(noms.get(pk, "une personne ou organisation effacée"))
    return etats


def _changements(lignes: Iterable[Any], sorte: str) -> list[Changement]:
    precedentes: dict[int, Any] = defaultdict(lambda: None)
    rendus: list[Changement] = []
    for ligne in lignes:
        avant = precedentes[ligne.id]
        precedentes[ligne.id] = ligne
        if avant is None or ligne.history_type == "-":
            # Un ajout ou un retrait se dit en une ligne, par l'essentiel de ce qui est ajouté ou retiré.
            arrive = avant is None
            resume = _resume(ligne)
            rendus.append(_changement(ligne, sorte, "", "" if arrive else resume, resume if arrive else ""))
            continue
        for champ in ligne.tracked_fields:
            ancienne, nouvelle = _dit(avant, champ), _dit(ligne, champ)
            if champ.name not in IGNORES and ancienne != nouvelle:
                nom = NOMS.get(champ.name, str(champ.verbose_name)).capitalize()
                rendus.append(_changement(ligne, sorte, nom, ancienne, nouvelle))
    return rendus


def _changement(ligne: Any, sorte: str, champ: str, avant: str, apres: str) -> Changement:
    geste = "ajout" if not champ and apres else GESTES[ligne.history_type]
    qui = str(ligne.history_user or "import")
    return Changement(ligne.history_date, qui, geste, _objet(ligne, sorte), champ, avant, apres)


def _resume(ligne: Any) -> str:
    """L'essentiel d'une ligne : son texte, sa cible, ou ses jours et son montant."""
    if getattr(ligne, "texte", ""):
        return str(ligne.texte)
    champs = {champ.name: champ for champ in ligne.tracked_fields}
    if "cible" in champs:
        return f"{_dit(ligne, champs['cible'])} {ligne.unite}".strip() if ligne.cible is not None else "sans cible"
    essentiels = [_dit(ligne, champs[nom]) for nom in ESSENTIELS if nom in champs]
    return ", ".join(dit for dit in essentiels if dit) or "montant non écrit"


def _objet(ligne: Any, sorte: str) -> str:
    if sorte == "Rubrique":
        return f"Rubrique {SectionDeFiche(ligne.section).label}"
    nom = getattr(ligne, "libelle", "") or getattr(ligne, "financeur", "")
    return f"{sorte} {nom}".strip()


def _dit(ligne: Any, champ: Any) -> str:
    valeur = getattr(ligne, champ.attname)
    if valeur is None or valeur == "":
        return ""
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Decimal):
        if champ.name.endswith("_eur"):
            return euros(valeur, 2)
        return nombre(valeur, 0 if valeur == valeur.to_integral_value() else 2) + UNITES.get(champ.name, "")
    return date_courte(valeur) if isinstance(valeur, date) else str(valeur)

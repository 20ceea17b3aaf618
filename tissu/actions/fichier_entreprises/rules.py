"""Décisions pures de la fiche 7 : périmètre, solde, complétude d'un mois, seuil, pistes. Sans base ni horloge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tissu.registre.choices import ENTREES, LIBELLES_EVENEMENTS, SORTIES_DU_TERRITOIRE, TypeEvenement
from tissu.registre.rules import TRANCHES, tranche_libelle

VERSION_METHODE = "2026-1"
"""À changer à chaque modification des définitions de ce fichier ; elle est écrite dans chaque édition."""

TYPES_PUBLIES = tuple(t.value for t in TypeEvenement if t is not TypeEvenement.INTERRUPTION_COURTE)
"""Les onze types du rapport, dans l'ordre de `methods` §7.2 ; tous toujours présents, même à zéro."""

TYPES_ENTREES = tuple(t for t in TYPES_PUBLIES if t in ENTREES)
TYPES_SORTIES = tuple(t for t in TYPES_PUBLIES if t in SORTIES_DU_TERRITOIRE)
TYPES_ENTREES_UNITES = tuple(
    t.value for t in (TypeEvenement.CREATION_PURE, TypeEvenement.REPRISE, TypeEvenement.REACTIVATION)
)
TYPES_SORTIES_UNITES = (TypeEvenement.CESSATION_UNITE.value,)
AUTRES_ENTREES = tuple(t for t in TYPES_ENTREES if t != TypeEvenement.CREATION_PURE)

DEFINITIONS = {
    TypeEvenement.CREATION_PURE: "premier établissement d'une unité légale nouvelle, sans prédécesseur",
    TypeEvenement.REPRISE: "établissement qui succède à celui d'une autre entreprise (cession, location-gérance)",
    TypeEvenement.REACTIVATION: "établissement rouvert après une interruption de plus de douze mois",
    TypeEvenement.ETABLISSEMENT_SECONDAIRE: "nouvel établissement d'une unité légale qui existait déjà",
    TypeEvenement.TRANSFERT_ENTRANT: "établissement venu d'une commune hors du territoire",
    TypeEvenement.TRANSFERT_INTERNE: "établissement qui change d'adresse dans le territoire ; neutre, hors du solde",
    TypeEvenement.TRANSFERT_SORTANT: "établissement parti dans une commune hors du territoire",
    TypeEvenement.FERMETURE_ETABLISSEMENT: "établissement fermé sans transfert, y compris celui qui est repris",
    TypeEvenement.CESSATION_UNITE: "unité légale cessée, comptée une fois, à son siège",
    TypeEvenement.RADIATION_RCS: "radiation du registre du commerce publiée au BODACC ; acte de registre, "
    "qui peut suivre la cessation de plusieurs années",
    TypeEvenement.PROCEDURE_COLLECTIVE: "jugement de sauvegarde, redressement ou liquidation publié au BODACC",
}

Totaux = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Perimetre:
    """Le champ d'un rapport. `sections` vaut None pour toutes les activités ; `texte` le dit en mots."""

    code: str
    texte: str
    sections: tuple[str, ...] | None = None
    categories_exclues: tuple[str, ...] = ()
    naf_exclus: tuple[str, ...] = ()
    naf_exclus_personnes_physiques: tuple[str, ...] = ()


def perimetre_tous() -> Perimetre:
    """Toutes les activités, sans aucune exclusion."""
    return Perimetre(
        code="tous",
        texte="Toutes activités (sections A à U de la NAF rév. 2, activités inconnues comprises), sans exclusion.",
    )


def perimetre_industrie_services(
    *,
    industrie: Sequence[str],
    services: Sequence[str],
    sci: Sequence[str] = (),
    holdings: Sequence[str] = (),
    loueurs: Sequence[str] = (),
) -> Perimetre:
    """Industrie et services selon les paramètres ; `sci`, `holdings`, `loueurs` : ce qui est écarté (vide : rien)."""
    phrases = [
        f"Industrie (sections {', '.join(industrie)} de la NAF rév. 2) et services (sections {', '.join(services)})."
    ]
    ecartes = []
    if loueurs:
        ecartes.append(f"les personnes physiques louant des logements ({', '.join(loueurs)})")
    if sci:
        ecartes.append(f"les sociétés civiles immobilières ({', '.join(sci)})")
    if holdings:
        ecartes.append(f"les sociétés holding ({', '.join(holdings)})")
    gardes = [nom for nom, exclus in (("sociétés civiles immobilières", sci), ("holdings", holdings)) if not exclus]
    phrases.append("Hors commerce, agriculture, administration publique et ménages, et hors activité inconnue.")
    if ecartes:
        phrases.append(f"Sont écartés : {' ; '.join(ecartes)}.")
    if gardes:
        phrases.append(f"Sont gardées : {' et '.join(gardes)}.")
    return Perimetre(
        code="industrie-services",
        texte=" ".join(phrases),
        sections=(*industrie, *services),
        categories_exclues=tuple(sci),
        naf_exclus=tuple(holdings),
        naf_exclus_personnes_physiques=tuple(loueurs),
    )


def totaux_complets(comptes: Sequence[Mapping[str, Any]]) -> Totaux:
    """Les onze types dans l'ordre, à zéro quand rien n'est arrivé ; le type technique est laissé de côté."""
    trouves = {ligne["type"]: ligne for ligne in comptes}
    return {
        type_: {
            "etablissements": int(trouves[type_]["etablissements"]) if type_ in trouves else 0,
            "unites_legales": int(trouves[type_]["unites_legales"]) if type_ in trouves else 0,
        }
        for type_ in TYPES_PUBLIES
    }


def solde(totaux: Totaux) -> dict[str, dict[str, int]]:
    """Entrées, sorties et solde, en établissements et en unités légales.

    Établissements : créations pures, reprises, réactivations, établissements secondaires et transferts entrants,
    moins fermetures et transferts sortants. Une reprise entre et l'établissement repris sort : elle est neutre.
    Unités légales (proche de l'Insee) : créations pures, reprises et réactivations, moins cessations.
    Transferts internes, radiations et procédures n'entrent dans aucun solde.
    """
    entrees = sum(totaux[t]["etablissements"] for t in TYPES_ENTREES)
    sorties = sum(totaux[t]["etablissements"] for t in TYPES_SORTIES)
    entrees_unites = sum(totaux[t]["unites_legales"] for t in TYPES_ENTREES_UNITES)
    sorties_unites = sum(totaux[t]["unites_legales"] for t in TYPES_SORTIES_UNITES)
    return {
        "etablissements": {"entrees": entrees, "sorties": sorties, "solde": entrees - sorties},
        "unites_legales": {
            "entrees": entrees_unites,
            "sorties": sorties_unites,
            "solde": entrees_unites - sorties_unites,
        },
    }


def date_de_gel(fin_du_mois: date, *, jours: int) -> date:
    """Le jour où la première valeur du mois se fige (J+10 par défaut)."""
    return fin_du_mois + timedelta(days=jours)


def est_provisoire(fin_du_mois: date, *, source_au: date, jours: int) -> bool:
    """Le mois est-il trop récent pour que sa valeur soit figée ? Vrai tant que les données s'arrêtent avant J+10."""
    return source_au < date_de_gel(fin_du_mois, jours=jours)


@dataclass(frozen=True)
class Effectif:
    """L'effectif retenu pour la liste semestrielle : source, année, « plus de » ou « et plus ».

    `ordre` : le plus petit effectif possible, pour ranger la liste.
    """

    dans_la_liste: bool
    texte: str
    source: str
    annee: int | None
    mention: str
    ordre: int


def retenir_effectif(
    *, effectif_cci: int | None, effectif_cci_date: date | None, tranche: str | None, annee: int | None, seuil: int
) -> Effectif:
    """Applique la règle de la fiche : effectif consulaire strictement au-dessus du seuil s'il existe, sinon
    tranche Insee commençant au seuil ou plus haut, dite « et plus »."""
    if effectif_cci is not None:
        annee_cci = effectif_cci_date.year if effectif_cci_date else None
        mention = f"plus de {seuil}" if effectif_cci > seuil else f"{seuil} ou moins"
        return Effectif(effectif_cci > seuil, f"{effectif_cci}", "consulaire", annee_cci, mention, effectif_cci)
    connue = TRANCHES.get(tranche or "")
    dedans = connue is not None and connue.minimum >= seuil
    millesime = f", millésime {annee}" if annee else ", millésime inconnu"
    mention = f"{seuil} et plus, tranche{millesime}" if dedans else f"sous {seuil} ou inconnu"
    return Effectif(dedans, tranche_libelle(tranche), "tranche", annee, mention, connue.minimum if connue else 0)


def tranches_retenues(seuil: int) -> tuple[str, ...]:
    """Les codes de tranche qui commencent au seuil ou au-dessus."""
    return tuple(code for code, tranche in TRANCHES.items() if tranche.minimum >= seuil)


# --- Filières d'excellence et pistes ---


@dataclass(frozen=True)
class Filiere:
    """Une filière d'excellence : préfixes de NAF, et SIRET ajoutés ou retirés à la main (ils priment)."""

    nom: str
    prefixes: tuple[str, ...]
    ajoutes: frozenset[str] = frozenset()
    retires: frozenset[str] = frozenset()


def dans_la_filiere(filiere: Filiere, *, siret: str, naf: str | None) -> bool:
    """L'établissement relève-t-il de la filière ?"""
    if siret in filiere.retires:
        return False
    return siret in filiere.ajoutes or commence_par(naf, filiere.prefixes)


def commence_par(naf: str | None, prefixes: Sequence[str]) -> bool:
    """Le code commence-t-il par l'un des préfixes, avec ou sans point ? « 62 » et « 6201 » couvrent « 62.01Z »."""
    nu = (naf or "").replace(".", "")
    return bool(nu) and any(nu.startswith(prefixe.replace(".", "")) for prefixe in prefixes)


@dataclass(frozen=True)
class Criteres:
    """Les critères d'une règle de piste ; un critère vide ne trie pas."""

    types: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    filiere: Filiere | None = None
    communes: frozenset[str] = frozenset()
    zones: Mapping[str, str] | None = None
    effectif_min: int | None = None
    effectif_inconnu_accepte: bool = True


@dataclass(frozen=True)
class Faits:
    """Ce que l'on sait d'un établissement au moment où un événement le concerne."""

    siret: str
    type: str
    date_effet: date
    naf: str | None
    section: str | None
    code_commune: str | None
    commune: str | None
    zones: frozenset[str]
    effectif_cci: int | None
    tranche: str | None
    activite: str = ""


@dataclass(frozen=True)
class Verdict:
    """La décision d'une règle de piste : retenue ou non, note de 0 à 100, et les raisons en mots."""

    retenue: bool
    score: int
    motifs: tuple[str, ...]


REFUS = Verdict(False, 0, ())


def evaluer_piste(criteres: Criteres, faits: Faits) -> Verdict:
    """Confronte un événement à une règle. Tous les critères remplis doivent l'être ensemble.

    La note part de 40 et gagne : effectif connu (jusqu'à 30), zone demandée (15), filière (15). Sirene ne connaît
    pas l'effectif d'une entreprise neuve : sans effectif connu, la règle retient si elle l'accepte, et le dit.
    """
    if criteres.types and faits.type not in criteres.types:
        return REFUS
    motifs, note = [LIBELLES_EVENEMENTS[TypeEvenement(faits.type)]], 40
    if criteres.filiere is not None:
        if not dans_la_filiere(criteres.filiere, siret=faits.siret, naf=faits.naf):
            return REFUS
        motifs.append(f"filière {criteres.filiere.nom} : {_activite(faits)}")
        note += 15
    if criteres.prefixes or criteres.sections:
        if not (commence_par(faits.naf, criteres.prefixes) or (faits.section or "") in criteres.sections):
            return REFUS
        motifs.append(f"activité : {_activite(faits)}")
    lieu = _lieu(criteres, faits)
    if lieu is None:
        return REFUS
    if lieu:
        motifs.append(lieu)
        note += 15
    points, raison = _effectif(criteres, faits)
    if points is None:
        return REFUS
    return Verdict(True, min(100, note + points), (*motifs, raison) if raison else tuple(motifs))


def _activite(faits: Faits) -> str:
    code = faits.naf or "code inconnu"
    return f"{faits.activite.lower()} ({code})" if faits.activite else code


def _lieu(criteres: Criteres, faits: Faits) -> str | None:
    """La raison de lieu, « » si la règle n'en demande pas, None si le lieu ne convient pas."""
    if criteres.communes and faits.code_commune not in criteres.communes:
        return None
    if criteres.zones:
        noms = sorted(criteres.zones[zone] for zone in faits.zones if zone in criteres.zones)
        return f"zone {', '.join(noms)}" if noms else None
    return f"commune de {faits.commune}" if criteres.communes else ""


def _effectif(criteres: Criteres, faits: Faits) -> tuple[int | None, str]:
    """Les points d'effectif et la raison ; points à None si l'effectif écarte la piste."""
    tranche = TRANCHES.get(faits.tranche or "")
    # « NN » et « 00 » d'une entreprise neuve disent « pas encore déclaré », pas « aucun salarié ».
    connu = faits.effectif_cci
    if connu is None and tranche is not None and tranche.minimum > 0:
        connu = tranche.minimum
    if criteres.effectif_min is None:
        return (min(30, connu) if connu else 0), (_texte_effectif(faits) if connu else "")
    if connu is None:
        return (0 if criteres.effectif_inconnu_accepte else None), "effectif encore inconnu, à vérifier"
    if connu < criteres.effectif_min:
        return None, ""
    return min(30, connu), _texte_effectif(faits)


def _texte_effectif(faits: Faits) -> str:
    if faits.effectif_cci is not None:
        return f"{faits.effectif_cci} salariés déclarés au fichier consulaire"
    return f"{tranche_libelle(faits.tranche)} (tranche Insee)"


def desaccord(*, type_: str, etat_unite: str | None, radiation_le: date | None) -> str:
    """La phrase de désaccord entre le BODACC et Sirene, vide quand ils concordent ou ne se contredisent pas."""
    if radiation_le is not None and etat_unite == "A":
        return "Radiée du RCS, active dans Sirene"
    if type_ == TypeEvenement.PROCEDURE_COLLECTIVE and etat_unite == "C":
        return "Procédure publiée, unité déjà cessée dans Sirene"
    return ""


def raison_d_entree(mention: str, source: str, annee: int | None) -> str:
    """Ce qui fait entrer une entreprise dans la liste : l'effectif retenu, sa source et son année."""
    if source != "consulaire":
        return mention[:1].upper() + mention[1:]
    return f"Désormais {mention}, fichier consulaire{f' {annee}' if annee else ''}"


def raison_de_sortie(etablissement: Mapping[str, Any] | None) -> str:
    """Pourquoi une entreprise n'est plus dans la liste : fermée, partie, ou passée sous le seuil."""
    if etablissement is None:
        return "Effectif passé sous le seuil, ou inconnu"
    if etablissement["etat"] == "F":
        fermee = etablissement["date_fermeture"]
        return f"Fermé le {fermee:%d/%m/%Y}" if fermee else "Fermé"
    effectif = etablissement["effectif_cci"]
    if effectif is not None:
        return f"Effectif passé à {effectif} (fichier consulaire)"
    return f"Tranche passée à « {tranche_libelle(etablissement['tranche_effectif'])} »"

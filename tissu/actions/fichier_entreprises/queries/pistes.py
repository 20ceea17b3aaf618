"""Lectures des pistes : celles qu'une personne voit, ce que le registre dit de leur entreprise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from tissu.actions.fichier_entreprises import analyses, permissions, rules
from tissu.actions.fichier_entreprises.choices import ETATS_OUVERTS, EtatPiste
from tissu.actions.fichier_entreprises.models import Piste, RegleDePiste
from tissu.actions.fichier_entreprises.queries.cadre import reglage, source_au
from tissu.actions.fichier_entreprises.queries.grands import filiere_en_regle, zones_des
from tissu.comptes.choices import AGENTS
from tissu.comptes.models import Personne
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement
from tissu.registre.nomenclatures import libelle_naf, libelle_tranche
from tissu.registre.rules import LIBELLE_NON_DIFFUSIBLE
from tissu.socle.formats import date_courte, siret_lisible

PISTES_PAR_PAGE = 20
SORTES_D_ETAT = {
    EtatPiste.NOUVELLE: "attention",
    EtatPiste.PRISE: "info",
    EtatPiste.CONTACTEE: "accent",
    EtatPiste.FERMEE: "neutre",
}


def criteres_de(regle: RegleDePiste, noms_zones: dict[str, str]) -> rules.Criteres:
    """La règle enregistrée, dans la forme des règles pures."""
    return rules.Criteres(
        types=tuple(regle.types),
        prefixes=tuple(regle.codes_naf),
        sections=tuple(regle.sections),
        filiere=filiere_en_regle(regle.filiere) if regle.filiere else None,
        communes=frozenset(regle.communes),
        zones={zone: noms_zones.get(zone, zone) for zone in regle.zones} or None,
        effectif_min=regle.effectif_min,
        effectif_inconnu_accepte=regle.effectif_inconnu_accepte,
    )


def faits_recents(types: Sequence[str]) -> list[tuple[rules.Faits, str]]:
    """Les événements récents de ces types sur des établissements ouverts, avec le SIREN de chacun."""
    instantane = courant()
    jour = source_au(instantane)
    depuis = jour - timedelta(days=reglage("fenetre_pistes_jours", jour))
    lignes = instantane.executer(
        analyses.faits_recents(
            instantane.table("evenements"),
            instantane.table("etablissements"),
            types=types,
            depuis=depuis,
            jusqu_au=jour,
        )
    )
    zones = _zones_par_siret(sorted({ligne["siret"] for ligne in lignes}))
    return [
        (
            rules.Faits(
                siret=ligne["siret"],
                type=ligne["type"],
                date_effet=ligne["date_effet"],
                naf=ligne["naf"],
                section=ligne["section"],
                code_commune=ligne["code_commune"],
                commune=ligne["commune"],
                zones=frozenset(zones.get(ligne["siret"], ())),
                effectif_cci=ligne["effectif_cci"],
                tranche=ligne["tranche"],
                activite=libelle_naf(ligne["naf"], ligne["naf_nomenclature"]) if ligne["naf"] else "",
            ),
            ligne["siren"],
        )
        for ligne in lignes
    ]


def _zones_par_siret(sirets: list[str]) -> dict[str, list[str]]:
    par_siret: dict[str, list[str]] = {}
    for lien in courant().lignes("etablissements_zones", "siret", sirets):
        par_siret.setdefault(lien["siret"], []).append(lien["zone_id"])
    return par_siret


def pistes_visibles(personne: Any, *, miennes: bool, etat: str = "", filiere: str = "") -> QuerySet[Piste]:
    """Les pistes qu'une personne peut lire, par note. `etat` vide : les ouvertes ; « toutes » : toutes."""
    pistes = Piste.objects.select_related("regle", "filiere", "assignee")
    if miennes:
        pistes = pistes.filter(assignee=personne)
    if etat in EtatPiste.values:
        pistes = pistes.filter(etat=etat)
    elif etat != "toutes":
        pistes = pistes.filter(etat__in=ETATS_OUVERTS)
    if filiere:
        pistes = pistes.filter(filiere__slug=filiere)
    return pistes.order_by("-score", "-date_evenement", "pk")


def pistes_lisibles() -> QuerySet[Piste]:
    """Toutes les pistes, avec ce que leurs pages montrent."""
    return Piste.objects.select_related("regle", "filiere", "assignee")


@dataclass(frozen=True)
class PageDePistes:
    """Une page de la liste : les pistes, leur entreprise, et les comptes des onglets."""

    page: Page[Piste]
    cartes: list[dict[str, Any]]
    comptes: dict[str, int]


def page_de_pistes(personne: Any, filtres: dict[str, str], numero: str | None) -> PageDePistes:
    """Une page de pistes et ce que le registre dit de leurs entreprises."""
    pistes = pistes_visibles(
        personne,
        miennes=filtres.get("vue") != "toutes",
        etat=filtres.get("etat", ""),
        filiere=filtres.get("filiere", ""),
    )
    page = Paginator(pistes, PISTES_PAR_PAGE).get_page(numero or 1)
    connues = firmes(piste.siret for piste in page)
    return PageDePistes(page, [carte(piste, connues.get(piste.siret)) for piste in page], comptes_des_pistes(personne))


def carte(piste: Piste, firme: dict[str, Any] | None) -> dict[str, Any]:
    """Une piste pour le composant `carte_piste`."""
    lieu = ", ".join(filter(None, [firme["activite"], firme["effectif_dit"], firme["commune"]])) if firme else ""
    return {
        "titre": firme["nom_affiche"] if firme else siret_lisible(piste.siret),
        "url": reverse("fichier_entreprises:piste", args=[piste.pk]),
        "resume": lieu,
        "motif": ", ".join(piste.raisons),
        "etat": piste.get_etat_display(),
        "sorte": SORTES_D_ETAT[EtatPiste(piste.etat)],
        "assigne": str(piste.assignee) if piste.assignee else "",
        "echeance": piste.echeance,
    }


@dataclass(frozen=True)
class Dossier:
    """Tout ce que la page d'une piste montre."""

    piste: Piste
    firme: dict[str, Any] | None
    zones: str
    evenement: str
    sorte: str
    histoire: list[dict[str, Any]]

    @property
    def identite(self) -> list[dict[str, Any]]:
        """L'entreprise en définitions, pour le composant `liste_definitions`."""
        firme = self.firme or {}
        return [
            {"nom": "Activité", "valeur": f"{firme.get('activite')} ({firme.get('naf')})" if firme.get("naf") else ""},
            {"nom": "Effectif", "valeur": firme.get("effectif_dit", ""), "au": firme.get("effectif_cci_date")},
            {"nom": "Création", "valeur": date_courte(firme.get("date_creation"))},
            {"nom": "Adresse", "valeur": firme.get("adresse"), "secret": firme.get("diffusion") != "O"},
            {"nom": "Zones", "valeur": self.zones},
        ]


def dossier(piste: Piste) -> Dossier:
    """La piste, son entreprise et son journal."""
    connues = firmes([piste.siret])
    zones = zones_des(courant(), [piste.siret]) if connues else {}
    etapes = piste.etapes.select_related("auteur").order_by("-faite_le", "-pk")
    return Dossier(
        piste=piste,
        firme=connues.get(piste.siret),
        zones=zones.get(piste.siret, ""),
        evenement=evenement_en_mots(piste),
        sorte=SORTES_D_ETAT[EtatPiste(piste.etat)],
        histoire=[
            {
                "date": etape.faite_le,
                "titre": etape.get_geste_display(),
                "texte": etape.texte,
                "source": str(etape.auteur) if etape.auteur else "tissu",
            }
            for etape in etapes
        ],
    )


def comptes_des_pistes(personne: Any) -> dict[str, int]:
    """Combien de pistes : les miennes ouvertes, toutes les ouvertes, celles que personne ne suit, en retard."""
    return Piste.objects.filter(etat__in=ETATS_OUVERTS).aggregate(
        toutes=Count("pk"),
        miennes=Count("pk", filter=Q(assignee=personne)),
        sans_suivi=Count("pk", filter=Q(assignee=None)),
        nouvelles=Count("pk", filter=Q(etat=EtatPiste.NOUVELLE)),
        miennes_nouvelles=Count("pk", filter=Q(assignee=personne, etat=EtatPiste.NOUVELLE)),
    )


def en_retard(personne: Any, jour: date) -> int:
    """Mes pistes ouvertes dont l'échéance est passée."""
    return Piste.objects.filter(assignee=personne, etat__in=ETATS_OUVERTS, echeance__lt=jour).count()


def firmes(sirets: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Ce que le registre dit de ces établissements ; vide sans registre."""
    try:
        instantane = courant()
    except RegistreAbsent:
        return {}
    lignes = instantane.lignes("etablissements", "siret", sorted(set(sirets)))
    return {ligne["siret"]: resumer(ligne) for ligne in lignes}


def resumer(ligne: dict[str, Any]) -> dict[str, Any]:
    """L'essentiel d'un établissement, en mots."""
    if ligne["effectif_cci"] is not None:
        effectif = f"{ligne['effectif_cci']} salariés (fichier consulaire)"
    else:
        effectif = libelle_tranche(ligne["tranche_effectif"])
    return {
        **ligne,
        "nom_affiche": ligne["nom"] or LIBELLE_NON_DIFFUSIBLE,
        "activite": libelle_naf(ligne["naf"], ligne["naf_nomenclature"]),
        "effectif_dit": effectif,
    }


def evenement_en_mots(piste: Piste) -> str:
    return LIBELLES_EVENEMENTS[TypeEvenement(piste.type_evenement)]


def personnes_a_qui_confier() -> QuerySet[Personne]:
    """Les agents qui ont accès aux pistes."""
    jours = Personne.objects.filter(is_active=True, attributions__role__in=AGENTS)
    return jours.distinct().order_by("nom", "prenom", "pk")


def droits_sur(personne: Any, piste: Piste) -> dict[str, bool]:
    """Les gestes que la personne peut faire sur cette piste, pour n'afficher que ceux-là."""
    ouverte = piste.etat != EtatPiste.FERMEE
    suit = permissions.peut_suivre(personne, piste)
    return {
        "suivre": suit and ouverte,
        "prendre": suit and piste.etat == EtatPiste.NOUVELLE,
        "confier": permissions.peut_confier(personne) and ouverte,
        "rouvrir": suit and not ouverte,
    }

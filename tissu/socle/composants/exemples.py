"""Les exemples de la page `/composants/` : le catalogue d'appels est dans `exemples.yaml`, leurs variables ici.

Les établissements, personnes et chiffres montrés sont inventés.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
import yaml
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines

ARCHETYPES = {
    "liste": "Liste",
    "fiche": "Fiche",
    "tableau_de_bord": "Tableau de bord",
    "parcours": "Parcours",
    "document": "Document",
    "carte": "Carte",
    "public": "Public",
}

CHARGEMENT = "{% load composants django_tables2 %}"


@dataclass(frozen=True)
class Appel:
    """Un état d'un composant : ce qu'on voit, et l'appel qui le produit."""

    etat: str
    gabarit: str


@dataclass(frozen=True)
class Composant:
    """Un composant : `nom` est celui de son gabarit dans `templates/composants/`."""

    nom: str
    titre: str
    quand: str
    appels: tuple[Appel, ...]


def rendre(gabarit: str, contexte: dict[str, Any], request: HttpRequest) -> str:
    """Rend un appel de la liste ; le gabarit vient de ce fichier, jamais d'une personne."""
    return engines["django"].from_string(CHARGEMENT + gabarit).render(contexte, request)


class CorrectionForm(forms.Form):
    """Le formulaire d'exemple : un champ de chaque sorte."""

    enseigne = forms.CharField(label="Enseigne", max_length=100, help_text="Telle qu'elle se lit sur la façade.")
    effectif = forms.IntegerField(label="Effectif constaté", required=False, min_value=0)
    etat = forms.ChoiceField(label="État", choices=[("A", "En activité"), ("F", "Fermé")])
    motif = forms.CharField(label="Motif de la correction", widget=forms.Textarea(attrs={"rows": 3}))
    origine = forms.ChoiceField(
        label="Comment le savez-vous ?",
        widget=forms.RadioSelect,
        choices=[("visite", "Visite sur place"), ("appel", "Appel à l'entreprise")],
    )
    suivre = forms.BooleanField(label="Suivre cet établissement dans ma veille", required=False)


class ExempleTable(tables.Table):
    nom = tables.Column("Établissement", attrs={"td": {"class": "tableau__tete"}})
    commune = tables.Column("Commune")
    creation = tables.Column("Création", orderable=False)
    effectif = tables.Column("Effectif", attrs={"td": {"class": "nombre"}, "th": {"class": "nombre"}})

    class Meta:
        attrs = {"legende": "Trois établissements d'exemple"}  # noqa: RUF012


LIGNES = (
    {"nom": "Fonderie des Cèdres", "commune": "Longvic", "creation": "12 mars 2009", "effectif": 64},
    {"nom": "Atelier Ronceraie", "commune": "Dijon", "creation": "1er oct. 2026", "effectif": 3},
    {"nom": "Transports Malvaux", "commune": "Chenôve", "creation": "5 janv. 2018", "effectif": 118},
)

# Un dessin minimal pour l'exemple de figure : un vrai graphique vient du service des publications.
DESSIN = (
    '<svg viewBox="0 0 480 120" width="480" height="120" aria-hidden="true" fill="currentColor">'
    + "".join(
        f'<rect x="{20 + rang * 38}" y="{110 - hauteur}" width="24" height="{hauteur}"></rect>'
        for rang, hauteur in enumerate((52, 61, 48, 70, 66, 58, 74, 41, 80, 92, 77, 88))
    )
    + "</svg>"
)


def contexte_d_exemple() -> dict[str, Any]:
    """Les valeurs dont les appels ont besoin. Les dates sont fixes : la page est la même chaque jour."""
    jour = date(2026, 10, 31)
    table = ExempleTable(LIGNES, order_by="-effectif")
    return {
        "jour": jour,
        "page": Paginator(range(12480), 50).page(6),
        "page_unique": Paginator(range(3), 50).page(1),
        "table": table,
        "form_vierge": CorrectionForm(prefix="vierge"),
        "form_faux": CorrectionForm(
            {"faux-enseigne": "", "faux-effectif": "-2", "faux-etat": "A", "faux-motif": "Vu fermé."}, prefix="faux"
        ),
        "attente": _travail("attente", "en_attente", 0, ""),
        "en_cours": _travail("en-cours", "en_cours", 0.42, "Lecture des établissements : 17,8 millions de lignes."),
        "reussi": _travail("reussi", "reussi", 1, "190 214 établissements gardés."),
        "echoue": _travail("echoue", "echoue", 0.42, "Le fichier est tronqué. L'ancien registre reste en service."),
        "evenements": [
            {"date": jour + timedelta(days=61), "titre": "Fermeture prévue", "futur": True, "source": "Sirene"},
            {"date": jour, "titre": "Transfert depuis Quetigny", "texte": "Même SIREN, même activité.", "fort": True},
            {"date": date(2019, 4, 2), "titre": "Activité corrigée par l'Insee", "texte": "10.71C au lieu de 47.24Z."},
            {"date": None, "titre": "Création", "source": "Sirene"},
        ],
        "lignes": [
            {"nom": "Enseigne", "valeur": "Fonderie des Cèdres", "source": "CCI", "au": jour, "corrige": True},
            {"nom": "Effectif", "valeur": 64, "source": "Insee, Sirene", "au": "fin 2024"},
            {"nom": "Unité légale", "valeur": "Groupe Cèdres SAS", "url": "#liste_definitions"},
            {"nom": "Sigle", "valeur": "", "secret": True},
            {"nom": "Site internet", "valeur": None},
        ],
        "deux_versions": [
            {"nom": "Objectifs", "ancien": "Douze entreprises suivies.", "nouveau": "Quinze entreprises suivies."},
            {"nom": "Note", "ancien": "", "nouveau": "Voir le compte rendu\ndu 12 mars."},
        ],
        "aucun_champ": [],
        "vues": [
            {"titre": "Établissements", "url": "#onglets", "actif": True, "compte": 12480},
            {"titre": "Unités légales", "url": "#onglets", "actif": False, "compte": 9310},
            {"titre": "Carte", "url": "#onglets", "actif": False, "compte": None},
        ],
        "plan": [
            {"titre": "Progression", "identifiant": "progression"},
            {"titre": "Chronologie", "identifiant": "chronologie"},
        ],
        "plan_fiche": [
            {"titre": "Identité", "identifiant": "identite"},
            {"titre": "Autres établissements", "identifiant": "freres"},
            {"titre": "Histoire", "identifiant": "histoire"},
        ],
        "plan_document": [
            {"titre": "Vue d’ensemble", "identifiant": "ensemble"},
            {"titre": "Par commune", "identifiant": "communes"},
        ],
        "etapes": [
            {"titre": "Établissement", "url": "#contenu", "faite": True},
            {"titre": "Valeurs", "courante": True},
            {"titre": "Vérification"},
        ],
        "filtres": [
            {"titre": "Commune", "valeur": "Dijon", "retirer": "#filtres_actifs"},
            {"titre": "Activité", "valeur": "62, programmation informatique", "retirer": "#filtres_actifs"},
        ],
        "formats": [
            {"titre": "Tableur (XLSX)", "url": "#menu_export", "detail": "codes et libellés"},
            {"titre": "CSV", "url": "#menu_export", "detail": "s'ouvre dans Excel"},
            {"titre": "Rapport (PDF)", "url": "#menu_export", "detail": ""},
        ],
        "piste": {
            "titre": "Atelier Ronceraie", "url": "#carte_piste", "etat": "À contacter", "sorte": "attention",
            "resume": "Programmation informatique, 15 salariés, dans des bureaux à Valmy.",
            "motif": "jeune entreprise du numérique de plus de 10 salariés",
            "assigne": "Camille Ferrand", "echeance": jour,
        },
        "piste_libre": {
            "titre": "Transports Malvaux", "url": "#carte_piste", "etat": "Nouvelle", "sorte": "accent",
            "resume": "", "motif": "", "assigne": "", "echeance": None,
        },
        "dessin": engines["django"].from_string("{{ d|safe }}").render({"d": DESSIN}),
    }  # fmt: skip


def _travail(cle: str, etat: str, part: float, message: str) -> SimpleNamespace:
    return SimpleNamespace(
        pk=f"exemple-{cle}", libelle="Import Sirene de novembre", etat=etat, part=part, message=message
    )


def _lire_catalogue() -> tuple[Composant, ...]:
    catalogue = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(
        Composant(
            nom=entree["nom"],
            titre=entree["titre"],
            quand=entree["quand"],
            appels=tuple(Appel(appel["etat"], appel["gabarit"].strip()) for appel in entree["appels"]),
        )
        for entree in catalogue
    )


COMPOSANTS = _lire_catalogue()

"""Des couches d'essai : une publique de points, deux réservées (à des rôles, à des personnes), une de contours."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import shapely
from django import forms

from tissu.cartes.couches import Champ, Classe, Classement, Couche, Demande, Geometrie, Rues, Theme
from tissu.comptes.choices import AGENTS, LECTEURS_DU_REGISTRE, Role, TypeOrganisation
from tissu.publications.choices import Licence
from tissu.publications.contenu import Nature

SOURCE_AU = date(2026, 11, 1)
JOURS = (date(2025, 1, 1), date(2026, 1, 1))
RUES = {"1": "rue de la Liberté", "2": "rue Musette"}

# (id, nom, activité, surface, loyer, rue, lon, lat, apparu le) ; L5 n'a pas de position.
LOCAUX = (
    ("L1", "Café du Port", "restauration", 45.5, 210.0, 1, 5.0415, 47.3220, date(2024, 5, 1)),
    ("L2", '=HYPERLINK("http://x")', "habillement", 80.0, 180.0, 1, 5.0425, 47.3222, date(2024, 5, 1)),
    ("L3", "Fleurs & Cie", "services", None, None, 2, 5.0300, 47.3300, date(2024, 5, 1)),
    ("L4", "Librairie <b>Centrale</b>", "habillement", 120.0, 99.0, 2, 5.0800, 47.3500, date(2025, 6, 1)),
    ("L5", "Atelier", "services", 30.0, 50.0, None, None, None, date(2024, 5, 1)),
)

CENTRE = shapely.Polygon([(5.035, 47.318), (5.050, 47.318), (5.050, 47.326), (5.035, 47.326)])
NORD = shapely.Polygon([(5.02, 47.326), (5.09, 47.326), (5.09, 47.36), (5.02, 47.36)])


class FiltresForm(forms.Form):
    activite = forms.MultipleChoiceField(
        label="Activité", required=False, choices=[(c, c) for c in ("restauration", "habillement", "services")]
    )


def filtres(demande: Demande) -> FiltresForm:
    return FiltresForm(demande.parametres)


def lire_locaux(demande: Demande) -> pa.Table:
    form = filtres(demande)
    activites = form.cleaned_data["activite"] if form.is_valid() else []
    lignes = [
        ligne for ligne in LOCAUX
        if (not activites or ligne[2] in activites) and (demande.au is None or ligne[8] <= demande.au)
    ]  # fmt: skip
    return pa.table(
        {
            "id": pa.array([ligne[0] for ligne in lignes], pa.string()),
            "nom": pa.array([ligne[1] for ligne in lignes], pa.string()),
            "activite": pa.array([ligne[2] for ligne in lignes], pa.string()),
            "surface": pa.array([ligne[3] for ligne in lignes], pa.float64()),
            "loyer": pa.array([ligne[4] for ligne in lignes], pa.float64()),
            "voie_id": pa.array([ligne[5] for ligne in lignes], pa.int64()),
            "lon": pa.array([ligne[6] for ligne in lignes], pa.float64()),
            "lat": pa.array([ligne[7] for ligne in lignes], pa.float64()),
            "apparu_le": pa.array([ligne[8] for ligne in lignes], pa.date32()),
        }
    )


def lire_quartiers(demande: Demande) -> pa.Table:
    return pa.table(
        {
            "id": ["centre", "nord"],
            "nom": ["Centre-ville", "Nord"],
            "locaux": pa.array([3, None], pa.int64()),
            "geometrie": pa.array([shapely.to_wkb(CENTRE), shapely.to_wkb(NORD)], pa.binary()),
        }
    )


CHAMPS = (
    Champ("nom", "Nom"),
    Champ("activite", "Activité", carte=True),
    Champ("surface", "Surface", Nature.DECIMAL, definition="Surface totale, en mètres carrés."),
    Champ("loyer", "Loyer", Nature.EUROS, reserve=AGENTS),
    Champ("apparu_le", "Apparu le", Nature.DATE),
)
THEME = Theme(
    "activite", "Par activité", "activite", Classement.CATEGORIES,
    classes=(
        Classe("Restauration", "bleu", ("restauration",)), Classe("Habillement", "vermillon", ("habillement",)),
        Classe("Services", "vert", ("services",)),
    ),
)  # fmt: skip

ESSAI_LOCAUX = Couche(
    slug="essai-locaux", titre="Locaux d'essai", objet=("local", "locaux"), resume="Cinq locaux.",
    source="Relevé d'essai", geometrie=Geometrie.POINT, champs=CHAMPS, themes=(THEME,), lire=lire_locaux,
    version=lambda: "1", source_au=lambda: SOURCE_AU, publique=True, filtres=filtres, dates=lambda: JOURS,
    rues=Rues("voie_id", RUES.get, lambda texte: [(i, n) for i, n in RUES.items() if texte.lower() in n.lower()]),
    licence=Licence.LICENCE_OUVERTE,
)  # fmt: skip
ESSAI_RESERVEE = Couche(
    slug="essai-reservee", titre="Locaux réservés", objet=("local", "locaux"), resume="Pour les agents.",
    source="Relevé d'essai", geometrie=Geometrie.POINT, champs=CHAMPS, themes=(THEME,), lire=lire_locaux,
    version=lambda: "1", source_au=lambda: SOURCE_AU, roles=LECTEURS_DU_REGISTRE,
)  # fmt: skip
ESSAI_DE_LA_METROPOLE = replace(
    ESSAI_RESERVEE, slug="essai-metropole", titre="Locaux de la métropole", filtres=filtres,
    champs=tuple(champ for champ in CHAMPS if not champ.reserve), roles=frozenset({Role.CHARGE_MISSION}),
    reservee_a=lambda qui: getattr(qui.organisation, "type", "") == TypeOrganisation.METROPOLE,
    adresse_objet="registre:etablissement", page_ouverte_a=lambda qui: qui.courriel.startswith("cheffe"),
    partage=lambda demande: None,
)  # fmt: skip
ESSAI_QUARTIERS = Couche(
    slug="essai-quartiers", titre="Quartiers d'essai", objet=("quartier", "quartiers"), resume="Deux quartiers.",
    source="Dessin d'essai", geometrie=Geometrie.SURFACE,
    champs=(Champ("nom", "Nom"), Champ("locaux", "Locaux", Nature.NOMBRE, carte=True)),
    themes=(Theme("locaux", "Locaux", "locaux", Classement.QUANTILES),), lire=lire_quartiers, version=lambda: "1",
    source_au=lambda: SOURCE_AU, publique=True, perimetres=True,
)  # fmt: skip

COUCHES = (ESSAI_LOCAUX, ESSAI_RESERVEE, ESSAI_DE_LA_METROPOLE, ESSAI_QUARTIERS)

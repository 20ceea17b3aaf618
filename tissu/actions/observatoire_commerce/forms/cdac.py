"""Les étapes d'un projet de CDAC : un formulaire par étape, aux seules questions utiles à sa nature."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from tissu.actions.observatoire_commerce.choices import EtatProjet, NatureProjet, SecteurProjet
from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.queries.cdac import situer
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.queries.reponses import nom_du_champ
from tissu.actions.observatoire_commerce.rules.cdac import SUITES
from tissu.actions.observatoire_commerce.rules.questions_cdac import champs_de_l_etape
from tissu.cartes.models import Perimetre
from tissu.locaux.nomenclatures import choix_d_activite
from tissu.socle.argent import MontantInvalide, lire_montant
from tissu.socle.territoire import territoire

RAYON_MAX_M = 50_000
RAYONS_AU_PLUS = 5
SURFACE_MAX_M2 = 500_000
GARDER = "garder"

AIDES = {
    "nom": "Par exemple « Supermarché, rue des Exemples ».",
    "activite": "Pour chercher l'offre concurrente autour du projet.",
    "demande_le": "Réelle ou prévue : le droit qui s'applique est celui de ce jour.",
    "surface_existante_m2": "Celle d'avant le projet ; pour un regroupement, la somme des magasins réunis.",
    "surface_creee_m2": "Celle que le projet ajoute ; zéro si rien ne s'ajoute.",
    "dans_ensemble": "Des magasins sur un même site, conçus ensemble, ou qui partagent accès, gestion ou propriétaire "
    "(L. 752-3).",
    "surface_ensemble_m2": "Avant le projet, sans les pharmacies, les commerces de véhicules ni les stations-service.",
    "redressement": "Le délai de trois ans ne court alors que du jour où le propriétaire recouvre ses locaux.",
    "disposition_le": "Seulement si l'exploitant était en redressement judiciaire.",
    "en_ort": "Un secteur d'intervention qui comprend un centre-ville.",
    "ort_soumet": "La convention peut soumettre les plus grands projets : à lire au-delà de 5 000 m² (2 500 m² pour "
    "l'alimentaire).",
    "artificialisation": "Par rapport à l'état des parcelles au 23 août 2021.",
    "population_commune": "Au dernier recensement. Le territoire ne la connaît pas encore.",
    "population_zone": "Celle du dossier, si elle est connue : elle sert à la densité.",
}
DATES = ("demande_le", "ferme_le", "reouvre_le", "disposition_le")
SURFACES = ("surface_existante_m2", "surface_creee_m2", "surface_ensemble_m2", "surface_plancher_m2")
QUESTIONS = ("dans_ensemble", "redressement", "drive_integre", "en_ort", "ort_soumet", "artificialisation", "permis")


class SurfaceField(forms.DecimalField):
    """Une surface comme on l'écrit : « 1 200,50 », « 1 200 m² », « 1200.5 »."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        texte = str(value or "").strip().removesuffix("m²").removesuffix("m2")
        try:
            return super().to_python(str(lire_montant(texte)) if texte else "")
        except MontantInvalide as erreur:
            message = f"« {value} » n'est pas une surface : écrivez par exemple 1 200,50."
            raise forms.ValidationError(message) from erreur


class EtapeForm(forms.Form):
    """Une étape : la révision lue voyage avec elle."""

    etape = ""
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, projet: ProjetCdac | None = None, **kwargs: Any) -> None:
        if projet is not None:
            kwargs["initial"] = self.initiales(projet) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.projet = projet
        self.poser_les_champs()
        self.order_fields([*self.champs(), *self.fields])

    def nature_du_projet(self) -> str:
        return self.projet.nature if self.projet is not None else NatureProjet.CREATION.value

    def champs(self) -> tuple[str, ...]:
        return champs_de_l_etape(self.etape, self.nature_du_projet())

    def initiales(self, projet: ProjetCdac) -> dict[str, Any]:
        champs = champs_de_l_etape(self.etape, projet.nature)
        return {champ: getattr(projet, champ) for champ in champs} | {"revision": projet.revision}

    def poser_les_champs(self) -> None:
        """Ajoute les champs que l'étape demande à ce projet."""
        for champ in self.champs():
            if champ not in self.fields:
                self.fields[champ] = _champ(champ)

    def reponses(self) -> dict[str, Any]:
        """Ce que l'opération doit écrire."""
        return {champ: self.cleaned_data[champ] for champ in self.champs() if champ in self.cleaned_data}

    def a_refaire_sur(self, revision: int) -> None:
        """Après un conflit : ce qui est tapé reste, et s'enregistrera par-dessus ce que l'autre a écrit."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["revision"] = str(revision)  # type: ignore[index]


def _champ(nom: str) -> forms.Field:
    """Le champ de formulaire d'une donnée du projet, facultatif : ne pas savoir est une réponse."""
    commun: dict[str, Any] = {"label": nom_du_champ(nom), "required": False, "help_text": AIDES.get(nom, "")}
    if nom in QUESTIONS:
        return forms.NullBooleanField(**commun)
    if nom in SURFACES:
        return SurfaceField(min_value=0, max_value=SURFACE_MAX_M2, decimal_places=2, localize=True, **commun)
    if nom in DATES:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **commun)
    if nom == "secteur_avant":
        return forms.ChoiceField(choices=[("", "Non connu"), *SecteurProjet.choices[:2]], **commun)
    if nom in {"population_commune", "population_zone"}:
        return forms.IntegerField(min_value=1, max_value=20_000_000, **commun)
    return forms.CharField(max_length=200, **commun)


class ProjetForm(EtapeForm):
    """Ce qu'est le projet."""

    etape = "projet"
    nom = forms.CharField(label="Nom du projet", max_length=200, help_text=AIDES["nom"])
    nature = forms.ChoiceField(label="Nature du projet", choices=NatureProjet.choices, widget=forms.RadioSelect)
    secteur = forms.ChoiceField(label="Secteur d'activité", choices=SecteurProjet.choices)
    demande_le = forms.DateField(
        label="Date de la demande",
        initial=timezone.localdate,
        help_text=AIDES["demande_le"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def poser_les_champs(self) -> None:
        self.fields["activite"] = forms.ChoiceField(
            label="Activité",
            choices=[("", "Non précisée"), *choix_d_activite()],
            required=False,
            help_text=AIDES["activite"],
        )
        super().poser_les_champs()


class LieuForm(EtapeForm):
    """Où est le projet : une adresse que l'on retrouve parmi les locaux connus, ou une position."""

    etape = "lieu"
    adresse = forms.CharField(
        label="Adresse",
        max_length=300,
        required=False,
        help_text="Numéro et rue. Sans position, elle est cherchée parmi les locaux connus.",
    )
    lon = forms.FloatField(
        label="Longitude", required=False, help_text="En degrés, par exemple 5,04148.", localize=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    lat = forms.FloatField(
        label="Latitude", required=False, help_text="En degrés, par exemple 47,32167.", localize=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip

    def poser_les_champs(self) -> None:
        self.fields["code_commune"] = forms.ChoiceField(label="Commune", choices=list(territoire().communes.items()))
        super().poser_les_champs()

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        lon, lat, adresse = donnees.get("lon"), donnees.get("lat"), donnees.get("adresse")
        assert self.projet is not None
        ancienne = (lon, lat) == (self.projet.lon, self.projet.lat)
        donnees["precision_position"] = self.projet.precision_position if ancienne else "Position donnée"
        if self.errors:
            return donnees
        if (lon is None) != (lat is None):
            self.add_error("lat" if lat is None else "lon", "Donnez la longitude et la latitude, ou aucune des deux.")
        elif adresse and (lon is None or (ancienne and adresse != self.projet.adresse)):
            self._situer(donnees)
        return donnees

    def _situer(self, donnees: dict[str, Any]) -> None:
        """Place l'adresse ; une adresse nouvelle que l'on ne sait pas placer garde la position déjà donnée."""
        position = situer(donnees["adresse"], donnees["code_commune"], au=timezone.localdate())
        if position is not None:
            donnees |= {"lon": position.lon, "lat": position.lat, "precision_position": position.precision}
        elif donnees["lon"] is None:
            self.add_error(
                "adresse",
                "Aucun local connu à cette adresse ni dans cette rue : placez le projet sur la carte, ou donnez sa "
                "longitude et sa latitude.",
            )

    def reponses(self) -> dict[str, Any]:
        return super().reponses() | {"precision_position": self.cleaned_data["precision_position"]}


class SurfacesForm(EtapeForm):
    """Les surfaces de vente, et l'histoire des lieux quand elle compte."""

    etape = "surfaces"

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        ferme, rouvre = donnees.get("ferme_le"), donnees.get("reouvre_le")
        if ferme and rouvre and rouvre < ferme:
            self.add_error("reouvre_le", "La réouverture précède la fermeture : vérifiez les deux dates.")
        return donnees


class CirconstancesForm(EtapeForm):
    """Ce qui entoure le projet ; la population n'est demandée que si le territoire ne la connaît pas."""

    etape = "circonstances"

    def champs(self) -> tuple[str, ...]:
        champs = super().champs()
        assert self.projet is not None
        connue = territoire().population(self.projet.code_commune, au=self.projet.demande_le)
        return tuple(champ for champ in champs if champ != "population_commune" or connue is None)


class ZoneForm(EtapeForm):
    """La zone de chalandise : des anneaux, ou un contour fourni."""

    etape = "zone"
    rayons_m = forms.CharField(
        label="Rayons des anneaux, en mètres",
        required=False,
        help_text="À vol d'oiseau, séparés par des virgules. Vide : ceux de la fiche.",
    )
    contour = forms.ChoiceField(
        label="Limite de la zone",
        required=False,
        help_text="Un périmètre que vous avez déposé remplace le plus grand anneau ; le projet en garde une copie.",
    )

    def __init__(self, *args: Any, perimetres: Iterable[Perimetre] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.projet is not None
        habituels = ", ".join(str(rayon) for rayon in reglage("cdac_rayons_m", timezone.localdate()))
        self.fields["rayons_m"].widget.attrs["placeholder"] = habituels
        self.perimetres = {str(perimetre.pk): perimetre for perimetre in perimetres}
        choix = [("", "Aucune : les anneaux suffisent")]
        if self.projet.perimetre:
            choix.append((GARDER, f"Le périmètre « {self.projet.perimetre_nom} »"))
        choix += [(pk, f"Le périmètre déposé « {perimetre} »") for pk, perimetre in self.perimetres.items()]
        self.fields["contour"].choices = choix  # type: ignore[attr-defined]

    def initiales(self, projet: ProjetCdac) -> dict[str, Any]:
        return super().initiales(projet) | {
            "rayons_m": ", ".join(str(rayon) for rayon in projet.rayons_m),
            "contour": GARDER if projet.perimetre else "",
        }

    def clean_rayons_m(self) -> list[int]:
        textes = [morceau.strip() for morceau in self.cleaned_data["rayons_m"].replace(";", ",").split(",")]
        rayons = sorted({_rayon(texte) for texte in textes if texte})
        if len(rayons) > RAYONS_AU_PLUS:
            raise forms.ValidationError(f"Donnez {RAYONS_AU_PLUS} rayons au plus.")
        return rayons

    def reponses(self) -> dict[str, Any]:
        choix = self.cleaned_data["contour"]
        if choix == GARDER:
            return super().reponses()
        pris = self.perimetres.get(choix)
        contour = {"perimetre": pris.geometrie, "perimetre_nom": pris.nom} if pris else {}
        return super().reponses() | {"perimetre": "", "perimetre_nom": ""} | contour


def _rayon(texte: str) -> int:
    chiffres = texte.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").removesuffix("m")
    if not chiffres.isascii() or not chiffres.isdigit() or not 1 <= int(chiffres) <= RAYON_MAX_M:
        raise forms.ValidationError(f"« {texte} » n'est pas un rayon : un nombre de mètres, de 1 à {RAYON_MAX_M}.")
    return int(chiffres)


FORMULAIRES: dict[str, type[EtapeForm]] = {
    formulaire.etape: formulaire for formulaire in (ProjetForm, LieuForm, SurfacesForm, CirconstancesForm, ZoneForm)
}


class EtatProjetForm(forms.Form):
    """Faire avancer le dossier : son nouvel état, et le jour du dépôt ou de la décision."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    etat = forms.ChoiceField(label="Nouvel état")
    le = forms.DateField(
        label="Le",
        required=False,
        help_text="Pour un dossier déposé (complet), autorisé ou refusé.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, donnees: Any = None, *, projet: ProjetCdac) -> None:
        super().__init__(donnees, initial={"revision": projet.revision})
        suites = [(code, EtatProjet(code).label) for code in SUITES[projet.etat]]
        self.fields["etat"].choices = suites  # type: ignore[attr-defined]


class FiltreProjetsForm(forms.Form):
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *EtatProjet.choices], required=False)

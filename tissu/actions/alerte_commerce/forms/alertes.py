"""Le formulaire d'une alerte, sur une page, pour un téléphone ; et ceux des gestes qui demandent un mot."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import NatureFait, SorteCible
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.queries.ciblage import texte_compose
from tissu.actions.alerte_commerce.queries.contours import refus_du_contour
from tissu.actions.alerte_commerce.queries.lieux import choix_d_activite, choix_de_commune
from tissu.actions.alerte_commerce.queries.places import choix_de_zone, situer
from tissu.actions.alerte_commerce.rules.ciblage import Cible
from tissu.cartes.selection import Polygone, SelectionRefusee, ecrire_forme, lire_forme
from tissu.messages.forms.composeur import ChampSms
from tissu.socle.formats import nombre
from tissu.socle.territoire import territoire

SUR_LA_CARTE = "(sur la carte)"
"""Ce que situe un point touché avant d'avoir écrit le lieu ; front/js/carte_point.js l'écrit."""


class ChampDegres(forms.FloatField):
    """Des degrés, écrits avec un point ou une virgule, dans un champ que le bouton de position remplit."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        return super().to_python(str(value or "").replace(",", "."))


class ChampContour(forms.CharField):
    """Les sommets d'un contour dessiné, écrits comme dans l'adresse d'une carte (« polygone:… »)."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> tuple[tuple[float, float], ...]:  # type: ignore[override]
        texte = super().to_python(value)
        if not texte:
            return ()
        try:
            forme = lire_forme(texte)
        except SelectionRefusee as refus:
            raise forms.ValidationError(str(refus)) from refus
        if not isinstance(forme, Polygone):
            raise forms.ValidationError("Ceci n'est pas un contour dessiné : redessinez-le sur la carte.")
        return forme.sommets


class ChampLieu(forms.TextInput):
    """Le lieu, avec les adresses des locaux proposées pendant la frappe dans la liste « lieux » de la page."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        contexte = super().get_context(name, value, attrs)
        contexte["widget"]["attrs"] |= {
            "autocomplete": "off", "list": "lieux", "hx-get": reverse("alerte_commerce:alerte_lieux"),
            "hx-trigger": "input changed delay:300ms", "hx-target": "#lieux", "hx-params": name,
            "hx-sync": "this:replace",
        }  # fmt: skip
        return contexte


class AlerteForm(forms.Form):
    """Ce que l'officier dit du fait, et qui prévenir. Une heure à venir est celle d'hier."""

    nature = forms.ChoiceField(label="Quoi", choices=[("", "Choisir"), *NatureFait.choices])
    lieu = forms.CharField(label="Où", max_length=200, widget=ChampLieu,
                           help_text="Numéro et rue, par exemple « 12 rue de la Liberté ».")  # fmt: skip
    code_commune = forms.ChoiceField(label="Commune")
    fait_a = forms.TimeField(label="Heure du fait", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    appel_a = forms.TimeField(label="Heure de l'appel au 17",
                              widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))  # fmt: skip
    interpelle = forms.BooleanField(label="L'auteur des faits est interpellé", required=False)
    direction = forms.CharField(label="Direction de fuite", required=False, max_length=120,
                                help_text="Par exemple « à pied vers la gare ».")  # fmt: skip
    maniere = forms.CharField(label="Manière d'opérer", required=False, max_length=300,
                              widget=forms.Textarea(attrs={"rows": 2}),
                              help_text="Ce qui s'est passé, jamais qui.")  # fmt: skip
    conseil = forms.CharField(label="Conseil aux commerces", required=False, max_length=200)
    retard = forms.CharField(label="Pourquoi alerter si le fait date de plus d'une heure", required=False,
                             max_length=300)  # fmt: skip
    sorte = forms.ChoiceField(label="Prévenir", choices=SorteCible.choices, initial=SorteCible.RAYON)
    rayon_m = forms.TypedChoiceField(label="Rayon", required=False, coerce=int, empty_value=None)
    zone = forms.ChoiceField(label="Quartier ou zone", required=False)
    ouverts = forms.BooleanField(label="Seulement les commerces ouverts à cette heure", required=False)
    activites = forms.MultipleChoiceField(label="Seulement ces activités", required=False,
                                          widget=forms.CheckboxSelectMultiple)  # fmt: skip
    activite = forms.ChoiceField(label="Activité du commerce touché", required=False)
    texte = ChampSms(label="Récrire le SMS", required=False, help_text="Vide : le SMS est composé de vos réponses.")
    lon = ChampDegres(required=False, min_value=-180, max_value=180)
    lat = ChampDegres(required=False, min_value=-90, max_value=90)
    situe = forms.CharField(required=False, max_length=200,
                            widget=forms.HiddenInput(attrs={"data-sur-la-carte": SUR_LA_CARTE}))  # fmt: skip
    contour = ChampContour(required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    DU_FAIT = ("nature", "lieu", "code_commune", "fait_a", "appel_a", "interpelle", "direction", "maniere", "conseil")
    DE_LA_CIBLE = ("sorte", "rayon_m", "zone", "ouverts")
    EN_PLUS = ("activites", "activite", "retard", "texte")

    def __init__(self, donnees: Any = None, *, au: datetime, rayons: list[int], alerte: Alerte | None = None) -> None:
        self.au = timezone.localtime(au)
        super().__init__(donnees, initial=_initial(alerte) if alerte else {})
        self._choisir("code_commune", choix_de_commune())
        self.fields["code_commune"].initial = territoire().commune_centre
        self._choisir("rayon_m", [("", "Celui proposé selon la densité"), *((un, f"{nombre(un)} m") for un in rayons)])
        self._choisir("zone", [("", "Aucune"), *choix_de_zone()])
        self._choisir("activites", choix_d_activite())
        self._choisir("activite", [("", "Non dite"), *choix_d_activite()])

    def _choisir(self, nom: str, choix: list[Any]) -> None:
        self.fields[nom].choices = choix  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        lues = super().clean() or {}
        if lues.get("sorte") == SorteCible.ZONE and not lues.get("zone"):
            self.add_error("zone", "Choisissez le quartier ou la zone.")
        illisible: Sequence[Any] = self.errors.pop("contour", [])
        lues.setdefault("contour", ())
        if lues.get("sorte") == SorteCible.POLYGONE and (refus := self._refus_du_contour(lues["contour"], illisible)):
            self.add_error("sorte", refus)
        if self._autre_lieu(lues):
            lues |= {"lon": None, "lat": None}
        return lues

    def _refus_du_contour(self, sommets: tuple[tuple[float, float], ...], illisible: Sequence[Any]) -> str:
        if illisible:
            return str(illisible[0])
        if not sommets:
            return "Dessinez le contour sur la carte, ou choisissez une autre façon de prévenir."
        return refus_du_contour(sommets, au=self.au)

    def _autre_lieu(self, lues: dict[str, Any]) -> bool:
        """La position gardée est celle d'un autre lieu : une adresse connue l'emporte sur un point touché avant."""
        situe, lieu = lues.get("situe"), lues.get("lieu") or ""
        if situe == SUR_LA_CARTE:
            return situer(lieu, lues.get("code_commune") or "").lon is not None
        return bool(situe) and situe != lieu

    def champs(self) -> dict[str, Any]:
        """Ce que l'opération attend."""
        lues = self.cleaned_data
        noms = ("nature", "lieu", "code_commune", "direction", "maniere", "conseil", "retard", "activite", "texte",
                "lon", "lat")  # fmt: skip
        cible = Cible(
            lues["sorte"], rayon_m=lues["rayon_m"] or 0, zone=lues["zone"], activites=tuple(lues["activites"]),
            ouverts=lues["ouverts"], polygone=lues["contour"] if lues["sorte"] == SorteCible.POLYGONE else (),
        )  # fmt: skip
        return {nom: lues[nom] for nom in noms} | {
            "fait_le": self._moment(lues["fait_a"]), "appel_17_le": self._moment(lues["appel_a"]),
            "cible": cible.en_json(),
        }  # fmt: skip

    def champs_provisoires(self) -> dict[str, Any]:
        """Ce qui est déjà lisible d'une saisie en cours, complété pour un aperçu."""
        self.is_valid()
        defauts = {
            "nature": NatureFait.AUTRE, "lieu": "(lieu)", "code_commune": self.fields["code_commune"].initial,
            "direction": "", "maniere": "", "conseil": "", "retard": "", "activite": "", "texte": "", "lon": None,
            "lat": None, "fait_a": self.au.time(), "appel_a": self.au.time(), "sorte": SorteCible.RAYON, "rayon_m": 0,
            "zone": "", "activites": [], "ouverts": False, "contour": (),
        }  # fmt: skip
        if "sorte" in self.errors and self.data.get("sorte") == SorteCible.POLYGONE:
            # Un contour refusé ne vise personne, plutôt que le rayon par défaut.
            self.cleaned_data |= {"sorte": SorteCible.POLYGONE, "contour": ()}
        self.cleaned_data = defauts | self.cleaned_data
        return self.champs()

    def _moment(self, heure: time) -> datetime:
        moment = self.au.replace(hour=heure.hour, minute=heure.minute, second=0, microsecond=0)
        return moment if moment <= self.au else moment - timedelta(days=1)


def _initial(alerte: Alerte) -> dict[str, Any]:
    noms = ("nature", "lieu", "code_commune", "direction", "maniere", "conseil", "retard", "activite", "lon", "lat",
            "version")  # fmt: skip
    cible = Cible.de_json(alerte.cible)
    appel = alerte.appel_17_le
    return {nom: getattr(alerte, nom) for nom in noms} | {
        "situe": alerte.lieu, "texte": "" if alerte.texte == texte_compose(alerte) else alerte.texte,
        "fait_a": timezone.localtime(alerte.fait_le).time(),
        "appel_a": timezone.localtime(appel).time() if appel else None,
        "sorte": cible.sorte, "rayon_m": cible.rayon_m or "", "zone": cible.zone, "activites": list(cible.activites),
        "ouverts": cible.ouverts, "contour": ecrire_forme(Polygone(cible.polygone)) if cible.polygone else "",
    }  # fmt: skip


class CapForm(forms.Form):
    """Un message CAP à reprendre."""

    fichier = forms.FileField(label="Fichier XML", widget=forms.FileInput(attrs={"accept": ".xml,.cap"}))


class PeriodeForm(forms.Form):
    """Une année civile."""

    annee = forms.TypedChoiceField(label="Année", required=False, coerce=int, empty_value=None)

    def __init__(self, donnees: Any = None, *, annee: int) -> None:
        super().__init__(donnees)
        self.fields["annee"].choices = [(un, str(un)) for un in range(annee, annee - 4, -1)]  # type: ignore[attr-defined]
        self.fields["annee"].initial = annee

    def choisie(self, sinon: int) -> int:
        return (self.cleaned_data["annee"] if self.is_valid() else None) or sinon

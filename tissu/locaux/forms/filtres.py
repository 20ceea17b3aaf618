"""Les filtres de la liste et de la carte des locaux, lus de l'adresse."""

from typing import Any

import pyarrow as pa
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from tissu.cartes.tableau import lire_cadre
from tissu.comptes.models import Personne
from tissu.locaux.choices import Independance, NatureLocal
from tissu.locaux.models import Campagne, Voie
from tissu.locaux.nomenclatures import choix_d_activite, familles
from tissu.locaux.queries.avancement import CHOIX_DE_RELEVE, avancement
from tissu.locaux.queries.liste import CHOIX_D_ETAT, Criteres, valeurs
from tissu.socle.territoire import territoire

Choix = list[tuple[str, Any]]


class FiltresForm(forms.Form):
    """Un paramètre faux est laissé de côté, et dit ; les autres valent."""

    q = forms.CharField(label="Enseigne, adresse, activité, référence", required=False, max_length=200)
    commune = forms.ChoiceField(label="Commune", required=False)
    quartier = forms.ChoiceField(label="Quartier", required=False)
    famille = forms.ChoiceField(label="Famille d'activités", required=False)
    activite = forms.ChoiceField(label="Activité", required=False)
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *CHOIX_D_ETAT])
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *NatureLocal.choices])
    independance = forms.ChoiceField(
        label="Indépendant ou enseigne", required=False, choices=[("", "Tous"), *Independance.choices]
    )
    surface_min = forms.FloatField(label="Surface, au moins (m²)", required=False, min_value=0)
    surface_max = forms.FloatField(label="Surface, au plus (m²)", required=False, min_value=0)
    a_verifier = forms.BooleanField(label="À vérifier", required=False)
    sans_position = forms.BooleanField(label="Sans position", required=False)
    disponible = forms.BooleanField(label="Accord de publication", required=False)
    voie = forms.IntegerField(required=False, widget=forms.HiddenInput)
    cadre = forms.CharField(required=False, widget=forms.HiddenInput)
    tri = forms.CharField(required=False, widget=forms.HiddenInput)
    campagne = forms.IntegerField(label="Campagne", required=False, widget=forms.HiddenInput)
    releve = forms.ChoiceField(
        label="Relevé", required=False, choices=[("", ""), *CHOIX_DE_RELEVE], widget=forms.HiddenInput
    )
    releveur = forms.IntegerField(label="Releveur", required=False, widget=forms.HiddenInput)

    def __init__(self, parametres: QueryDict, *, table: pa.Table) -> None:
        super().__init__(parametres)
        communes = territoire().communes
        presentes = set(valeurs(table, "code_commune"))
        self._choix("commune", "Toutes", [(code, nom) for code, nom in communes.items() if code in presentes])
        self._choix("quartier", "Tous", [(nom, nom) for nom in valeurs(table, "quartier")])
        self._choix("famille", "Toutes", [(une.code, une.libelle) for une in familles().values()])
        self._choix("activite", "Toutes", choix_d_activite())

    def _choix(self, nom: str, tous: str, choix: Choix) -> None:
        self.fields[nom].choices = [("", tous), *choix]  # type: ignore[attr-defined]

    def criteres(self) -> Criteres:
        """Ce que l'adresse demande, sans ce qui ne se lit pas."""
        self.is_valid()
        lues = self.cleaned_data
        textes = ("commune", "quartier", "famille", "activite", "etat", "nature", "independance", "tri")
        cases, nombres = ("a_verifier", "sans_position", "disponible"), ("surface_min", "surface_max", "voie")
        dits: dict[str, Any] = {nom: lues.get(nom) or "" for nom in textes}
        dits |= {nom: bool(lues.get(nom)) for nom in cases} | {nom: lues.get(nom) for nom in nombres}
        cadre = lire_cadre(lues.get("cadre") or "")
        return Criteres(texte=lues.get("q", ""), cadre=cadre, parmi=self._de_la_campagne(), **dits)

    def _de_la_campagne(self) -> frozenset[int] | None:
        """Les locaux qu'un chiffre d'une campagne compte ; None si l'adresse n'en nomme pas."""
        campagne = self.campagne_dite
        if campagne is None:
            return None
        lues = self.cleaned_data
        return avancement(campagne, timezone.localdate()).locaux(
            lues.get("releve") or "", voie=lues.get("voie"), releveur=lues.get("releveur")
        )

    @cached_property
    def campagne_dite(self) -> Campagne | None:
        """La campagne que nomme l'adresse, si elle existe."""
        self.is_valid()
        cle = self.cleaned_data.get("campagne")
        return Campagne.objects.filter(pk=cle).first() if cle else None

    def poses(self) -> list[tuple[str, str, str]]:
        """Les filtres visibles qui réduisent la liste : (nom, titre, valeur dite)."""
        self.is_valid()
        rendus = []
        for nom, champ in self.fields.items():
            valeur = self.cleaned_data.get(nom)
            if valeur in (None, "", False) or champ.widget.is_hidden:
                continue
            rendus.append((nom, str(champ.label), "oui" if valeur is True else self._dit(champ, valeur)))
        if self.campagne_dite is not None:
            rendus.append(("campagne", "Campagne", self._dire_la_campagne(self.campagne_dite)))
        return rendus

    def _dire_la_campagne(self, campagne: Campagne) -> str:
        """« Relevé d'automne, qui restent à relever, RUE NEUVE »."""
        lues = self.cleaned_data
        sorte = dict(CHOIX_DE_RELEVE).get(lues.get("releve") or "", "")
        rue = Voie.objects.filter(pk=lues["voie"]).first() if lues.get("voie") else None
        qui = Personne.objects.filter(pk=lues["releveur"]).first() if lues.get("releveur") else None
        return ", ".join(str(mot) for mot in (campagne, sorte, rue, qui) if mot)

    def _dit(self, champ: forms.Field, valeur: Any) -> str:
        if not isinstance(champ, forms.ChoiceField):
            return str(valeur)
        plats: list[tuple[str, Any]] = []
        for cle, libelle in list(champ.choices):  # type: ignore[arg-type,misc]
            plats += libelle if isinstance(libelle, list | tuple) else [(cle, libelle)]
        return str(dict(plats).get(valeur, valeur))


class FiltresPublicsForm(FiltresForm):
    """Ceux que tout le monde peut poser : rien qui dise ce que les partenaires ont à faire."""

    a_verifier = None  # type: ignore[assignment]
    campagne = None  # type: ignore[assignment]
    releve = None  # type: ignore[assignment]
    releveur = None  # type: ignore[assignment]
    sans_position = None  # type: ignore[assignment]
    disponible = forms.BooleanField(label="À louer ou à vendre", required=False)

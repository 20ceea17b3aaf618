"""Les formulaires de la chambre : filtrer, corriger, décider, tenir le stock, écrire les conseils."""

from collections.abc import Iterable
from typing import Any

from django import forms

from tissu.actions.alerte_commerce.choices import ArticleDeStock, EtatAdherent
from tissu.actions.alerte_commerce.forms.adhesion import ChampMobile, CommerceForm
from tissu.actions.alerte_commerce.models import Adherent, PageConseil, Referent
from tissu.actions.alerte_commerce.queries.carte import PLACES
from tissu.actions.alerte_commerce.queries.gestion import Criteres
from tissu.actions.alerte_commerce.queries.lieux import choix_d_activite, choix_de_commune


class FiltreDeCarteForm(forms.Form):
    """Ce qui se cherche sur une carte, où les numéros n'ont pas de place. Un paramètre faux est laissé de côté."""

    ETATS: Iterable[EtatAdherent] = PLACES

    q = forms.CharField(label="Nom, adresse ou SIRET", required=False, max_length=100)
    etat = forms.ChoiceField(label="État", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)
    activite = forms.ChoiceField(label="Activité", required=False)

    def __init__(self, donnees: Any = None) -> None:
        super().__init__(donnees)
        etats = [(etat.value, etat.label) for etat in self.ETATS]
        self.fields["etat"].choices = [("", "Tous"), *etats]  # type: ignore[attr-defined]
        self.fields["commune"].choices = [("", "Toutes"), *choix_de_commune()]  # type: ignore[attr-defined]
        self.fields["activite"].choices = [("", "Toutes"), *choix_d_activite()]  # type: ignore[attr-defined]

    def criteres(self) -> Criteres:
        self.is_valid()
        lues = dict(self.cleaned_data)
        texte = lues.pop("q", "")
        return Criteres(texte=texte or "", **lues)


class FiltreForm(FiltreDeCarteForm):
    """Ce qui se cherche dans la liste."""

    ETATS = EtatAdherent

    a_rappeler = forms.BooleanField(label="À rappeler", required=False)
    sans_position = forms.BooleanField(label="Sans position", required=False)


class AdherentForm(CommerceForm):
    """Corriger la fiche d'un commerce."""

    lon = forms.FloatField(label="Longitude", required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label="Latitude", required=False, min_value=-90, max_value=90,
                           help_text="Vides : la position se cherche par le SIRET, puis par l'adresse.")  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, donnees: Any = None, *, adherent: Adherent) -> None:
        champs = ("nom", "adresse", "code_commune", "activite", "siret", "lon", "lat", "version")
        super().__init__(donnees, initial={nom: getattr(adherent, nom) for nom in champs})

    def champs(self) -> dict[str, Any]:
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "version"}

    def a_refaire_sur(self, version: int) -> None:
        """La même saisie, à enregistrer par-dessus ce qu'un autre vient d'écrire."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["version"] = str(version)  # type: ignore[index]


class InscriptionForm(CommerceForm):
    """Le commerce et la personne d'une charte signée sur papier."""

    contact_nom = forms.CharField(label="Prénom et nom du signataire", max_length=200)
    mobile = ChampMobile(label="Mobile")
    courriel = forms.EmailField(label="Adresse électronique", required=False)

    def commerce(self) -> dict[str, Any]:
        return {nom: self.cleaned_data[nom] for nom in CommerceForm.base_fields}

    def contact(self) -> dict[str, str]:
        return {"nom": self.cleaned_data["contact_nom"], "mobile": self.cleaned_data["mobile"],
                "courriel": self.cleaned_data["courriel"]}  # fmt: skip


class EnvoiForm(forms.Form):
    """Ce que l'on envoie à un adhérent."""

    def __init__(self, donnees: Any = None, *, proposer: bool = False) -> None:
        super().__init__(donnees)
        for article, nom in ArticleDeStock.choices:
            self.fields[article] = forms.IntegerField(
                label=nom, min_value=0, max_value=100, required=False, initial=int(proposer)
            )

    def articles(self) -> dict[str, int]:
        return {article: self.cleaned_data[article] or 0 for article in ArticleDeStock.values}


class MouvementForm(forms.Form):
    article = forms.ChoiceField(label="Article", choices=ArticleDeStock.choices)
    quantite = forms.IntegerField(
        label="Quantité", min_value=-100_000, max_value=100_000, help_text="Négative pour une sortie."
    )
    motif = forms.CharField(label="Motif", max_length=200, help_text="Livraison, inventaire, rebut, salon…")


class ConseilForm(forms.ModelForm):
    """Une page du guide."""

    class Meta:
        model = PageConseil
        fields = ("titre", "resume", "corps", "ordre", "publie")
        widgets = {"corps": forms.Textarea(attrs={"rows": 16})}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "corps": "Une ligne vide entre deux paragraphes ; « ## » ouvre un intertitre, « - » un point de liste.",
            "publie": "Visible de tous, sur la page du guide.",
        }


class ReferentForm(forms.ModelForm):
    class Meta:
        model = Referent
        fields = ("nom", "fonction", "organisation", "secteur", "telephone", "courriel", "ordre", "publie")

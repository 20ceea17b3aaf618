"""Corriger un établissement, un sujet à la fois, et revoir une correction."""

from typing import Any

from django import forms
from django.utils import timezone

from tissu.registre.corrigeables import ADRESSE, CHAMPS, POSITION, SIGNALEMENT, ValeurRefusee, lire_valeur
from tissu.registre.rules import TRANCHES
from tissu.registre.sources.consulaire import EFFECTIF_MAX

# Un sujet par écran : les champs que l'on corrige ensemble.
SUJETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "nom": ("Enseigne", ("enseigne", "denomination_usuelle")),
    "activite": ("Activité", ("naf",)),
    "adresse": ("Adresse", ADRESSE),
    "position": ("Position", POSITION),
    "effectif": ("Tranche d'effectif", ("tranche_effectif", "annee_effectif")),
    "signalement": ("Fermeture", (SIGNALEMENT,)),
}
AIDES = {
    "naf": "Code de la NAF rév. 2, par exemple 62.01Z.",
    "lon": "En degrés, par exemple 5.04148.",
    "lat": "En degrés, par exemple 47.32167.",
    "annee_effectif": "L'année de référence de cette tranche.",
    SIGNALEMENT: "Ce que vous avez constaté. L'état officiel, lui, ne change qu'avec Sirene.",
}


class CorrectionForm(forms.Form):
    """Les champs d'un sujet, remplis de ce qui est affiché ; le motif est obligatoire."""

    motif = forms.CharField(
        label="Pourquoi cette correction", max_length=500, help_text="Vu sur place, dit par qui, pièce lue…"
    )
    expire_le = forms.DateField(
        label="À revoir après le", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Facultatif : la correction reviendra dans la file ce jour-là.",
    )  # fmt: skip

    def __init__(self, *args: Any, sujet: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.champs = SUJETS[sujet][1]
        suite = dict(self.fields)
        self.fields.clear()
        for champ in self.champs:
            self.fields[champ] = self._champ(champ)
        self.fields.update(suite)

    @staticmethod
    def _champ(champ: str) -> forms.Field:
        libelle, aide = CHAMPS[champ].libelle, AIDES.get(champ, "")
        if champ == "tranche_effectif":
            choix = [("", "Inconnue"), *((t.code, t.libelle) for t in TRANCHES.values())]
            return forms.ChoiceField(label=libelle, choices=choix, required=False)
        return forms.CharField(label=libelle, required=champ == SIGNALEMENT, max_length=300, help_text=aide)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        for champ in self.champs:
            try:
                lire_valeur(champ, donnees.get(champ, ""))
            except ValeurRefusee as refus:
                self.add_error(champ, str(refus))
        return donnees

    def valeurs(self) -> dict[str, str]:
        return {champ: self.cleaned_data[champ] for champ in self.champs}


class RevueForm(forms.Form):
    decision = forms.ChoiceField(choices=[("garder", ""), ("reprendre", ""), ("modifier", "")])
    valeur = forms.CharField(required=False, max_length=300)


class EffectifForm(forms.Form):
    """Un effectif confirmé : il ne remplace pas la tranche de Sirene, il se lit à côté, avec sa source."""

    valeur = forms.IntegerField(label="Effectif", min_value=0, max_value=EFFECTIF_MAX, help_text="En salariés.")
    date_effectif = forms.DateField(
        label="Constaté le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    source = forms.CharField(label="Dit par", max_length=100, help_text="Visite, appel, document de l'entreprise…")

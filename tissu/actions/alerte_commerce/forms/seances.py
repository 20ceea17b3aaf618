"""Noter une séance du CPSQ, ses décisions, ce qui en est fait."""

from typing import Any

from django import forms

from tissu.actions.alerte_commerce.choices import EtatDecision
from tissu.actions.alerte_commerce.models import SeanceCPSQ


class SeanceForm(forms.ModelForm):
    presents = forms.CharField(
        label="Organisations présentes", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une par ligne. Jamais le nom d'une personne.",
    )  # fmt: skip

    class Meta:
        model = SeanceCPSQ
        fields = ("le", "lieu", "etat", "motif", "presents", "notes")
        widgets = {  # noqa: RUF012
            "le": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "notes": forms.Textarea(attrs={"rows": 8}),
        }
        help_texts = {  # noqa: RUF012
            "motif": "Pourquoi la séance ne s'est pas tenue.",
            "notes": "Les faits et les lieux ; ni nom, ni plaque, ni description d'une personne (RGPD, art. 10).",
        }

    def __init__(self, donnees: Any = None, *, instance: SeanceCPSQ) -> None:
        super().__init__(donnees, instance=instance, initial={"presents": "\n".join(instance.presents)})

    def clean_presents(self) -> list[str]:
        lignes = (" ".join(ligne.split()) for ligne in self.cleaned_data["presents"].splitlines())
        return [ligne for ligne in dict.fromkeys(lignes) if ligne]

    def validate_unique(self) -> None:
        """L'opération le dit avec ses mots."""


class DecisionForm(forms.Form):
    texte = forms.CharField(label="Action décidée", max_length=300)
    responsable = forms.CharField(label="Organisation qui s'en charge", max_length=150, required=False)
    echeance = forms.DateField(label="Pour le", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class SuiteForm(forms.Form):
    etat = forms.ChoiceField(label="État", choices=EtatDecision.choices)
    suite = forms.CharField(label="Suite donnée", max_length=300, required=False)

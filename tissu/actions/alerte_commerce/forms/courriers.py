"""Les formulaires du courrier : choisir à qui écrire, demander les lettres, écrire les textes imprimés."""

import uuid
from datetime import date
from typing import Any

from django import forms

from tissu.actions.alerte_commerce.choices import UsageDuTexte
from tissu.actions.alerte_commerce.models import TexteImprime
from tissu.actions.alerte_commerce.operations.courriers import Demande
from tissu.actions.alerte_commerce.queries.lieux import choix_d_activite
from tissu.actions.alerte_commerce.queries.prospection import Criteres, choix_de_quartier, nouveaux_depuis


class SelectionForm(forms.Form):
    """À qui écrire. Un paramètre faux est laissé de côté ; sans rien, les commerces nouveaux."""

    quartier = forms.ChoiceField(label="Quartier ou commune", required=False)
    activite = forms.ChoiceField(label="Activité", required=False)
    depuis = forms.DateField(
        label="Installés depuis le", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, donnees: Any, *, jour: date) -> None:
        super().__init__(donnees or {"depuis": nouveaux_depuis(jour).isoformat()})
        self.fields["quartier"].choices = [("", "Tous"), *choix_de_quartier(jour)]  # type: ignore[attr-defined]
        self.fields["activite"].choices = [("", "Toutes"), *choix_d_activite()]  # type: ignore[attr-defined]

    def criteres(self) -> Criteres:
        self.is_valid()
        return Criteres(**{nom: valeur for nom, valeur in self.cleaned_data.items() if valeur})


class LettresForm(forms.Form):
    titre = forms.CharField(label="Titre de l'action", max_length=200)
    cout_eur = forms.DecimalField(label="Coût prévu (€ HT)", min_value=0, max_digits=9, decimal_places=2, initial=0,
                                  help_text="Impression et affranchissement ; se corrige ensuite.")  # fmt: skip
    cle = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, donnees: Any = None, *, titre: str = "") -> None:
        super().__init__(donnees, initial={"cle": uuid.uuid4(), "titre": titre})

    def demande(self, criteres: Criteres) -> Demande:
        return Demande(criteres=criteres, **self.cleaned_data)


class TexteForm(forms.ModelForm):
    """Une lettre a un objet et une signature ; un dépliant, un titre et une accroche."""

    class Meta:
        model = TexteImprime
        fields = ("titre", "accroche", "corps", "signature")
        widgets = {"corps": forms.Textarea(attrs={"rows": 18})}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "corps": "Une ligne vide entre deux paragraphes ; « ## » ouvre un intertitre, « - » un point de liste.",
        }

    def __init__(self, donnees: Any = None, *, instance: TexteImprime) -> None:
        super().__init__(donnees, instance=instance)
        if instance.usage == UsageDuTexte.LETTRE:
            self.fields["titre"].label = "Objet"
            del self.fields["accroche"]
        else:
            del self.fields["signature"]

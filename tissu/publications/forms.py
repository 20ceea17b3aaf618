"""Les formulaires de la diffusion et des gabarits."""

from typing import Any

from django import forms
from django.conf import settings

from tissu.publications.choices import Audience
from tissu.publications.models import GabaritDOrganisation
from tissu.publications.operations.gabarits import LOGO_OCTETS
from tissu.publications.rules import CERCLES, audience_permise
from tissu.socle.formats import octets

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DiffusionForm(forms.Form):
    """À qui, à partir de quand. Les audiences trop larges pour le document ne sont pas proposées."""

    audience = forms.ChoiceField(label="Audience")
    embargo_jusqu_au = forms.DateTimeField(
        label="Sous embargo jusqu'au", required=False, widget=MOMENT,
        help_text="Facultatif. Jusque-là, le comité de pilotage seul la lit ; la mention est sur chaque page.",
    )  # fmt: skip
    confirmee = forms.BooleanField(
        label="Si l'audience est le public : je confirme que tous peuvent lire ce document", required=False
    )

    def __init__(self, *args: Any, maximale: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        permises = [cercle for cercle in CERCLES if audience_permise(cercle, maximale)]
        self.fields["audience"] = forms.ChoiceField(
            label="Audience", choices=[(cercle, Audience(cercle).label) for cercle in permises]
        )
        if Audience.PUBLIC not in permises:
            del self.fields["confirmee"]


class ElargissementForm(forms.Form):
    """À qui de plus. Seules les audiences plus larges, et permises, sont proposées."""

    audience = forms.ChoiceField(label="Nouvelle audience")
    confirmee = forms.BooleanField(
        label="Si l'audience est le public : je confirme que tous peuvent lire ce document", required=False
    )

    def __init__(self, *args: Any, actuelle: str, maximale: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plus_larges = [
            cercle for cercle in CERCLES[CERCLES.index(actuelle) + 1 :] if audience_permise(cercle, maximale)
        ]
        self.fields["audience"] = forms.ChoiceField(
            label="Nouvelle audience", choices=[(cercle, Audience(cercle).label) for cercle in self.plus_larges]
        )
        if Audience.PUBLIC not in self.plus_larges:
            del self.fields["confirmee"]


class PreparationForm(DiffusionForm):
    """Ce qu'on dit en préparant l'édition ; elle se relit avant de partir."""

    note = forms.CharField(
        label="Note de version", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text="Ce que le lecteur doit savoir de cette édition. Elle paraît sur sa page.",
    )  # fmt: skip
    contact = forms.EmailField(
        label="Adresse à écrire", required=False,
        help_text="Facultative, publiée avec le document : celle d'un service plutôt que la vôtre.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Le geste qui rend public se fait après relecture, pas ici.
        self.fields.pop("confirmee", None)


class MotifForm(forms.Form):
    motif = forms.CharField(
        label="Motif", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, help_text="Il paraît sur la page."
    )


class GabaritForm(forms.ModelForm):
    """Le gabarit d'une organisation ; un fichier laissé vide garde celui d'avant."""

    logo = forms.FileField(
        label="Logo", required=False, help_text=f"PNG ou JPEG, {octets(LOGO_OCTETS)} au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg", "data-poids-max": str(LOGO_OCTETS)}),
    )  # fmt: skip
    diapositives = forms.FileField(
        label="Gabarit de diaporama", required=False,
        help_text=f"PPTX sans macro, {octets(settings.PIECE_OCTETS_MAX)} au plus.",
        widget=forms.ClearableFileInput(
            attrs={"accept": ".pptx", "data-poids-max": str(settings.PIECE_OCTETS_MAX)}
        ),
    )  # fmt: skip

    class Meta:
        model = GabaritDOrganisation
        fields = ("organisation", "nom", "depuis", "accent", "pied")
        widgets = {"depuis": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}  # noqa: RUF012

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = forms.ModelChoiceField(queryset=organisations, label="Organisation")

    def validate_unique(self) -> None:
        """Enregistrer deux fois le même jour remplace : ce n'est pas un doublon."""

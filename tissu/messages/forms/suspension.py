"""Suspendre une adresse : un numéro ou un courriel que quelqu'un signale."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tissu.messages.choices import Canal
from tissu.messages.models import Coordonnee
from tissu.messages.rules.numeros import NumeroRefuse, lire_mobile


class SuspensionForm(forms.Form):
    """Lit l'adresse et rend la coordonnée connue sous `valeur`."""

    valeur = forms.CharField(label="Numéro de mobile ou adresse électronique", max_length=254)

    def clean_valeur(self) -> Coordonnee:
        tape = self.cleaned_data["valeur"].strip()
        canal, valeur = _lire(tape)
        coordonnee = Coordonnee.objects.filter(canal=canal, valeur=valeur).first()
        if coordonnee is None:
            raise ValidationError(f"Rien n'a jamais été écrit à « {tape} ».", code="inconnue")
        if coordonnee.suspendue_le is not None:
            raise ValidationError(f"« {tape} » est déjà suspendue.", code="deja")
        return coordonnee


def _lire(tape: str) -> tuple[Canal, str]:
    if "@" in tape:
        try:
            validate_email(tape)
        except ValidationError as refus:
            raise ValidationError(f"« {tape} » n'est pas une adresse électronique.", code="courriel") from refus
        return Canal.COURRIEL, tape.lower()
    try:
        return Canal.SMS, lire_mobile(tape)
    except NumeroRefuse as refus:
        raise ValidationError(str(refus), code="numero") from refus

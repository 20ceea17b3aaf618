"""Le champ où s'écrit un SMS : il compte à mesure, montre ce qui coûte, et refuse ce qui ne peut arriver tel quel."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from tissu.messages.rules.compte import compter
from tissu.messages.rules.segmentation import TexteRefuse, segmenter


def lignes_simples(texte: str) -> str:
    """Le texte tel que l'auteur l'a écrit : un formulaire envoie CR LF là où il n'a vu qu'un retour à la ligne."""
    return texte.replace("\r\n", "\n")


def refuser_ce_qui_ne_part_pas(texte: str) -> None:
    """Le validateur d'un texte de SMS."""
    try:
        segmenter(texte)
    except TexteRefuse as refus:
        raise ValidationError(str(refus), code="sms") from refus


class ComposeurSms(forms.Textarea):
    """La zone de saisie et son compteur ; sans JavaScript, le compte est celui du texte que le serveur a reçu."""

    template_name = "messages/_composeur.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4} | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        contexte = super().get_context(name, value, attrs)
        contexte["widget"]["attrs"] |= {
            "hx-post": str(reverse_lazy("messages:compter")),
            "hx-trigger": "input changed delay:400ms",
            "hx-target": f"#compteur-{name}",
            "hx-params": f"champ,{name}",
            "hx-vals": json.dumps({"champ": name}),
            "hx-sync": "this:replace",
        }
        return contexte | {"champ": name, "compte": compter(lignes_simples(contexte["widget"]["value"] or ""))}


class ChampSms(forms.CharField):
    """Le texte d'un SMS, gardé tel qu'écrit : ce qui est compté à l'écran est ce qui part."""

    widget = ComposeurSms
    default_validators = [refuser_ce_qui_ne_part_pas]  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"strip": False} | options)

    def to_python(self, value: Any) -> str:
        return lignes_simples(super().to_python(value) or "")


class TexteForm(forms.Form):
    """Un texte à compter, seul."""

    texte = ChampSms(label="Texte du SMS")

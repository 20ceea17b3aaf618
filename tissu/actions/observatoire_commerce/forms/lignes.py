"""Les lignes derrière un chiffre d'une étude : ce que l'adresse demande, chaque valeur inconnue étant ignorée."""

from typing import Any

from django import forms

from tissu.actions.observatoire_commerce.queries.chalandise import QUOI, Filtre, Zone


class FiltreLignesForm(forms.Form):
    quoi = forms.ChoiceField(label="Locaux", choices=list(QUOI.items()), required=False)
    anneau = forms.TypedChoiceField(label="Distance", required=False, coerce=int, empty_value=None)
    tranche = forms.ChoiceField(label="Surface", required=False)
    meme = forms.BooleanField(label="La même activité seulement", required=False)
    voie = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: Zone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anneaux = [("", "Toute la zone"), *((str(anneau.rang), anneau.libelle) for anneau in zone.anneaux)]
        self.fields["anneau"].choices = anneaux  # type: ignore[attr-defined]
        self.fields["tranche"].choices = [("", "Toutes"), *zone.tranches()]  # type: ignore[attr-defined]
        if not zone.famille:
            choix = [(code, titre) for code, titre in QUOI.items() if code != "offre"]
            self.fields["quoi"].choices = choix  # type: ignore[attr-defined]

    def filtre(self) -> Filtre:
        """Le filtre demandé."""
        donnees = self.cleaned_data
        return Filtre(
            quoi=donnees.get("quoi") or "locaux",
            anneau=donnees.get("anneau"),
            voie_id=donnees.get("voie"),
            tranche=donnees.get("tranche") or "",
            meme_activite=bool(donnees.get("meme")),
        )

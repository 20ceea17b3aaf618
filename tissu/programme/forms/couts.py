"""Saisir un coût direct, et décider de ce qui est soumis."""

from typing import Any

from django import forms

from tissu.programme.forms.pieces import PieceField
from tissu.programme.models import CoutDirect, Fiche
from tissu.programme.operations.couts import CHAMPS
from tissu.socle.argent import MontantInvalide, lire_montant


class MontantField(forms.CharField):
    """Un montant écrit à la française : « 1 400,50 € »."""

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        try:
            montant = lire_montant(texte)
        except MontantInvalide as erreur:
            raise forms.ValidationError(str(erreur)) from erreur
        if montant <= 0 or montant >= 10**10 or montant != round(montant, 2):
            raise forms.ValidationError("Écrivez un montant positif, en euros et centimes : par exemple 1 400,50.")
        return montant


class JourField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CoutForm(forms.Form):
    """Un coût et son justificatif. Les champs « lu » gardent ce que la page montrait : rien ne s'efface en silence."""

    ligne: Any = forms.ModelChoiceField(label="Ligne de dépense", queryset=None)
    libelle = forms.CharField(label="Ce qui est payé", max_length=200)
    fournisseur = forms.CharField(label="Fournisseur, ou salarié pour un bulletin de paie", max_length=150)
    date_facture = JourField(label="Date de la facture ou du bulletin")
    montant_eur = MontantField(label="Montant qui pèse sur la fiche, en euros", max_length=20)
    taxes = forms.ChoiceField(label="Ce montant est", choices=CoutDirect.Taxes.choices)
    paye_le = JourField(label="Payé le", required=False, help_text="Laissez vide tant que ce n'est pas payé.")
    fichier = PieceField(
        label="Justificatif",
        required=False,
        sortes="PDF, image, tableur, texte ou message (EML)",
        help_text="Un bulletin de paie n'est lu que par les chargés de mission des partenaires.",
    )

    def __init__(self, *args: Any, fiche: Fiche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix: Any = self.fields["ligne"]
        choix.queryset = fiche.lignes.filter(retiree_par__isnull=True).order_by("ordre", "pk")

    def donnees(self) -> dict[str, Any]:
        return {champ: self.cleaned_data[champ] for champ in CHAMPS}


def valeurs_initiales(cout: CoutDirect) -> dict[str, Any]:
    """Les valeurs d'un coût, telles que le formulaire les écrit."""
    montant = f"{cout.montant_eur:.2f}".replace(".", ",")
    return {champ: getattr(cout, champ) for champ in CHAMPS} | {"ligne": cout.ligne_id, "montant_eur": montant}


class DecisionForm(forms.Form):
    """Valider, ou renvoyer en disant pourquoi."""

    geste = forms.ChoiceField(choices=[("valider", "Valider"), ("renvoyer", "Renvoyer")])
    motif = forms.CharField(label="Motif d'un renvoi", max_length=300, required=False)

"""La règle d'aide d'une fiche ; l'octroi d'une aide de minimis."""

from decimal import Decimal
from typing import Any

from django import forms

from tissu.programme import permissions
from tissu.programme.choices import PosteDAide, RegleDAide
from tissu.programme.forms.couts import JourField, MontantField
from tissu.programme.forms.pieces import PieceField
from tissu.programme.models import Fiche
from tissu.programme.queries import cadre
from tissu.socle.identifiants import siren_valide


class RegleDAideForm(forms.Form):
    """La règle, puis pour chaque ligne son poste et, pour un salaire, sa part d'ETP."""

    regle = forms.ChoiceField(label="Règle d'aide de la fiche", choices=RegleDAide.choices, required=False)

    def __init__(self, *args: Any, fiche: Fiche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regle"].initial = fiche.regle_d_aide
        self.lignes = list(fiche.lignes.filter(retiree_par__isnull=True).order_by("ordre", "pk"))
        for ligne in self.lignes:
            self.fields[f"poste_{ligne.pk}"] = forms.ChoiceField(
                label=f"« {ligne.libelle} » est", choices=PosteDAide.choices, required=False,
                initial=ligne.poste_d_aide,
            )  # fmt: skip
            self.fields[f"etp_{ligne.pk}"] = forms.DecimalField(
                label=f"Part d'ETP sur l'année de « {ligne.libelle} »", required=False, initial=ligne.etp,
                min_value=0, max_value=Decimal(50), decimal_places=2, localize=True,
                help_text="Pour un salaire : 1 pour un temps plein toute l'année, 0,25 pour trois mois.",
            )  # fmt: skip

    def postes(self) -> dict[int, tuple[str, Decimal | None]]:
        donnees = self.cleaned_data
        return {ligne.pk: (donnees[f"poste_{ligne.pk}"], donnees[f"etp_{ligne.pk}"]) for ligne in self.lignes}


class SirenField(forms.CharField):
    """Neuf chiffres et leur clé ; les espaces sont permises."""

    def clean(self, value: Any) -> str:
        siren = "".join(super().clean(value).split())
        if siren and not siren_valide(siren):
            raise forms.ValidationError("Ce n'est pas un SIREN : neuf chiffres, dont le dernier est une clé.")
        return siren


class RechercheDeMinimisForm(forms.Form):
    siren = SirenField(label="SIREN de l'entreprise", max_length=15)


class AideDeMinimisForm(forms.Form):
    """Une aide à octroyer, et ce que l'entreprise déclare avoir reçu d'ailleurs."""

    fiche: Any = forms.ModelChoiceField(label="Fiche", queryset=None, empty_label="Choisissez une fiche")
    siren = SirenField(label="SIREN de l'entreprise", max_length=15)
    denomination = forms.CharField(label="Dénomination", max_length=200)
    entreprise_unique = SirenField(
        label="SIREN de la tête du groupe",
        max_length=15,
        required=False,
        help_text="L'entreprise unique au sens du règlement ; laissez vide si l'entreprise est seule.",
    )
    montant_eur = MontantField(label="Montant de l'aide, en équivalent-subvention brut (euros)", max_length=20)
    octroyee_le = JourField(label="Octroyée le")
    autres_aides_eur = forms.DecimalField(
        label="Autres aides de minimis déclarées sur trois ans (euros)", min_value=0, max_digits=12, decimal_places=2,
        localize=True, initial=0,
    )  # fmt: skip
    fichier = PieceField(label="Déclaration signée de l'entreprise", required=False, sortes="PDF, image ou texte")

    def __init__(self, *args: Any, personne: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        miennes = [fiche.pk for fiche in cadre.fiches() if permissions.peut_modifier(personne, fiche)]
        choix: Any = self.fields["fiche"]
        choix.queryset = Fiche.objects.filter(pk__in=miennes)

    def donnees(self) -> dict[str, Any]:
        donnees = {champ: valeur for champ, valeur in self.cleaned_data.items() if champ != "fichier"}
        return donnees | {"entreprise_unique": donnees["entreprise_unique"] or donnees["siren"]}

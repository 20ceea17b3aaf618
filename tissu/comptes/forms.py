"""Formulaires des comptes."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password

from tissu.comptes.choices import NatureAcces, Role, TypeOrganisation
from tissu.comptes.models import Organisation, Personne
from tissu.comptes.permissions import peut_administrer
from tissu.comptes.rules import roles_possibles
from tissu.socle.action import actions


def choix_d_action() -> list[tuple[str, str]]:
    """Toutes les actions d'abord, puis chacune."""
    return [("", "Toutes les actions"), *((action.slug, action.titre_court) for action in actions())]


class ChampDate(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OrganisationForm(forms.Form):
    nom = forms.CharField(max_length=200)
    type = forms.ChoiceField(choices=TypeOrganisation)
    siren = forms.CharField(label="SIREN", max_length=11, required=False, help_text="Neuf chiffres.")

    def clean_siren(self) -> str:
        return "".join(self.cleaned_data["siren"].split())


class InvitationForm(forms.Form):
    courriel = forms.EmailField(label="Adresse électronique", help_text="Le lien d'invitation y sera envoyé.")
    prenom = forms.CharField(label="Prénom", max_length=100, required=False)
    nom = forms.CharField(max_length=100, required=False)
    organisation = forms.ModelChoiceField(Organisation.objects.none())
    roles = forms.MultipleChoiceField(label="Rôles", choices=Role, widget=forms.CheckboxSelectMultiple)
    action = forms.ChoiceField(label="Pour", choices=choix_d_action, required=False)
    fin = ChampDate(label="Dernier jour", required=False, help_text="Laissez vide pour un rôle sans terme.")

    def __init__(self, *args: Any, auteur: Personne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        administre = peut_administrer(auteur)
        toutes = Organisation.objects.all()
        siennes = toutes if administre else toutes.filter(pk__in=[auteur.organisation_id])
        self.fields["organisation"].queryset = siennes  # type: ignore[attr-defined]
        if not administre:
            self.fields["roles"].choices = _choix_de_roles(  # type: ignore[attr-defined]
                auteur.organisation, auteur
            )
            self.fields["organisation"].initial = auteur.organisation_id

    def attributions(self) -> list[dict[str, Any]]:
        """Les rôles demandés, sous la forme qu'attend `operations.inviter`."""
        donnees = self.cleaned_data
        return [{"role": role, "action": donnees["action"], "fin": donnees["fin"]} for role in donnees["roles"]]


class AttributionForm(forms.Form):
    role = forms.ChoiceField(label="Rôle")
    action = forms.ChoiceField(label="Pour", choices=choix_d_action, required=False)
    debut = ChampDate(label="Premier jour", required=False, help_text="Laissez vide pour aujourd'hui.")
    fin = ChampDate(label="Dernier jour", required=False, help_text="Laissez vide pour un rôle sans terme.")

    def __init__(self, *args: Any, personne: Personne, auteur: Personne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choix_de_roles(  # type: ignore[attr-defined]
            personne.organisation, auteur
        )


def _choix_de_roles(organisation: Organisation | None, auteur: Personne) -> list[tuple[str, str]]:
    type_organisation = organisation.type if organisation else TypeOrganisation.PUBLIC
    possibles = roles_possibles(type_organisation=type_organisation, par_une_administration=peut_administrer(auteur))
    return [(role.value, role.label) for role in Role if role in possibles]


class AcceptationForm(forms.Form):
    prenom = forms.CharField(label="Prénom", max_length=100)
    nom = forms.CharField(max_length=100)
    mot_de_passe = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=password_validators_help_text_html,
    )
    confirmation = forms.CharField(
        label="Le même, pour vérifier", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def __init__(self, *args: Any, courriel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._courriel = courriel

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        secret = donnees.get("mot_de_passe")
        if secret and donnees.get("confirmation") and secret != donnees["confirmation"]:
            self.add_error("confirmation", "Les deux mots de passe diffèrent.")
        if secret:
            futur = Personne(courriel=self._courriel, prenom=donnees.get("prenom", ""), nom=donnees.get("nom", ""))
            try:
                validate_password(secret, futur)
            except forms.ValidationError as erreur:
                self.add_error("mot_de_passe", erreur)
        return donnees


class JournalForm(forms.Form):
    """Les filtres du journal des accès ; les noms sont ceux de `queries.acces`."""

    personne = forms.CharField(required=False, label="Personne")
    objet = forms.CharField(required=False, label="SIRET ou SIREN")
    nature = forms.ChoiceField(required=False, choices=[("", "Toutes"), *NatureAcces.choices])
    du = ChampDate(required=False, label="Du")
    jusqu_au = ChampDate(required=False, label="Au")

    def filtres(self) -> dict[str, Any]:
        """Les filtres valides ; un filtre mal écrit est ignoré et son erreur montrée."""
        self.is_valid()
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if valeur}

"""Formulaires de la vie des fiches : échéance, réunion, série, compte rendu, livrable."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.choices import FrequenceReunion, RepereDeSerie, TypeEcheance
from tissu.programme.forms.pieces import PieceField
from tissu.programme.models import Fiche
from tissu.programme.operations.reunions import ContenuDeReunion, TacheDecidee
from tissu.programme.queries.calendrier import invitables


def _jour(libelle: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=libelle, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class ChoixDePersonne(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} ({obj.organisation})"


class ChoixDePersonnes(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} ({obj.organisation})"


class AvecRevision(forms.Form):
    """La révision lue voyage avec le formulaire : elle dit si quelqu'un a écrit entre-temps."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def a_refaire_sur(self, revision: int) -> None:
        """Après un conflit : ce qui est tapé reste, et s'enregistrera par-dessus ce que l'autre a écrit."""
        donnees: Any = self.data
        self.data = donnees.copy()
        self.data["revision"] = str(revision)  # type: ignore[index]


class EcheanceForm(AvecRevision):
    type = forms.ChoiceField(label="Sorte", choices=TypeEcheance.choices, initial=TypeEcheance.TACHE)
    titre = forms.CharField(label="Ce qu'il y a à faire", max_length=200)
    le = _jour("Pour le")
    responsable = ChoixDePersonne(
        Personne.objects.none(), label="Confiée à", required=False, empty_label="Personne en particulier"
    )
    detail = forms.CharField(label="Précisions", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    motif = forms.CharField(
        label="Pourquoi la date change", max_length=300, required=False, help_text="Seulement si vous changez la date."
    )

    def __init__(self, *args: Any, fiche: Fiche, existante: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsable"].queryset = invitables(fiche)  # type: ignore[attr-defined]
        del self.fields["type" if existante else "motif"]


class ReunionForm(AvecRevision):
    titre = forms.CharField(label="Nom de la réunion", max_length=150)
    jour = _jour("Jour")
    heure = forms.TimeField(label="Heure", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    duree_minutes = forms.IntegerField(label="Durée, en minutes", min_value=5, max_value=720, initial=60)
    lieu = forms.CharField(label="Lieu ou adresse de visioconférence", max_length=150, required=False)
    ordre_du_jour = forms.CharField(
        label="Ordre du jour", required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text="Un point par ligne."
    )
    invites = ChoixDePersonnes(
        Personne.objects.none(), label="Invités", required=False, widget=forms.CheckboxSelectMultiple
    )
    autres = forms.CharField(
        label="Autres invités",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ceux qui ne sont pas sur la plateforme, un nom par ligne.",
    )

    def __init__(self, *args: Any, fiche: Fiche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invites"].queryset = invitables(fiche)  # type: ignore[attr-defined]

    def contenu(self) -> ContenuDeReunion:
        """Ce qui est saisi, à l'heure d'ici."""
        lu = self.cleaned_data
        return ContenuDeReunion(
            titre=lu["titre"],
            debut=timezone.make_aware(datetime.combine(lu["jour"], lu["heure"])),
            duree_minutes=lu["duree_minutes"],
            lieu=lu["lieu"],
            ordre_du_jour=lu["ordre_du_jour"],
            invites=tuple(lu["invites"]),
            autres=tuple(ligne.strip() for ligne in lu["autres"].splitlines() if ligne.strip()),
        )


class SerieForm(ReunionForm):
    frequence = forms.ChoiceField(label="Revient", choices=FrequenceReunion.choices)
    repere = forms.ChoiceField(
        label="En gardant",
        choices=RepereDeSerie.choices,
        help_text="Une date qui tombe un samedi, un dimanche ou un jour férié passe au premier jour ouvré qui suit.",
    )
    jusqu_au = _jour("Jusqu'au")
    field_order = ("titre", "jour", "heure", "duree_minutes", "frequence", "repere", "jusqu_au")


class ProlongationForm(AvecRevision):
    jusqu_au = _jour("Jusqu'au")


class CompteRenduForm(AvecRevision):
    texte = forms.CharField(label="Compte rendu", required=False, widget=forms.Textarea(attrs={"rows": 18}))
    fichier = PieceField(label="Ou en fichier", required=False, sortes="PDF, Word ou LibreOffice")


class DecisionForm(forms.Form):
    texte = forms.CharField(label="Décision", widget=forms.Textarea(attrs={"rows": 2}))
    tache = forms.CharField(
        label="Tâche à créer", max_length=200, required=False, help_text="Vide : une décision sans tâche."
    )
    le = _jour("Pour le", required=False)
    responsable = ChoixDePersonne(
        Personne.objects.none(), label="Confiée à", required=False, empty_label="Personne en particulier"
    )

    def __init__(self, *args: Any, fiche: Fiche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsable"].queryset = invitables(fiche)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        lu = super().clean() or {}
        if (lu.get("tache") or lu.get("responsable")) and not lu.get("le"):
            self.add_error("le", "Donnez la date à laquelle la tâche doit être faite.")
        return lu

    def tache_decidee(self) -> TacheDecidee | None:
        lu = self.cleaned_data
        return TacheDecidee(lu["tache"], lu["le"], lu["responsable"]) if lu["le"] else None


class LivrableForm(AvecRevision):
    titre = forms.CharField(label="Livrable", max_length=200)
    periode = forms.CharField(
        label="Période", max_length=40, required=False, help_text="« octobre 2026 », « T3 », « 2026 »…"
    )
    attendu_le = _jour("Promis pour le", required=False)
    note = forms.CharField(label="Note", max_length=300, required=False)


class RemiseForm(AvecRevision):
    le = _jour("Remis le")
    fichier = PieceField(label="Fichier", required=False, sortes="PDF, tableur, texte ou image")
    adresse = forms.URLField(
        label="Ou adresse de la page", required=False, assume_scheme="https", help_text="Là où le livrable se lit."
    )
    note = forms.CharField(label="Note", max_length=300, required=False)


class FiltreCalendrierForm(forms.Form):
    """Les filtres du calendrier, lus de l'adresse."""

    fiche = forms.TypedChoiceField(label="Fiche", required=False, coerce=int, empty_value=None)
    sorte = forms.ChoiceField(label="Sorte", required=False)
    organisation = forms.TypedChoiceField(label="Organisation", required=False, coerce=int, empty_value=None)
    personne = forms.TypedChoiceField(label="Personne", required=False, coerce=int, empty_value=None)

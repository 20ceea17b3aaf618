"""Saisir une fiche : textes, identité, lignes, taux, contributions, décisions, avenants."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from tissu.comptes.models import Organisation, Personne
from tissu.programme.choices import EtatContribution, IssueAnomalie, NatureDepense, SectionDeFiche
from tissu.programme.forms.pieces import PieceField
from tissu.programme.forms.vie import AvecRevision
from tissu.programme.models import Convention, Fiche, LigneDepense
from tissu.programme.operations.edition import LigneSaisie
from tissu.socle.argent import MontantInvalide, lire_montant

LIGNES_VIDES = 3


class ChampMontant(forms.CharField):
    """Un montant en euros, dans toutes les écritures françaises ; vide : le document ne l'écrit pas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"required": False} | options))
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        return montant_ecrit(texte) if texte.strip() else None

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


def montant_ecrit(texte: str) -> Decimal:
    """Un montant positif, au centime. Lève `forms.ValidationError`."""
    try:
        montant = lire_montant(texte)
    except MontantInvalide as erreur:
        raise forms.ValidationError(str(erreur)) from erreur
    if not 0 <= montant < 10**10 or montant != round(montant, 2):
        raise forms.ValidationError("Écrivez un montant positif, en euros et centimes : par exemple 1 400,50.")
    return montant


def jours_ecrits(texte: str) -> Decimal:
    """Un nombre de jours, par demi-journée. Lève `forms.ValidationError`."""
    try:
        jours = lire_montant(texte)
    except MontantInvalide as erreur:
        raise forms.ValidationError(f"« {texte} » n'est pas un nombre de jours : écrivez par exemple 2,5.") from erreur
    if not 0 <= jours < 10000 or jours * 2 % 1:
        raise forms.ValidationError("Les jours se comptent par demi-journées : écrivez par exemple 2 ou 2,5.")
    return jours


class TextesForm(AvecRevision):
    """Une zone de texte par rubrique."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in SectionDeFiche:
            self.fields[section.value] = forms.CharField(
                label=section.label, required=False, widget=forms.Textarea(attrs={"rows": 5})
            )

    def textes(self) -> dict[str, str]:
        return {section: self.cleaned_data[section] for section in SectionDeFiche.values}


def _jour(libelle: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=libelle, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class IdentiteForm(AvecRevision):
    titre = forms.CharField(max_length=250)
    titre_court = forms.CharField(max_length=80, help_text="Celui des tableaux et de la navigation.")
    periode_entete = forms.CharField(label="Période de l'en-tête", max_length=60, required=False,
                                     help_text="Telle que le document l'écrit, même si elle se contredit.")  # fmt: skip
    calendrier_debut = _jour("Début du calendrier", required=False)
    calendrier_fin = _jour("Fin du calendrier", required=False)
    premier_mois = forms.IntegerField(label="Premier mois de l'exercice", min_value=1, max_value=12)
    total_declare_eur = ChampMontant(label="Total écrit, en euros", help_text="Celui du document, jamais recalculé.")
    maitres = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label="Maîtrise d'ouvrage", required=False, widget=forms.CheckboxSelectMultiple
    )
    pilotes = forms.ModelMultipleChoiceField(
        Personne.objects.none(), label="Pilotes", required=False, widget=forms.CheckboxSelectMultiple
    )
    observations = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, fiche: Fiche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partenaires = fiche.convention.partenaires.order_by("nom")
        pilotes = Personne.objects.filter(organisation__in=partenaires, is_active=True).order_by("nom", "prenom", "pk")
        self.fields["maitres"].queryset = partenaires  # type: ignore[attr-defined]
        self.fields["pilotes"].queryset = pilotes  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        debut, fin = donnees.get("calendrier_debut"), donnees.get("calendrier_fin")
        if debut and fin and fin < debut:
            self.add_error("calendrier_fin", "Le calendrier finit avant de commencer.")
        return donnees


class LignesForm:
    """La grille de toutes les lignes : ce qui est tapé y reste, même faux, jusqu'à l'enregistrement."""

    def __init__(self, lignes: Sequence[LigneDepense], donnees: QueryDict | None = None) -> None:
        self.erreurs: list[str] = []
        self.rangees = [self._rangee(str(ligne.pk), ligne, donnees) for ligne in lignes]
        self.rangees += [self._rangee(f"n{rang}", None, donnees) for rang in range(1, LIGNES_VIDES + 1)]

    def _rangee(self, cle: str, ligne: LigneDepense | None, donnees: QueryDict | None) -> dict[str, Any]:
        rangee: dict[str, Any] = {"cle": cle, "erreur": "", "neuve": ligne is None, "retiree": False}
        for champ in ("libelle", "nature", "jours", "montant", "note"):
            attribut = "montant_eur" if champ == "montant" else champ
            valeur = getattr(ligne, attribut) if ligne else ("jours" if champ == "nature" else "")
            ecrit = f"{valeur.normalize():f}".replace(".", ",") if isinstance(valeur, Decimal) else (valeur or "")
            rangee[champ] = donnees.get(f"{champ}-{cle}", "") if donnees is not None else ecrit
        if donnees is not None:
            rangee["retiree"] = f"retirer-{cle}" in donnees
        return rangee

    def lire(self) -> list[LigneSaisie]:
        """Les lignes saisies ; les fautes vont dans `erreurs` et à leur rangée."""
        return [saisie for rangee in self.rangees if (saisie := self._lire(rangee)) is not None]

    def _lire(self, rangee: dict[str, Any]) -> LigneSaisie | None:
        pk = None if rangee["neuve"] else int(rangee["cle"])
        if rangee["neuve"] and not (rangee["libelle"].strip() or rangee["montant"].strip() or rangee["jours"].strip()):
            return None
        fautes, jours, montant = [], None, None
        if not rangee["libelle"].strip():
            fautes.append("Donnez un libellé.")
        if rangee["nature"] not in NatureDepense.values:
            fautes.append("Choisissez une nature.")
        try:
            jours = jours_ecrits(rangee["jours"]) if rangee["jours"].strip() else None
        except forms.ValidationError as faute:
            fautes += faute.messages
        try:
            montant = montant_ecrit(rangee["montant"]) if rangee["montant"].strip() else None
        except forms.ValidationError as faute:
            fautes += faute.messages
        if fautes and not rangee["retiree"]:
            rangee["erreur"] = " ".join(fautes)
            self.erreurs.append(f"{rangee['libelle'].strip() or 'Ligne nouvelle'} : {rangee['erreur']}")
            return None
        return LigneSaisie(pk, rangee["libelle"].strip()[:200], rangee["nature"], jours, montant,
                           rangee["note"].strip()[:300], rangee["retiree"])  # fmt: skip


class TauxForm(AvecRevision):
    ligne = forms.ModelChoiceField(LigneDepense.objects.none(), required=False, empty_label="Toute la fiche")
    debut = _jour("À partir du")
    montant_eur = ChampMontant(label="Prix d'une journée, en euros, net de taxes", required=True)

    def __init__(self, *args: Any, fiche: Fiche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ligne"].queryset = fiche.lignes.filter(retiree_par=None).order_by("ordre", "pk")  # type: ignore[attr-defined]


class ContributionForm(AvecRevision):
    financeur = forms.CharField(max_length=120)
    montant_eur = ChampMontant(label="Montant, en euros", help_text="Laissez vide si le document ne le précise pas.")
    etat = forms.ChoiceField(label="État", choices=EtatContribution.choices)
    condition = forms.CharField(max_length=300, required=False, help_text="Ce dont dépend un financement sous réserve.")

    def limiter_a_l_etat(self) -> None:
        """Sur une fiche signée, seuls l'état et la condition suivent la vie du financement."""
        for nom in ("financeur", "montant_eur"):
            self.fields[nom].disabled = True
        self.fields["montant_eur"].help_text = "La fiche est signée : le montant ne change que dans un avenant."


class DecisionForm(forms.Form):
    """Ce que l'on retient d'une anomalie, et pourquoi."""

    code = forms.CharField(widget=forms.HiddenInput)
    issue = forms.ChoiceField(label="Décision", choices=IssueAnomalie.choices)
    valeur_eur = ChampMontant(label="Valeur retenue, en euros", help_text="Si vous en retenez une autre.")
    motif = forms.CharField(label="Pourquoi", max_length=500)


class AvenantForm(forms.Form):
    objet = forms.CharField(label="Objet de l'avenant", max_length=300)
    effet_le = _jour("Prend effet le")
    texte = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))


class SignatureForm(forms.Form):
    signe_le = _jour("Signé le")
    fichier = PieceField(label="Document signé", required=False, sortes="PDF ou image")


class ConventionForm(forms.ModelForm):
    taux_jour_eur = ChampMontant(label="Taux journalier usuel, en euros, net de taxes", required=True)

    class Meta:
        model = Convention
        fields = ("titre", "debut", "fin", "signee_le", "taux_jour_eur", "partenaires")
        widgets = {  # noqa: RUF012
            "signee_le": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "partenaires": forms.CheckboxSelectMultiple,
        }

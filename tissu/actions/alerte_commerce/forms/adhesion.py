"""Les trois étapes de l'inscription, le code, et ce qu'un adhérent règle dans son espace."""

from typing import Any

from django import forms

from tissu.actions.alerte_commerce.queries.lieux import choix_d_activite, choix_de_commune, siret_ecrit
from tissu.actions.alerte_commerce.rules.horaires import JOURS, HorairesIllisibles, ecrire_plages, lire_plages
from tissu.messages.rules.numeros import NumeroRefuse, lire_mobile, mobile_lisible

TELEPHONE = {"inputmode": "tel", "autocomplete": "tel", "placeholder": ""}


class ChampMobile(forms.CharField):
    """Un mobile, rendu en E.164."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
                         **options)  # fmt: skip

    def clean(self, value: Any) -> str:
        texte = super().clean(value)
        try:
            return lire_mobile(texte) if texte else ""
        except NumeroRefuse as refus:
            raise forms.ValidationError(str(refus)) from refus


class CommerceForm(forms.Form):
    """Première étape : le commerce."""

    nom = forms.CharField(label="Nom du commerce", max_length=200, help_text="Celui de l'enseigne.")
    adresse = forms.CharField(label="Numéro et rue", max_length=300)
    code_commune = forms.ChoiceField(label="Commune")
    activite = forms.ChoiceField(label="Activité")
    siret = forms.CharField(
        label="SIRET", max_length=20, required=False,
        help_text="Quatorze chiffres, sur vos factures : il accélère la vérification.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    reference = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, donnees: Any = None, *, initial: Any = None) -> None:
        super().__init__(donnees, initial=initial)
        self.fields["code_commune"].choices = [("", "Choisissez"), *choix_de_commune()]  # type: ignore[attr-defined]
        self.fields["activite"].choices = [("", "Choisissez"), *choix_d_activite()]  # type: ignore[attr-defined]

    def clean_siret(self) -> str:
        texte = self.cleaned_data["siret"].strip()
        if texte and not siret_ecrit(texte):
            raise forms.ValidationError(
                f"« {texte} » n'est pas un SIRET juste : quatorze chiffres, ou laissez la case vide."
            )
        return siret_ecrit(texte)


class ContactForm(forms.Form):
    """Deuxième étape : la personne que l'on prévient."""

    nom = forms.CharField(label="Votre prénom et votre nom", max_length=200,
                          widget=forms.TextInput(attrs={"autocomplete": "name"}))  # fmt: skip
    mobile = ChampMobile(label="Votre mobile", help_text="Vous y recevrez un code, puis les alertes.")
    courriel = forms.EmailField(
        label="Votre adresse électronique", required=False, help_text="Pour la réponse à votre demande.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip


class CharteForm(forms.Form):
    """Troisième étape : la charte."""

    accepte = forms.BooleanField(
        label="J'ai lu la charte et je m'engage à la suivre",
        error_messages={"required": "Cochez la case pour signer la charte, ou fermez cette page."},
    )
    signataire = forms.CharField(label="Signé par", max_length=200, help_text="Prénom et nom.")
    version = forms.CharField(widget=forms.HiddenInput, max_length=20)


class CodeForm(forms.Form):
    """Le code reçu par SMS."""

    code = forms.CharField(
        label="Code à six chiffres", max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


class DemanderLienForm(forms.Form):
    """Demander l'accès à son espace."""

    coordonnee = forms.CharField(label="Votre mobile ou votre adresse électronique", max_length=254)


class PreferencesForm(forms.Form):
    """La distance et les horaires d'un commerce. Un jour vide : fermé ; tous vides : non dits."""

    rayon_m = forms.TypedChoiceField(label="Me prévenir jusqu'à", required=False, coerce=int, empty_value=None)
    refus_activites = forms.MultipleChoiceField(
        label="Ne pas me prévenir d'un fait chez", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : je suis prévenu de tout fait proche.",
    )  # fmt: skip

    def __init__(self, donnees: Any = None, *, adherent: Any, distances: list[int]) -> None:
        initial = {"rayon_m": adherent.rayon_m, "refus_activites": adherent.refus_activites}
        initial |= {jour: ecrire_plages(adherent.horaires.get(jour, [])) for jour in JOURS}
        super().__init__(donnees, initial=initial)
        choix = [("", "la distance proposée par les forces de l'ordre"), *((un, _distance(un)) for un in distances)]
        self.fields["rayon_m"].choices = choix  # type: ignore[attr-defined]
        self.fields["refus_activites"].choices = list(choix_d_activite())  # type: ignore[attr-defined]
        for jour in JOURS:
            self.fields[jour] = forms.CharField(
                label=jour.capitalize(), required=False, max_length=60,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip
        self.fields["lundi"].help_text = "Par exemple « 9h-12h30, 14h-19h ». Vide : fermé."

    def clean(self) -> dict[str, Any]:
        lues = super().clean() or {}
        horaires = {}
        for jour in JOURS:
            try:
                plages = lire_plages(lues.get(jour, ""))
            except HorairesIllisibles as refus:
                self.add_error(jour, str(refus))
            else:
                if plages:
                    horaires[jour] = plages
        return lues | {"horaires": horaires}

    def preferences(self) -> dict[str, Any]:
        return {nom: self.cleaned_data[nom] for nom in ("rayon_m", "horaires", "refus_activites")}


def _distance(metres: int) -> str:
    return f"{metres} m" if metres < 1000 else f"{metres // 1000} km"


class NumeroForm(forms.Form):
    """Un numéro de plus."""

    nom = forms.CharField(label="Prénom et nom", max_length=200)
    mobile = ChampMobile(label="Mobile")


class RemplacantForm(forms.Form):
    """Le mobile qui remplace un numéro suspendu ; vide : c'est toujours le même."""

    mobile = ChampMobile(label="Votre mobile aujourd'hui", required=False,
                         help_text="Vide si c'est toujours le même : un code y part pour le prouver.")  # fmt: skip


class ReponseForm(forms.Form):
    reponse = forms.CharField(label="Votre réponse", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


def numero_masque(mobile: str) -> str:
    """« 06 •• •• •• 12 » : assez pour s'y reconnaître, pas assez pour qui aurait trouvé le lien."""
    groupes = mobile_lisible(mobile).split()
    return " ".join([groupes[0], *("••" for _ in groupes[1:-1]), groupes[-1]])

"""Décrire un local, écrire son histoire, le scinder, le fusionner ; noter ses contacts et ses photographies."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator

from tissu.locaux.choices import EtatLocal, Independance, NatureLocal
from tissu.locaux.models import Local
from tissu.locaux.nomenclatures import choix_d_activite
from tissu.locaux.operations.transformations import Partie
from tissu.socle.territoire import territoire


def jour(libelle: str, **options: Any) -> forms.DateField:
    """Un jour, écrit comme le navigateur l'envoie ou à la française."""
    return forms.DateField(
        label=libelle, input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options,
    )  # fmt: skip


def texte_long(libelle: str, lignes: int = 2, **options: Any) -> forms.CharField:
    return forms.CharField(label=libelle, widget=forms.Textarea(attrs={"rows": lignes}), **options)


def mesure(libelle: str, maximum: int = 999_999) -> forms.DecimalField:
    return forms.DecimalField(
        label=libelle, required=False, min_value=0, max_value=maximum, decimal_places=2, localize=True
    )


class AvecVersion(forms.Form):
    """La version lue voyage avec le formulaire : elle dit si quelqu'un a écrit entre-temps."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def a_refaire_sur(self, version: int) -> None:
        """Après un conflit : ce qui est tapé reste, et s'enregistrera par-dessus ce que l'autre a écrit."""
        donnees: Any = self.data
        self.data = donnees.copy()
        self.data["version"] = str(version)  # type: ignore[index]


class DescriptionForm(forms.Form):
    """Où est le local, ce qu'il mesure, ce qui s'en publie."""

    nature = forms.ChoiceField(label="Nature", choices=NatureLocal.choices)
    nom = forms.CharField(label="Nom du local, s'il en a un", max_length=200, required=False)
    numero = forms.CharField(label="Numéro", max_length=20, required=False)
    voie = forms.CharField(label="Voie", max_length=200, required=False)
    complement = forms.CharField(
        label="Complément", max_length=200, required=False, help_text="Bâtiment, galerie, cellule."
    )
    code_commune = forms.ChoiceField(label="Commune")
    code_postal = forms.CharField(label="Code postal", max_length=5, required=False)
    quartier = forms.CharField(label="Quartier", max_length=200, required=False)
    lon = forms.FloatField(label="Longitude", required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label="Latitude", required=False, min_value=-90, max_value=90)
    etage = forms.IntegerField(label="Étage", required=False, min_value=-9, max_value=99,
                               help_text="0 pour le rez-de-chaussée.")  # fmt: skip
    parcelle = forms.CharField(label="Parcelle cadastrale", max_length=14, required=False)
    surface_m2 = mesure("Surface (m²)")
    surface_vente_m2 = mesure("Surface de vente (m²)")
    vitrine_m = mesure("Longueur de vitrine (m)", 9_999)
    loyer_eur_m2_an = mesure("Loyer (€ hors taxes par m² et par an)")
    couverts = forms.IntegerField(label="Couverts", required=False, min_value=0, max_value=100_000)
    chambres = forms.IntegerField(label="Chambres", required=False, min_value=0, max_value=100_000)
    accord_publication = forms.BooleanField(
        label="Le propriétaire accepte que ce local paraisse sur la page publique", required=False
    )
    disponible_texte = texte_long(
        "Ce que la page publique en dit", required=False, max_length=500,
        help_text="Surface, loyer demandé, à qui s'adresser : seulement ce que le propriétaire veut publier.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code_commune"].choices = list(territoire().communes.items())  # type: ignore[attr-defined]

    def valeurs(self) -> dict[str, Any]:
        """Les champs du local, sans la voie ni la version."""
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if nom not in {"voie", "version"}}


class LocalForm(AvecVersion, DescriptionForm):
    @staticmethod
    def initial_de(local: Local) -> dict[str, Any]:
        """Ce que le formulaire montre d'un local."""
        champs = [nom for nom in DescriptionForm.base_fields if nom != "voie"]
        return {nom: getattr(local, nom) for nom in champs} | {
            "voie": str(local.voie or ""), "version": local.version,
        }  # fmt: skip


class NouveauForm(DescriptionForm):
    ouvert_le = jour("Existe depuis", required=False, help_text="Vide : avant tout relevé.")


class EtatForm(AvecVersion):
    etat = forms.ChoiceField(
        label="État", choices=[(e.value, e.label) for e in EtatLocal if e != EtatLocal.VACANT_STRUCTUREL],
        help_text="La vacance structurelle se calcule de sa durée.",
    )  # fmt: skip
    le = jour("Depuis le", required=False, help_text="Vide : avant tout relevé.")
    releve_le = jour("Constaté le", required=False, help_text="Vide : le même jour.")
    precision = forms.CharField(
        label="Précision", max_length=300, required=False, help_text="« Bail à céder », « enseigne annoncée : … »"
    )


class OccupantForm(AvecVersion):
    enseigne = forms.CharField(
        label="Enseigne", max_length=200, required=False, help_text="Telle qu'on la lit de la rue."
    )
    activite = forms.ChoiceField(label="Activité", required=False)
    independance = forms.ChoiceField(label="Indépendant ou enseigne", choices=Independance.choices)
    siret = forms.CharField(label="SIRET", max_length=14, required=False, help_text="Si vous le connaissez.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activite"].choices = [("", "Non connue"), *choix_d_activite()]  # type: ignore[attr-defined]

    def valeurs(self) -> dict[str, Any]:
        return {nom: self.cleaned_data[nom] for nom in ("enseigne", "activite", "independance", "siret", "accessoire")
                if nom in self.cleaned_data}  # fmt: skip


class NouvelOccupantForm(OccupantForm):
    le = jour("Depuis le", required=False, help_text="Vide : avant tout relevé.")
    accessoire = forms.BooleanField(
        label="Il partage le local avec l'occupant en place (boutique dans la boutique)", required=False
    )


class DateForm(AvecVersion):
    debut = jour("Premier jour", required=False, help_text="Vide : avant tout relevé.")
    motif = forms.CharField(label="D'où vient cette date", max_length=200)


class MotifForm(AvecVersion):
    motif = forms.CharField(label="Pourquoi", max_length=200)


class FermerForm(AvecVersion):
    le = jour("N'existe plus depuis le")
    motif = forms.CharField(label="Ce qu'il est devenu", max_length=200, help_text="Logement, démolition…")


class PartieForm(forms.Form):
    """Un des locaux qui naissent d'une scission."""

    numero = forms.CharField(label="Numéro", max_length=20, required=False)
    complement = forms.CharField(label="Complément", max_length=200, required=False)
    surface_m2 = mesure("Surface (m²)")
    vitrine_m = mesure("Vitrine (m)", 9_999)
    etat = forms.ChoiceField(label="État", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["etat"].choices = [  # type: ignore[attr-defined]
            (GARDE, "Garde l'occupant et l'état d'avant"),
            *((e.value, e.label) for e in EtatLocal if e != EtatLocal.VACANT_STRUCTUREL),
        ]

    def partie(self) -> Partie:
        lues = self.cleaned_data
        mesures: dict[str, Decimal | None] = {nom: lues[nom] for nom in ("surface_m2", "vitrine_m")}
        garde = lues["etat"] == GARDE
        return Partie(lues["numero"], lues["complement"], mesures, garde=garde, etat="" if garde else lues["etat"])


GARDE = "garde"
PartiesFormSet = forms.formset_factory(PartieForm, extra=0, min_num=2, max_num=6, validate_min=True, validate_max=True)


class ScissionForm(AvecVersion):
    le = jour("Scindé le")
    motif = forms.CharField(label="Pourquoi", max_length=300, required=False)


class FusionForm(AvecVersion):
    """Les locaux d'une même adresse que l'on réunit à celui-ci."""

    le = jour("Réunis le")
    autres = forms.ModelMultipleChoiceField(
        Local.objects.none(), label="Avec", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un local à réunir à celui-ci."},
    )  # fmt: skip
    garde = forms.ChoiceField(label="L'occupant et l'état qui continuent")
    motif = forms.CharField(label="Pourquoi", max_length=300, required=False)

    def __init__(self, *args: Any, local: Local, voisins: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["autres"].queryset = voisins  # type: ignore[attr-defined]
        self.fields["garde"].choices = [  # type: ignore[attr-defined]
            (str(un.pk), f"Ceux de {un.reference}") for un in (local, *voisins)
        ] + [(e.value, f"Aucun : {e.label.lower()}") for e in (EtatLocal.VACANT, EtatLocal.TRAVAUX)]


class ContactForm(forms.Form):
    role = forms.CharField(label="À quel titre", max_length=100, help_text="Propriétaire, agence, syndic…")
    nom = forms.CharField(label="Nom", max_length=200, required=False)
    telephone = forms.CharField(label="Téléphone", max_length=20, required=False)
    courriel = forms.EmailField(label="Courriel", required=False)
    accord_le = jour("A accepté d'être joint le", required=False)


class PhotoForm(forms.Form):
    fichier = forms.FileField(
        label="Photographie", validators=[FileExtensionValidator(["jpg", "jpeg", "png", "webp"])],
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="JPEG, PNG ou WebP. Le lieu et l'appareil inscrits dans le fichier sont effacés.",
    )  # fmt: skip
    legende = forms.CharField(label="Légende", max_length=200, required=False)


class SignalerForm(forms.Form):
    texte = texte_long("Ce qu'il faut vérifier", max_length=500)


class SiretForm(forms.Form):
    siret = forms.CharField(label="SIRET", max_length=20)

    def clean_siret(self) -> str:
        return "".join(str(self.cleaned_data["siret"]).split())

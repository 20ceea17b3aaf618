"""Formulaires de la fiche 7."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.analyses import HORS_ZONE, INCONNU
from tissu.actions.fichier_entreprises.choices import EtatPiste, EvenementVeille, GestePiste, MotifFermeture, Secteurs
from tissu.actions.fichier_entreprises.models import FiliereExcellence, RegleDePiste, Veille
from tissu.actions.fichier_entreprises.queries import cadre, grands
from tissu.actions.fichier_entreprises.queries.lignes import Criteres
from tissu.actions.fichier_entreprises.queries.pistes import personnes_a_qui_confier
from tissu.comptes.models import Personne
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement
from tissu.registre.queries.listes import listes_visibles_en_base
from tissu.socle.formats import mois_long
from tissu.socle.identifiants import siret_valide

LIGNES_DE_LA_PAGE = 30


def _mois_ouverts() -> list[tuple[str, str]]:
    return [(periode.code, mois_long(periode.code)) for periode in cadre.periodes_ouvertes()]


class MoisForm(forms.Form):
    """Le choix d'un mois et d'un périmètre."""

    mois = forms.ChoiceField(label="Mois", choices=_mois_ouverts)
    secteurs = forms.ChoiceField(label="Périmètre", choices=Secteurs.choices, required=False)


class FiltreLignes:
    """Les filtres d'une liste de lignes, lus de l'adresse ; une valeur inconnue est ignorée."""

    def __init__(self, donnees: QueryDict) -> None:
        self.donnees = donnees

    def criteres(self) -> Criteres:
        """Les critères demandés. `type` accepte plusieurs types séparés par des virgules."""
        types = [t for t in self.donnees.get("type", "").split(",") if t in rules.TYPES_PUBLIES]
        return Criteres(
            secteurs=cadre.secteurs_demandes(self.donnees.get("secteurs", "")),
            types=tuple(types),
            commune=self.donnees.get("commune", ""),
            zone=self.donnees.get("zone", ""),
            activite=self.donnees.get("activite", ""),
            tranche=self.donnees.get("tranche", ""),
        )

    def pour_la_carte(self) -> QueryDict:
        """Les mêmes filtres, tels que la carte des événements les lit (un paramètre par type)."""
        parametres: Any = self.donnees.copy()
        parametres.setlist("type", self.donnees.get("type", "").split(","))
        return parametres

    def puces(self, filtres: list[dict[str, str]]) -> list[dict[str, str]]:
        """Les filtres posés, chacun avec l'adresse qui le retire."""
        return [{"titre": f["titre"], "valeur": f["valeur"], "retirer": self.sans(f["cle"])} for f in filtres]

    def sans(self, cle: str) -> str:
        """L'adresse de la même liste sans l'un de ses filtres."""
        restants: Any = self.donnees.copy()
        for a_oter in (cle, "page", "format"):
            restants.pop(a_oter, None)
        return "?" + restants.urlencode()


class FiltreDeCarte(forms.Form):
    """Les filtres des événements d'un mois sur la carte : ceux de ses lignes."""

    type = forms.MultipleChoiceField(
        label="Événement", required=False,
        choices=[(t, LIBELLES_EVENEMENTS[TypeEvenement(t)]) for t in rules.TYPES_PUBLIES],
    )  # fmt: skip
    secteurs = forms.ChoiceField(label="Périmètre", choices=Secteurs.choices, required=False)
    commune = forms.ChoiceField(label="Commune", required=False)
    zone = forms.ChoiceField(label="Zone", required=False)
    activite = forms.ChoiceField(label="Activité", required=False)
    tranche = forms.ChoiceField(label="Taille", required=False)

    def __init__(self, donnees: QueryDict, *, choix: dict[str, list[tuple[str, str]]]) -> None:
        super().__init__(donnees)
        speciaux = {"zone": [(HORS_ZONE, "Hors de toute zone")], "activite": [(INCONNU, "Inconnue")],
                    "tranche": [(INCONNU, "Inconnue")]}  # fmt: skip
        for nom, options in choix.items():
            tout = [("", "Tout"), *options, *speciaux.get(nom, [])]
            self.fields[nom].choices = tout  # type: ignore[attr-defined]

    def criteres(self) -> Criteres:
        """Les critères justes ; un paramètre faux est laissé de côté."""
        self.full_clean()
        v = self.cleaned_data
        return Criteres(
            secteurs=cadre.secteurs_demandes(v.get("secteurs", "")), types=tuple(v.get("type", ())),
            commune=v.get("commune", ""), zone=v.get("zone", ""), activite=v.get("activite", ""),
            tranche=v.get("tranche", ""),
        )  # fmt: skip


class SemestreForm(forms.Form):
    """Le choix d'un semestre."""

    semestre = forms.ChoiceField(
        label="Semestre", choices=lambda: [(p.code, p.libelle.capitalize()) for p in grands.semestres_ouverts()]
    )


class FiltreGrands(forms.Form):
    """Ce que la page de la liste montre."""

    filiere = forms.ChoiceField(
        label="Filières d'excellence",
        required=False,
        choices=lambda: [
            ("", "Toutes les entreprises"),
            ("hors", "Hors filières"),
            *((nom, nom) for _, nom in _filieres()),
        ],
    )
    tout = forms.BooleanField(label="Montrer toutes les lignes", required=False)

    def filiere_choisie(self) -> str:
        return self.cleaned_data.get("filiere", "") if self.is_valid() else ""

    def extrait(self) -> int:
        """Combien de lignes montrer ; zéro : toutes."""
        return 0 if self.is_valid() and self.cleaned_data["tout"] else LIGNES_DE_LA_PAGE


class FiltrePistes(forms.Form):
    """Les filtres de la liste des pistes."""

    vue = forms.ChoiceField(
        label="Pistes", choices=[("miennes", "Les miennes"), ("toutes", "Toutes")], required=False, initial="miennes"
    )
    etat = forms.ChoiceField(
        label="État",
        choices=[("", "Ouvertes"), *EtatPiste.choices, ("toutes", "Ouvertes et closes")],
        required=False,
    )
    filiere = forms.ChoiceField(label="Filière", required=False, choices=lambda: [("", "Toutes"), *_filieres()])


def _filieres() -> list[tuple[str, str]]:
    return list(FiliereExcellence.objects.order_by("nom").values_list("slug", "nom"))


def _choisir_parmi(champ: forms.Field, choix: QuerySet[Any]) -> None:
    """Donne ses choix à un champ de modèle, lus à chaque formulaire."""
    assert isinstance(champ, forms.ModelChoiceField)
    champ.queryset = choix


class SuivreForm(forms.Form):
    """Une note ou un contact, et la suite prévue."""

    geste = forms.ChoiceField(
        label="Que s'est-il passé ?",
        choices=[
            (GestePiste.CONTACT.value, "J'ai contacté l'entreprise"),
            (GestePiste.NOTE.value, "J'ajoute une note"),
        ],
    )
    texte = forms.CharField(label="En quelques mots", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    prochaine_action = forms.CharField(label="Prochaine action", max_length=200, required=False)
    echeance = forms.DateField(
        label="Avant le", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ConfierForm(forms.Form):
    """À qui confier la piste."""

    a = forms.ModelChoiceField(label="Confier à", queryset=Personne.objects.none(), empty_label="Choisissez")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choisir_parmi(self.fields["a"], personnes_a_qui_confier())


class FermerForm(forms.Form):
    """Pourquoi clore la piste."""

    motif = forms.ChoiceField(label="Pourquoi la clore ?", choices=MotifFermeture.choices, widget=forms.RadioSelect)
    texte = forms.CharField(
        label="Précision", widget=forms.Textarea(attrs={"rows": 2}), max_length=1000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # La page d'une piste porte aussi le formulaire de suivi, qui a lui aussi un champ « texte ».
        super().__init__(*args, **{"auto_id": "clore_%s", **kwargs})


class ListeDeTextes(forms.CharField):
    """Une liste saisie dans une zone de texte, un élément par ligne ou séparé par des virgules."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        brut = super().to_python(value) or ""
        return list(dict.fromkeys(m for m in re.split(r"[\s,;]+", brut) if m))


class ListeDeNaf(ListeDeTextes):
    """Des codes NAF ou leurs débuts : « 62 », « 62.01 », « 62.01Z »."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        faux = [code for code in value if not re.fullmatch(r"\d{2}(\.?\d{1,2}[A-Za-z]?)?", code)]
        if faux:
            raise forms.ValidationError(
                f"Ce ne sont pas des codes NAF : {', '.join(faux)}. Écrivez par exemple 62 ou 62.01Z."
            )


class ListeDeSirets(ListeDeTextes):
    """Des SIRET, avec ou sans espaces."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        brut = forms.CharField.to_python(self, value) or ""
        lignes = re.split(r"[\n,;]+", brut)
        return list(dict.fromkeys(m for m in (re.sub(r"\D", "", ligne) for ligne in lignes) if m))

    def validate(self, value: Any) -> None:
        super().validate(value)
        faux = [siret for siret in value if not siret_valide(siret)]
        if faux:
            raise forms.ValidationError(
                f"Ce ne sont pas des SIRET : {', '.join(faux[:5])}. Un SIRET compte 14 chiffres."
            )


class FiliereForm(forms.ModelForm):  # type: ignore[type-arg]
    """Une filière d'excellence."""

    codes_naf = ListeDeNaf(label="Codes NAF, ou leurs débuts", required=False, help_text="Un par ligne : 62, 62.01Z…")
    sirets_ajoutes = ListeDeSirets(label="SIRET ajoutés à la main", required=False)
    sirets_retires = ListeDeSirets(
        label="SIRET retirés à la main", required=False, help_text="Ils l'emportent sur tout."
    )

    class Meta:
        model = FiliereExcellence
        fields = ("nom", "codes_naf", "sirets_ajoutes", "sirets_retires", "responsable")
        labels = {"nom": "Nom de la filière", "responsable": "Chargé de la filière"}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choisir_parmi(self.fields["responsable"], personnes_a_qui_confier())


class RegleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Une règle de piste : ses critères doivent être remplis ensemble, un critère vide ne trie pas."""

    types = forms.MultipleChoiceField(
        label="Événements qui ouvrent une piste",
        choices=[(t, LIBELLES_EVENEMENTS[TypeEvenement(t)]) for t in (*rules.TYPES_ENTREES, "transfert_interne")],
        widget=forms.CheckboxSelectMultiple,
    )
    codes_naf = ListeDeNaf(label="Codes NAF, ou leurs débuts", required=False, help_text="Un par ligne : 62, 62.01Z…")
    communes = forms.MultipleChoiceField(label="Communes", required=False, choices=lambda: _communes())
    zones = forms.MultipleChoiceField(label="Zones", required=False, choices=lambda: _zones())

    class Meta:
        model = RegleDePiste
        fields = (
            "nom", "active", "types", "filiere", "codes_naf", "communes", "zones", "effectif_min",
            "effectif_inconnu_accepte", "assignee",
        )  # fmt: skip
        labels = {  # noqa: RUF012
            "nom": "Nom de la règle",
            "active": "Règle en service",
            "filiere": "Filière d'excellence",
            "effectif_min": "Effectif minimal",
            "effectif_inconnu_accepte": "Garder aussi les entreprises dont l'effectif est encore inconnu",
            "assignee": "Confier les pistes à",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choisir_parmi(self.fields["assignee"], personnes_a_qui_confier())
        self.fields["assignee"].help_text = "Sans choix : le chargé de la filière."


def _communes() -> list[tuple[str, str]]:
    try:
        trouvees = cadre.communes(courant())
    except RegistreAbsent:
        return []
    return sorted(trouvees.items(), key=lambda couple: couple[1])


def _zones() -> list[tuple[str, str]]:
    return sorted(cadre.noms_des_zones().items(), key=lambda couple: couple[1])


class VeilleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Une veille : quelles entreprises, quels faits, à quel rythme."""

    sirets = ListeDeSirets(label="SIRET à suivre", required=False, help_text="Un par ligne.")
    codes_naf = ListeDeNaf(label="Activités à suivre (codes NAF, ou leurs débuts)", required=False)
    communes = forms.MultipleChoiceField(label="Communes à suivre", required=False, choices=_communes)
    zones = forms.MultipleChoiceField(label="Zones à suivre", required=False, choices=_zones)
    evenements = forms.MultipleChoiceField(
        label="Faits à signaler", choices=EvenementVeille.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Veille
        fields = ("nom", "sirets", "liste", "communes", "zones", "codes_naf", "evenements", "frequence", "active")
        labels = {  # noqa: RUF012
            "nom": "Nom de la veille",
            "liste": "Liste de SIRET déposée dans le registre",
            "frequence": "Résumé par courriel",
            "active": "Veille en service",
        }

    def __init__(self, *args: Any, personne: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.personne = personne
        _choisir_parmi(self.fields["liste"], listes_visibles_en_base(personne))

    def clean(self) -> dict[str, Any]:
        propres = super().clean() or {}
        if not any(propres.get(champ) for champ in ("sirets", "liste", "communes", "zones", "codes_naf")):
            raise forms.ValidationError(
                "Dites quelles entreprises suivre : une liste de SIRET, ou au moins un critère."
            )
        nom = propres.get("nom")
        memes = Veille.objects.filter(personne=self.personne, nom=nom).exclude(pk=self.instance.pk)
        if nom and memes.exists():
            self.add_error("nom", "Vous avez déjà une veille de ce nom.")
        return propres

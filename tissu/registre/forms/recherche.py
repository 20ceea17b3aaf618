"""Le formulaire de la liste : chaque paramètre de l'adresse, vérifié, puis traduit en demande."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from tissu.cartes.tableau import lire_cadre
from tissu.registre.filtres import DIFFUSIONS, ETATS, NIVEAUX, SIEGES, Filtres
from tissu.registre.nomenclatures import choix_du_niveau, libelle_categorie_juridique, libelle_naf, table_agregations
from tissu.registre.queries.recherche import TRIS, Demande
from tissu.registre.rules import TRANCHES
from tissu.socle.formats import date_courte, nombre, siret_lisible
from tissu.socle.parametres import parametre

FORMES = ("10", "54", "57", "55", "65", "52", "62", "63", "92", "91", "93", "71", "72", "73", "5498", "5720", "6540")
SIRETS_DANS_L_ADRESSE = 200

Choix = Sequence[tuple[str, str]]


class JourField(forms.DateField):
    """Un jour, écrit comme le navigateur l'envoie ou à la française."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y"])


class RechercheForm(forms.Form):
    """Les paramètres de `/registre/`. Un paramètre faux est dit et laissé de côté ; les autres valent."""

    q = forms.CharField(label="Rechercher", required=False, max_length=200)
    commune = forms.MultipleChoiceField(label="Commune", required=False)
    zone = forms.MultipleChoiceField(label="Zone", required=False)
    secteur = forms.MultipleChoiceField(label="Secteur", required=False)
    etat = forms.MultipleChoiceField(label="État", required=False, choices=list(ETATS.items()))
    niveau = forms.ChoiceField(label="Niveau d'activité", required=False, choices=list(NIVEAUX.items()))
    activite = forms.MultipleChoiceField(label="Activité", required=False)
    mots = forms.CharField(
        label="Activité, en mots ou par code", required=False, max_length=100, help_text="« restauration », « 62.0 »"
    )
    tranche = forms.MultipleChoiceField(
        label="Tranche d'effectif", required=False, choices=[(t.code, t.libelle) for t in TRANCHES.values()]
    )
    effectif_min = forms.IntegerField(label="Effectif, au moins", required=False, min_value=0, max_value=1_000_000)
    effectif_max = forms.IntegerField(label="Effectif, au plus", required=False, min_value=0, max_value=1_000_000)
    forme = forms.MultipleChoiceField(label="Forme juridique", required=False)
    creation_du = JourField("Créé depuis le")
    creation_au = JourField("Créé jusqu'au")
    fermeture_du = JourField("Fermé depuis le")
    fermeture_au = JourField("Fermé jusqu'au")
    siege = forms.ChoiceField(label="Siège", required=False, choices=[("", "Tous"), *SIEGES.items()])
    diffusion = forms.ChoiceField(label="Diffusion", required=False, choices=[("", "Toutes"), *DIFFUSIONS.items()])
    liste = forms.ChoiceField(label="Ma liste de SIRET", required=False)
    siret = forms.CharField(label="SIRET", required=False, widget=forms.HiddenInput)
    tri = forms.CharField(required=False, widget=forms.HiddenInput)
    cadre = forms.CharField(label="Carte", required=False, widget=forms.HiddenInput)

    def __init__(
        self, donnees: QueryDict, *, communes: Choix, zones: Choix, listes: Mapping[int, Any], au: date
    ) -> None:
        demande = donnees.get("niveau") or ""
        niveau = demande if demande in NIVEAUX else "section"
        activites = activites_du_niveau(niveau)
        super().__init__(_sans_vides(donnees, {code for code, _ in activites}))
        self.secteurs: dict[str, Any] = parametre("registre.regroupements_sectoriels", au=au)
        self.listes = listes
        self._choisir("commune", communes)
        self._choisir("zone", zones)
        self._choisir("secteur", [(cle, secteur["libelle"]) for cle, secteur in self.secteurs.items()])
        self._choisir("activite", activites)
        self._choisir("forme", [(code, libelle_categorie_juridique(code)) for code in FORMES])
        self._choisir("liste", [("", "Aucune"), *((str(cle), liste.nom) for cle, liste in listes.items())])

    def _choisir(self, champ: str, choix: Choix) -> None:
        self.fields[champ].choices = list(choix)  # type: ignore[attr-defined]

    def clean_tri(self) -> str:
        """Un tri inconnu est celui de la pertinence."""
        tri = self.cleaned_data["tri"]
        return tri if tri.removeprefix("-") in TRIS else ""

    def clean_siret(self) -> tuple[str, ...] | None:
        """Des SIRET venus d'un lien, séparés par des virgules."""
        sirets = [s for s in self.cleaned_data["siret"].split(",") if s.isdecimal() and len(s) == 14]
        return tuple(sirets[:SIRETS_DANS_L_ADRESSE]) if sirets else None

    def clean_cadre(self) -> tuple[float, ...] | None:
        """Ce que montre la carte à côté de la liste ; un cadre illisible ne réduit rien."""
        return lire_cadre(self.cleaned_data["cadre"])

    def demande(self) -> Demande:
        """Ce qui est demandé, d'après les paramètres justes."""
        self.full_clean()
        v = self.cleaned_data
        liste = self.listes.get(int(v["liste"])) if v.get("liste") else None
        sections = tuple(section for cle in v.get("secteur", []) for section in self.secteurs[cle]["sections"])
        filtres = Filtres(
            communes=tuple(v.get("commune", ())),
            zones=tuple(v.get("zone", ())),
            niveau=v.get("niveau") or "section",
            activites=tuple(v.get("activite", ())),
            mots_activite=v.get("mots", ""),
            sections=sections,
            tranches=tuple(v.get("tranche", ())),
            effectif_min=v.get("effectif_min"),
            effectif_max=v.get("effectif_max"),
            formes=tuple(v.get("forme", ())),
            creation_du=v.get("creation_du"),
            creation_au=v.get("creation_au"),
            fermeture_du=v.get("fermeture_du"),
            fermeture_au=v.get("fermeture_au"),
            etats=tuple(v.get("etat", ())),
            diffusion=v.get("diffusion", ""),
            siege=v.get("siege", ""),
            sirets=tuple(liste.sirets) if liste else v.get("siret"),
            cadre=v.get("cadre"),
        )
        return Demande(texte=v.get("q", ""), filtres=filtres, tri=v.get("tri", ""))

    def puces(self) -> list["Puce"]:
        """Les filtres posés, en mots, chacun avec le paramètre qui le retire."""
        puces = []
        for nom in self.fields:
            valeur = self.cleaned_data.get(nom)
            if nom in {"tri", "niveau"} or valeur in (None, "", [], ()):
                continue
            etiquette = str(self.fields[nom].label)
            for une in valeur if isinstance(valeur, list) else [valeur]:
                puces.append(Puce(nom, self._brut(une), etiquette, self._en_mots(nom, une)))
        return puces

    @staticmethod
    def _brut(valeur: Any) -> str:
        return ",".join(map(str, valeur)) if isinstance(valeur, tuple) else str(valeur)

    def _en_mots(self, nom: str, valeur: Any) -> str:
        if isinstance(valeur, date):
            return date_courte(valeur)
        if isinstance(valeur, int):
            return nombre(valeur)
        if nom == "cadre":
            return "ce qu'elle montre"
        if isinstance(valeur, tuple):
            return siret_lisible(valeur[0]) if len(valeur) == 1 else f"{len(valeur)} établissements"
        choix = getattr(self.fields[nom], "choices", None)
        return dict(choix).get(valeur, valeur) if choix else f"« {valeur} »"

    def ajoutables(self, *noms: str) -> list["Ajoutable"]:
        """Les champs à plusieurs valeurs : celles déjà posées, celles que l'on peut encore ajouter."""
        rendus = []
        for nom in noms:
            choisis = self.cleaned_data.get(nom, [])
            options = [(cle, texte) for cle, texte in self.fields[nom].choices if cle not in choisis]  # type: ignore[attr-defined]
            rendus.append(Ajoutable(nom, str(self.fields[nom].label), choisis, options))
        return rendus


def _sans_vides(donnees: QueryDict, activites: set[str]) -> QueryDict:
    """Sans les paramètres qu'un formulaire envoie vides, ni les activités d'un niveau que la personne a quitté."""
    propres = QueryDict(mutable=True)
    for cle, valeurs in donnees.lists():
        gardees = [v for v in valeurs if v and (cle != "activite" or v in activites)]
        if gardees:
            propres.setlist(cle, gardees)
    return propres


@dataclass(frozen=True)
class Puce:
    """Un filtre posé : son paramètre, sa valeur dans l'adresse, et les deux en mots."""

    parametre: str
    valeur: str
    titre: str
    texte: str


@dataclass(frozen=True)
class Ajoutable:
    """Un filtre qui se cumule : choisir une option l'ajoute à celles déjà posées."""

    nom: str
    titre: str
    choisis: Sequence[str]
    options: Choix


def activites_du_niveau(niveau: str) -> Choix:
    """Les codes et libellés d'un niveau de la NAF rév. 2, codes en tête."""
    if niveau == "naf":
        codes = sorted(set(table_agregations().column("code").to_pylist()))
        return [(code, f"{code} {libelle_naf(code)}") for code in codes]
    return [(code, f"{code} {libelle}") for code, libelle in choix_du_niveau(niveau)]


class EnregistrerForm(forms.Form):
    """Nommer la recherche affichée."""

    nom = forms.CharField(label="Nom de la recherche", max_length=100)
    adresse = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8000)
    partagee = forms.BooleanField(label="La montrer aux personnes de mon organisation", required=False)


class ListeForm(forms.Form):
    """Déposer sa liste de SIRET."""

    nom = forms.CharField(label="Nom de la liste", max_length=200, required=False)
    fichier = forms.FileField(
        label="Fichier CSV, texte ou XLSX",
        help_text="Une colonne « siret », ou des SIRET n'importe où dans le fichier. 5 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def clean_fichier(self) -> UploadedFile:
        """Refuse un fichier d'une autre sorte avant de le lire."""
        fichier: UploadedFile = self.cleaned_data["fichier"]
        if not (fichier.name or "").lower().endswith((".csv", ".txt", ".xlsx")):
            raise forms.ValidationError("Choisissez un fichier .csv, .txt ou .xlsx.")
        return fichier

"""Ajouter une forme à la sélection par la saisie : ce que la souris fait sur la carte, en champs."""

import re
from typing import Any

from django import forms

from tissu.cartes.couches import Couche
from tissu.cartes.queries.perimetres import perimetres_utilisables
from tissu.cartes.resolution import zones_proposees
from tissu.cartes.selection import (
    RAYON_AU_PLUS_M,
    Cercle,
    Designee,
    Forme,
    Polygone,
    SelectionRefusee,
    contour_du_polygone,
    ecrire_forme,
    lire_forme,
)

PREFIXE = "choix"
"""Devant le nom de chaque champ : ceux des filtres de la couche restent libres."""
MANQUES = {
    "lon": "Donnez la longitude du centre.", "lat": "Donnez la latitude du centre.",
    "rayon": "Donnez le rayon en mètres.", "sommets": "Donnez au moins trois sommets, un par ligne.",
    "rue": "Donnez le nom d'une rue.", "zone": "Choisissez une zone.", "perimetre": "Choisissez un périmètre.",
}  # fmt: skip
CHAMPS_D_UNE_FORME = {
    "cercle": ("lon", "lat", "rayon"), "polygone": ("sommets",), "rue": ("rue",), "zone": ("zone",),
    "perimetre": ("perimetre",),
}  # fmt: skip


class ChoisirForm(forms.Form):
    """Une forme à la fois. `forme_choisie` la donne, écrite pour une adresse, quand le formulaire est valide."""

    sens = forms.ChoiceField(
        label="Ce qui est dedans",
        choices=[("dans", "Le garder"), ("hors", "L'exclure")],
        widget=forms.RadioSelect,
        initial="dans",
    )
    forme = forms.ChoiceField(label="Choisir par", widget=forms.RadioSelect, initial="cercle")
    lon = forms.FloatField(label="Longitude du centre", required=False, localize=True)
    lat = forms.FloatField(label="Latitude du centre", required=False, localize=True)
    rayon = forms.IntegerField(label="Rayon, en mètres", required=False, min_value=1, max_value=RAYON_AU_PLUS_M)
    sommets = forms.CharField(
        label="Sommets",
        required=False,
        help_text="Un par ligne, longitude puis latitude : 5,0415 47,3220.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    rue = forms.CharField(label="Nom de la rue", required=False, max_length=100)
    rue_id = forms.ChoiceField(label="Plusieurs rues répondent : laquelle ?", required=False, widget=forms.RadioSelect)
    zone = forms.ChoiceField(label="Zone", required=False)
    perimetre = forms.ChoiceField(label="Périmètre déposé", required=False)

    def __init__(self, donnees: Any, *, couche: Couche, personne: Any) -> None:
        super().__init__(donnees, prefix=PREFIXE)
        self.couche = couche
        self.forme_choisie = ""
        zones = [
            (c.titre, [(f"{c.slug}/{cle}", nom) for cle, nom in paires]) for c, paires in zones_proposees(personne)
        ]
        perimetres = [(str(p.pk), p.nom) for p in perimetres_utilisables(personne)]
        self._choix("zone", [("", "Choisir une zone"), *zones])
        self._choix("perimetre", [("", "Choisir un périmètre"), *perimetres])
        self.rues = self._rues()
        self._choix("rue_id", self.rues)
        possibles = {
            "cercle": "un cercle", "polygone": "un polygone", "rue": "une rue" if couche.rues else "",
            "zone": "une zone" if zones else "", "perimetre": "un périmètre déposé" if perimetres else "",
        }  # fmt: skip
        self.possibles = {cle: titre for cle, titre in possibles.items() if titre}
        self._choix("forme", list(self.possibles.items()))

    def _choix(self, champ: str, choix: list[Any]) -> None:
        self.fields[champ].choices = choix  # type: ignore[attr-defined]

    def _rues(self) -> list[tuple[str, str]]:
        texte = (self.data.get(self.add_prefix("rue")) or "").strip() if self.is_bound else ""
        return list(self.couche.rues.chercher(texte))[:20] if self.couche.rues and texte else []

    def clean(self) -> dict[str, Any]:
        valeurs = super().clean() or {}
        forme = valeurs.get("forme")
        if forme is None or self.errors:
            return valeurs
        manquants = [nom for nom in CHAMPS_D_UNE_FORME[forme] if valeurs.get(nom) in (None, "")]
        for nom in manquants:
            self.add_error(nom, MANQUES[nom])
        if not manquants:
            try:
                self.forme_choisie = ecrire_forme(self._forme(forme, valeurs))
            except SelectionRefusee as refus:
                self.add_error(CHAMPS_D_UNE_FORME[forme][-1], str(refus))
        return valeurs

    def _forme(self, forme: str, valeurs: dict[str, Any]) -> Forme:
        if forme == "cercle":
            return lire_forme(ecrire_forme(Cercle(valeurs["lon"], valeurs["lat"], valeurs["rayon"])))
        if forme == "polygone":
            polygone = lire_forme(ecrire_forme(Polygone(_sommets(valeurs["sommets"]))))
            assert isinstance(polygone, Polygone)
            contour_du_polygone(polygone)
            return polygone
        if forme == "rue":
            return Designee("rue", self._une_rue(valeurs))
        if forme == "zone":
            couche, _, identifiant = valeurs["zone"].partition("/")
            return Designee("zone", identifiant, couche)
        return Designee("perimetre", valeurs["perimetre"])

    def _une_rue(self, valeurs: dict[str, Any]) -> str:
        if valeurs.get("rue_id"):
            return str(valeurs["rue_id"])
        if not self.rues:
            raise SelectionRefusee(f"Aucune rue ne répond à « {valeurs['rue']} » : vérifiez l'orthographe.")
        if len(self.rues) > 1:
            raise SelectionRefusee(f"Plusieurs rues répondent à « {valeurs['rue']} » : choisissez ci-dessous.")
        return self.rues[0][0]


def _sommets(texte: str) -> tuple[tuple[float, float], ...]:
    """Un sommet par ligne, la virgule ou le point pour décimale. Lève `SelectionRefusee` en nommant la ligne."""
    sommets = []
    for rang, ligne in enumerate(filter(None, map(str.strip, texte.splitlines())), start=1):
        nombres = re.findall(r"-?\d+(?:[.,]\d+)?", ligne)
        if len(nombres) != 2:
            raise SelectionRefusee(f"Ligne {rang} : « {ligne[:60]} » n'est pas une longitude et une latitude.")
        lon, lat = (float(nombre.replace(",", ".")) for nombre in nombres)
        sommets.append((lon, lat))
    return tuple(sommets)

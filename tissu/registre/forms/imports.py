"""Lancer un import : d'un dossier du serveur, ou de fichiers envoyés."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import forms

from tissu.registre.sources.formats_insee import ETABLISSEMENTS, FORMATS

TAILLE_MAX_ENVOI = 500 * 1024 * 1024


def dossiers_du_depot() -> list[Path]:
    """Les dossiers de `TISSU_DEPOT` (lui compris) où se trouve un fichier StockEtablissement."""
    racine = os.environ.get("TISSU_DEPOT", "")
    if not racine or not Path(racine).is_dir():
        return []
    dossiers = [Path(racine), *sorted(c for c in Path(racine).iterdir() if c.is_dir())]
    return [dossier for dossier in dossiers if any(_sorte(f.name) == ETABLISSEMENTS for f in dossier.iterdir())]


def _sorte(nom: str) -> str:
    return next((f.sorte for f in FORMATS if re.search(f.motif, nom, re.IGNORECASE)), "")


class PlusieursFichiersInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PlusieursFichiersField(forms.FileField):
    widget = PlusieursFichiersInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        recus = data if isinstance(data, Sequence) else [data]
        return [super(PlusieursFichiersField, self).clean(recu, initial) for recu in recus if recu]


class ImportForm(forms.Form):
    """Un dossier du serveur, ou des fichiers ; jamais les deux."""

    dossier = forms.ChoiceField(label="Dossier du serveur", required=False)
    fichiers = PlusieursFichiersField(
        label="Ou des fichiers de ce poste",
        required=False,
        help_text="Sous leur nom officiel (StockEtablissement_utf8.zip…), 500 Mo en tout ; au-delà, par le serveur.",
    )
    forcer = forms.BooleanField(
        label="Passer outre la garde contre les pertes",
        required=False,
        help_text="À ne cocher que si la perte d'établissements annoncée est voulue ; le journal le dira.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [(str(rang), dossier.name) for rang, dossier in enumerate(dossiers_du_depot())]
        self.fields["dossier"].choices = [("", "Aucun"), *choix]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        fichiers = donnees.get("fichiers") or []
        if bool(donnees.get("dossier")) == bool(fichiers):
            raise forms.ValidationError("Choisissez un dossier du serveur, ou des fichiers : l'un ou l'autre.")
        if fichiers:
            self._verifier(fichiers)
        return donnees

    def _verifier(self, fichiers: Sequence[Any]) -> None:
        inconnus = [f.name for f in fichiers if not _sorte(f.name)]
        if inconnus:
            self.add_error("fichiers", f"Noms non reconnus : {', '.join(inconnus)}. Gardez les noms officiels.")
        elif all(_sorte(f.name) != ETABLISSEMENTS for f in fichiers):
            self.add_error("fichiers", "Il manque le fichier StockEtablissement : sans lui, rien ne s'importe.")
        if sum(f.size for f in fichiers) > TAILLE_MAX_ENVOI:
            self.add_error("fichiers", "Plus de 500 Mo en tout : déposez ces fichiers sur le serveur (TISSU_DEPOT).")

    def dossier_choisi(self) -> Path | None:
        """Le dossier du serveur désigné par son rang : un chemin ne vient jamais du navigateur."""
        rang = self.cleaned_data["dossier"]
        return dossiers_du_depot()[int(rang)] if rang else None

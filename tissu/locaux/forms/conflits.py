"""Trancher un relevé en conflit : un choix par champ, aucun d'avance."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from tissu.locaux.forms.local import AvecVersion
from tissu.locaux.models import Local
from tissu.locaux.operations.releves import LOCAL

ACTUEL, RELEVE = "actuel", "releve"


class TrancherForm(AvecVersion):
    """Chaque champ en conflit garde l'actuel ou prend le relevé. `version` : celle du local que la page montrait."""

    def __init__(self, *args: Any, champs: Iterable[Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for champ in champs:
            self.fields[champ["champ"]] = forms.ChoiceField(
                label=champ["nom"], widget=forms.RadioSelect,
                choices=[(ACTUEL, "Garder l'actuel"), (RELEVE, "Garder le relevé")],
                error_messages={"required": f"{champ['nom']} : choisissez ce qu'il faut garder."},
            )  # fmt: skip

    def choix(self) -> dict[str, str]:
        """Champ → « actuel » ou « releve » ; d'un local dit nouveau, lequel c'est. À lire après `is_valid`."""
        return {champ: valeur for champ, valeur in self.cleaned_data.items() if champ != "version"}


class NouveauForm(TrancherForm):
    """Un local dit nouveau : l'un de ceux qui lui ressemblent, ou un autre."""

    def __init__(self, *args: Any, ressemblants: Iterable[Local], **kwargs: Any) -> None:
        super().__init__(*args, champs=(), **kwargs)
        del self.fields["version"]
        connus = [(un.reference, f"C'est {un.reference} : {un}{_enseigne(un)}") for un in ressemblants]
        self.fields[LOCAL] = forms.ChoiceField(
            label="Quel local est-ce ?", widget=forms.RadioSelect,
            choices=[*connus, (RELEVE, "C'est un autre local : le créer")],
            error_messages={"required": "Dites quel local le releveur a vu."},
        )  # fmt: skip


def _enseigne(local: Any) -> str:
    return f", {local.en_cours[0].enseigne}" if local.en_cours and local.en_cours[0].enseigne else ""

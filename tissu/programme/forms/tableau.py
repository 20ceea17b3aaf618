"""Ce que l'adresse du tableau de bord demande ; une valeur inconnue est ignorée."""

from collections.abc import Sequence

from django import forms

from tissu.comptes.models import Organisation
from tissu.programme.choices import Feu
from tissu.programme.models import Convention
from tissu.programme.queries.tableau import Filtres


class FiltreTableauForm(forms.Form):
    """Convention, année, maître d'ouvrage, feu, anomalies."""

    convention = forms.ChoiceField(required=False)
    annee = forms.ChoiceField(label="Année", required=False)
    maitre = forms.ChoiceField(label="Maître d'ouvrage", required=False)
    feu = forms.ChoiceField(required=False, choices=[("", "Tous les feux"), *Feu.choices])
    anomalies = forms.BooleanField(label="Avec anomalie à trancher", required=False)

    def garnir(
        self, conventions: Sequence[Convention], annees: Sequence[int], maitres: Sequence[Organisation]
    ) -> "FiltreTableauForm":
        """Pose les choix que la base offre."""
        choix: dict[str, list[tuple[object, str]]] = {
            "convention": [(une.pk, str(une)) for une in conventions],
            "annee": [(annee, str(annee)) for annee in annees],
            "maitre": [("", "Tous"), *((une.pk, str(une)) for une in maitres)],
        }
        for nom, valeurs in choix.items():
            champ = self.fields[nom]
            assert isinstance(champ, forms.ChoiceField)
            champ.choices = valeurs
        return self


def entier(texte: str) -> int | None:
    """Le nombre que porte l'adresse, ou None."""
    return int(texte) if texte.isdecimal() and len(texte) < 10 else None


def lire_revisions(choix: Sequence[str]) -> dict[int, int]:
    """Les cases « clé-révision » cochées : clé → révision lue. Une case illisible est ignorée."""
    paires = (une.partition("-") for une in choix)
    lues = ((entier(cle), entier(revision)) for cle, _, revision in paires)
    return {cle: revision for cle, revision in lues if cle is not None and revision is not None}


def lire_filtres(donnees: dict[str, str]) -> Filtres:
    """Les filtres de l'adresse."""
    feu = donnees.get("feu", "")
    return Filtres(
        maitre=entier(donnees.get("maitre", "")),
        feu=feu if feu in Feu.values else "",
        anomalies=donnees.get("anomalies", "") in {"on", "1"},
    )

"""Ranger les lignes d'un jeu dans les classes d'un thème : ce que disent la légende, les tuiles et l'impression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tissu.cartes.couches import Classe, Classement, Theme
from tissu.cartes.lecture import Jeu
from tissu.cartes.palette import CLASSES_D_UNE_RAMPE, teintes_de_la_rampe
from tissu.publications.contenu import Nature
from tissu.publications.valeurs import affichee

SANS_DONNEE, SECRET = -1, -2
"""Rang d'une ligne qu'aucune classe ne prend, et de celle dont le chiffre est tu."""

CLASSEMENTS_DITS = {
    Classement.CATEGORIES: "catégories",
    Classement.SEUILS: "seuils fixés",
    Classement.QUANTILES: "quantiles (classes d'effectifs égaux, calculées sur ce qui est montré)",
}


@dataclass(frozen=True, eq=False)
class Rangement:
    """Les classes d'un thème sur un jeu, et le rang de la classe de chaque ligne, dans l'ordre de la table."""

    theme: Theme
    classes: tuple[Classe, ...]
    rangs: np.ndarray

    def effectif(self, rang: int) -> int:
        """Combien de lignes sont de cette classe (`SANS_DONNEE` et `SECRET` compris)."""
        return int(np.count_nonzero(self.rangs == rang))


def ranger(jeu: Jeu, theme: Theme) -> Rangement:
    """Le rangement du jeu selon ce thème, calculé une fois."""
    return jeu.une_fois(("rangement", theme.slug), lambda: _ranger(jeu, theme))


def _ranger(jeu: Jeu, theme: Theme) -> Rangement:
    colonne = jeu.table[theme.champ].combine_chunks()
    if any(classe.valeurs for classe in theme.classes):
        classes, rangs = theme.classes, _par_valeurs(colonne, theme.classes)
    else:
        valeurs = _nombres(colonne)
        valeurs[jeu.secrets] = np.nan
        classes = theme.classes or _quantiles(valeurs, theme, jeu.couche.champ(theme.champ).nature)
        rangs = _par_intervalles(valeurs, classes)
    rangs[jeu.secrets] = SECRET
    return Rangement(theme, tuple(classes), rangs)


def _nombres(colonne: pa.Array) -> np.ndarray:
    return colonne.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).copy()


def _par_valeurs(colonne: pa.Array, classes: Sequence[Classe]) -> np.ndarray:
    """Un dictionnaire des valeurs présentes, rangées une fois chacune."""
    par_valeur = {valeur: rang for rang, classe in enumerate(classes) for valeur in classe.valeurs}
    codee = colonne if pa.types.is_dictionary(colonne.type) else pc.dictionary_encode(colonne)
    rang_du_mot = np.array(
        [par_valeur.get(mot, SANS_DONNEE) for mot in codee.dictionary.to_pylist()] + [SANS_DONNEE], dtype=np.int8
    )
    mots = codee.indices.fill_null(len(codee.dictionary)).to_numpy(zero_copy_only=False)
    return rang_du_mot[mots.astype(np.int64)]


def _par_intervalles(valeurs: np.ndarray, classes: Sequence[Classe]) -> np.ndarray:
    rangs = np.full(len(valeurs), SANS_DONNEE, dtype=np.int8)
    for rang, classe in enumerate(classes):
        mini = -np.inf if classe.mini is None else classe.mini
        maxi = np.inf if classe.maxi is None else classe.maxi
        rangs[(valeurs >= mini) & (valeurs < maxi)] = rang
    return rangs


def _quantiles(valeurs: np.ndarray, theme: Theme, nature: Nature) -> tuple[Classe, ...]:
    """Cinq classes d'effectifs égaux ; moins quand trop de lignes ont la même valeur."""
    presentes = valeurs[~np.isnan(valeurs)]
    if not len(presentes):
        return ()
    coupes = np.quantile(presentes, np.linspace(0, 1, CLASSES_D_UNE_RAMPE + 1)[1:-1], method="higher")
    bornes = [float(borne) for borne in np.unique(coupes) if borne > presentes.min()]
    limites = [float(presentes.min()), *bornes, float(presentes.max())]
    teintes = teintes_de_la_rampe(theme.rampe, len(bornes) + 1)
    return tuple(
        Classe(
            libelle=_intervalle(limites[rang], limites[rang + 1], nature, theme.unite, derniere=rang == len(bornes)),
            teinte=teinte,
            mini=limites[rang] if rang else None,
            maxi=limites[rang + 1] if rang < len(bornes) else None,
        )
        for rang, teinte in enumerate(teintes)
    )


def _intervalle(mini: float, maxi: float, nature: Nature, unite: str, *, derniere: bool) -> str:
    suite = f" {unite}" if unite else ""
    if mini == maxi:
        return f"{affichee(mini, nature)}{suite}"
    mots = "à" if derniere else "à moins de"
    return f"{affichee(mini, nature)} {mots} {affichee(maxi, nature)}{suite}"

"""Un texte écrit par la chambre, en blocs de document."""

from tissu.actions.alerte_commerce.rules.textes import blocs
from tissu.publications.contenu import Bloc, Intertitre, Liste, Paragraphe


def en_blocs(corps: str) -> list[Bloc]:
    """Ses paragraphes, ses intertitres et ses listes, dans leur ordre."""
    return [
        Liste(morceau.lignes) if morceau.sorte == "liste"
        else (Intertitre if morceau.sorte == "titre" else Paragraphe)(morceau.lignes[0])
        for morceau in blocs(corps)
    ]  # fmt: skip

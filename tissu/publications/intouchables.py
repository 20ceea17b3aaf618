"""Le contenu d'une édition diffusée, que la base elle-même garde de toute retouche."""

from tissu.socle.intouchables import Intouchable

GARDES = (
    Intouchable(
        "publications_contenufige",
        condition="EXISTS (SELECT 1 FROM publications_edition e WHERE e.id = OLD.edition_id AND e.etat <> 'brouillon')",
        nom="contenu_diffuse",
    ),
)

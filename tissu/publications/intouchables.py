"""Ce qu'une édition diffusée a dit, que la base elle-même garde de toute retouche : son contenu et son identité.

Une édition diffusée garde quatre passages permis : son retrait, une audience plus large, un embargo qui finit plus
tôt, et le suivi de ses fichiers. Retirée, elle ne bouge plus.
"""

from tissu.socle.intouchables import Intouchable, change, change_de_personne

_DIFFUSEE = "EXISTS (SELECT 1 FROM publications_edition e WHERE e.id = {ligne}.edition_id AND e.etat <> 'brouillon')"

# Ce qu'un lecteur cite : rien n'en change après la diffusion, retrait compris.
_IDENTITE = (
    "id", "publication_id", "numero", "periode", "periode_libelle", "donnees_au", "titre", "sous_titre", "version",
    "empreinte", "note_de_version", "remplace_id", "preparee_le", "diffusee_le",
)  # fmt: skip
_CERCLE = "CASE {ligne}.audience WHEN 'comite_pilotage' THEN 0 WHEN 'partenaires' THEN 1 ELSE 2 END"
_PASSAGES_REFUSES = (
    change(*_IDENTITE),
    change_de_personne("preparee_par_id", "diffusee_par_id"),
    "OLD.etat <> NEW.etat AND NOT (OLD.etat = 'diffusee' AND NEW.etat = 'retiree')",
    f"{_CERCLE.format(ligne='NEW')} < {_CERCLE.format(ligne='OLD')}",
    "(OLD.embargo_jusqu_au IS NULL) <> (NEW.embargo_jusqu_au IS NULL) OR NEW.embargo_jusqu_au > OLD.embargo_jusqu_au",
    f"OLD.etat = 'retiree' AND ({change('audience', 'embargo_jusqu_au', 'retiree_le', 'motif_retrait')})",
    f"OLD.etat = 'retiree' AND ({change_de_personne('retiree_par_id')})",
)
# Ce qu'un `INSERT OR REPLACE` effacerait sans le dire.
_REMPLACEE = (
    "EXISTS (SELECT 1 FROM publications_edition e WHERE e.etat <> 'brouillon' AND (e.id = NEW.id "
    "OR (e.publication_id = NEW.publication_id AND e.numero = NEW.numero) OR e.remplace_id = NEW.remplace_id))"
)

GARDES = (
    Intouchable(
        "publications_contenufige",
        condition=_DIFFUSEE.format(ligne="OLD"),
        condition_ajout=_DIFFUSEE.format(ligne="NEW"),
        nom="contenu_diffuse",
    ),
    Intouchable(
        "publications_edition",
        condition="OLD.etat <> 'brouillon'",
        condition_modification=f"OLD.etat <> 'brouillon' AND ({' OR '.join(f'({un})' for un in _PASSAGES_REFUSES)})",
        condition_ajout=_REMPLACEE,
        nom="edition_diffusee",
    ),
)

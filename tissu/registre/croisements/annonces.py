"""Annonces du BODACC des unités légales présentes dans le territoire.

Un rectificatif remplace l'annonce qu'il vise, une annulation l'efface : l'annonce visée reste, marquée annulée.
"""

import ibis
import ibis.expr.types as ir

from tissu.registre.croisements import entrees
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.diffusion import avec_cas, masquer
from tissu.registre.croisements.entrees import Tables
from tissu.registre.croisements.schemas import conforme
from tissu.registre.rules import OUVERT
from tissu.registre.sources.bodacc import SCHEMA, TYPES_QUI_REMPLACENT


def annonces_connues(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : annonce. Les annonces du territoire, annulations comprises, avec ce qu'elles font à l'unité."""
    brutes = entrees.brute(tables, "bodacc")
    lues = brutes.select(
        **{
            champ: brutes[champ].cast(genre) if champ in brutes.columns else ibis.null(genre)
            for champ, genre in SCHEMA.items()
        }
    ).distinct(on="id", keep="first")
    unites = _unites_du_territoire(tables)
    remplacees = lues.filter(lues.type_avis.isin(TYPES_QUI_REMPLACENT) & lues.id_precedent.notnull())
    annulees = remplacees.select(id_annule="id_precedent").distinct()
    return (
        lues.join(unites, "siren")
        .left_join(annulees, lues.id == annulees.id_annule)
        .mutate(annulee=ibis._.annulee | ibis._.id_annule.notnull())
        .drop("id_annule")
    )


def _unites_du_territoire(tables: Tables) -> ir.Table:
    """Grain : SIREN du territoire. `active` : ouverte dans Sirene (l'unité, à défaut un établissement d'ici).

    Une annonce ne dit pas duquel des établissements elle parle : un seul protégé suffit à la protéger.
    """
    etablissements = tables["etablissements"]
    return etablissements.group_by("siren").agg(
        diffusion_unite=etablissements.diffusion_unite.max(),
        diffusion=etablissements.diffusion.max(),
        categorie_juridique=etablissements.categorie_juridique.max(),
        active=ibis.coalesce(
            (etablissements.etat_unite == "A").any(), (etablissements.etat == OUVERT).any(), ibis.literal(False)
        ),
    )


def annonces(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : annonce. `desaccord_sirene` : radiée du RCS, encore active dans Sirene."""
    connues = tables["annonces_connues"]
    radiee = (connues.evenement == "radiation_rcs") & ~connues.annulee
    avec = connues.mutate(desaccord_sirene=radiee.fill_null(False) & connues.active)
    return conforme(masquer(avec_cas(avec)), "annonces")

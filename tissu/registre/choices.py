"""Les mots fermés du registre : types d'événements, états, cas de diffusion, champs que l'on corrige."""

from enum import StrEnum


class TypeEvenement(StrEnum):
    """Ce qui arrive à un établissement ou à son unité légale, au sens de la fiche 7.

    `INTERRUPTION_COURTE` est technique : une réouverture dans l'année, jamais comptée dans les flux.
    """

    CREATION_PURE = "creation_pure"
    REPRISE = "reprise"
    REACTIVATION = "reactivation"
    ETABLISSEMENT_SECONDAIRE = "etablissement_secondaire"
    TRANSFERT_ENTRANT = "transfert_entrant"
    TRANSFERT_INTERNE = "transfert_interne"
    TRANSFERT_SORTANT = "transfert_sortant"
    FERMETURE_ETABLISSEMENT = "fermeture_etablissement"
    CESSATION_UNITE = "cessation_unite"
    RADIATION_RCS = "radiation_rcs"
    PROCEDURE_COLLECTIVE = "procedure_collective"
    INTERRUPTION_COURTE = "interruption_courte"


LIBELLES_EVENEMENTS = {
    TypeEvenement.CREATION_PURE: "Création pure",
    TypeEvenement.REPRISE: "Reprise",
    TypeEvenement.REACTIVATION: "Réactivation",
    TypeEvenement.ETABLISSEMENT_SECONDAIRE: "Établissement secondaire",
    TypeEvenement.TRANSFERT_ENTRANT: "Transfert entrant",
    TypeEvenement.TRANSFERT_INTERNE: "Transfert interne",
    TypeEvenement.TRANSFERT_SORTANT: "Transfert sortant",
    TypeEvenement.FERMETURE_ETABLISSEMENT: "Fermeture d'établissement",
    TypeEvenement.CESSATION_UNITE: "Cessation d'unité légale",
    TypeEvenement.RADIATION_RCS: "Radiation du RCS",
    TypeEvenement.PROCEDURE_COLLECTIVE: "Procédure collective",
    TypeEvenement.INTERRUPTION_COURTE: "Interruption courte",
}

# Sens de chaque type dans le solde des établissements ; un transfert interne ne le change pas.
ENTREES = frozenset(
    {
        TypeEvenement.CREATION_PURE,
        TypeEvenement.REPRISE,
        TypeEvenement.REACTIVATION,
        TypeEvenement.ETABLISSEMENT_SECONDAIRE,
        TypeEvenement.TRANSFERT_ENTRANT,
    }
)
SORTIES_DU_TERRITOIRE = frozenset({TypeEvenement.TRANSFERT_SORTANT, TypeEvenement.FERMETURE_ETABLISSEMENT})


class OriginePosition(StrEnum):
    """D'où vient le point d'un établissement sur la carte, du plus sûr au moins sûr."""

    CORRECTION = "correction"
    GEOLOCALISATION_INSEE = "geolocalisation_insee"
    LAMBERT_SIRENE = "lambert_sirene"


CHAMPS_CORRIGEABLES = (
    "enseigne",
    "denomination_usuelle",
    "naf",
    "naf25",
    "tranche_effectif",
    "annee_effectif",
    "employeur",
    "complement",
    "numero",
    "indice",
    "type_voie",
    "libelle_voie",
    "code_postal",
    "lon",
    "lat",
)
"""Champs d'un établissement qu'une correction locale peut remplacer, sous leur nom dans l'instantané."""


class EtatImport(StrEnum):
    """Où en est un import. `REFUSE_PAR_GARDE` : il aurait fait perdre une part anormale du territoire."""

    EN_COURS = "en_cours"
    TERMINE = "termine"
    ECHOUE = "echoue"
    INTERROMPU = "interrompu"
    REFUSE_PAR_GARDE = "refuse_par_garde"


LIBELLES_ETATS_IMPORT = {
    EtatImport.EN_COURS: "En cours",
    EtatImport.TERMINE: "Terminé",
    EtatImport.ECHOUE: "Échoué",
    EtatImport.INTERROMPU: "Interrompu",
    EtatImport.REFUSE_PAR_GARDE: "Refusé par la garde",
}


class NatureImport(StrEnum):
    """Ce qui a provoqué une nouvelle version du registre."""

    SIRENE = "sirene"
    REJEU = "rejeu"
    RECOMPOSITION = "recomposition"


LIBELLES_NATURES_IMPORT = {
    NatureImport.SIRENE: "Fichiers SIRENE",
    NatureImport.REJEU: "Lignes corrigées rejouées",
    NatureImport.RECOMPOSITION: "Recomposition",
}

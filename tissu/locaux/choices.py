"""Les mots des locaux : nature, état, occupation, campagnes, rapprochements."""

from django.db import models


class NatureLocal(models.TextChoices):
    """`CELLULE` : un local à vitrine ou accès clientèle, pouvant loger commerce, restauration ou service."""

    CELLULE = "cellule", "Cellule commerciale"
    BUREAU = "bureau", "Bureau"
    ACTIVITE = "activite", "Local d'activité"
    ENTREPOT = "entrepot", "Entrepôt"


class EtatLocal(models.TextChoices):
    """La typologie de l'observatoire. Le seuil de la vacance structurelle est un paramètre daté."""

    OCCUPE = "occupe", "Occupé"
    VACANT_COMMERCIALISE = "vacant_commercialise", "Vacant, commercialisé"
    VACANT_NON_COMMERCIALISE = "vacant_non_commercialise", "Vacant, non commercialisé"
    VACANT_STRUCTUREL = "vacant_structurel", "Vacant, structurel"
    VACANT = "vacant", "Vacant, sans précision"
    TRAVAUX = "travaux", "Travaux ou reprise annoncée"
    MUTATION = "mutation", "Changement de destination"
    EPHEMERE = "ephemere", "Occupation éphémère"
    INCONNU = "inconnu", "Non connu"


VACANTS = frozenset({
    EtatLocal.VACANT_COMMERCIALISE, EtatLocal.VACANT_NON_COMMERCIALISE, EtatLocal.VACANT_STRUCTUREL, EtatLocal.VACANT,
})  # fmt: skip


class Independance(models.TextChoices):
    INDEPENDANT = "independant", "Indépendant"
    ENSEIGNE = "enseigne", "Enseigne"
    INCONNUE = "inconnue", "Non connu"


class OrigineActivite(models.TextChoices):
    """D'où vient l'activité d'une occupation ; une correction à la main l'emporte sur le fichier et sur la NAF."""

    MAIN = "main", "Corrigée à la main"
    RELEVE = "releve", "Relevée sur place"
    FICHIER = "fichier", "Lue d'un fichier"
    NAF = "naf", "Déduite de la NAF"


class Source(models.TextChoices):
    """Comment un fait est entré."""

    FICHIER = "fichier", "Fichier"
    TERRAIN = "terrain", "Relevé sur place"
    SAISIE = "saisie", "Saisie"


class MethodeCampagne(models.TextChoices):
    FICHIER = "fichier", "Reprise d'un fichier"
    TERRAIN = "terrain", "Relevé exhaustif sur place"
    PARTIEL = "partiel", "Relevé d'une partie du périmètre"
    DECLARATIF = "declaratif", "Déclarations"


class EtatCampagne(models.TextChoices):
    PREPARATION = "preparation", "En préparation"
    OUVERTE = "ouverte", "Ouverte"
    CLOSE = "close", "Close"


class VerdictComparabilite(models.TextChoices):
    OUI = "oui", "Comparables"
    PARTIEL = "partiel", "En partie comparables"
    NON = "non", "Non comparables"


class EtatImportLocaux(models.TextChoices):
    DEPOSE = "depose", "À vérifier"
    APPLIQUE = "applique", "Appliqué"
    ABANDONNE = "abandonne", "Abandonné"


class DecisionAnomalie(models.TextChoices):
    """Ce qu'une personne décide d'une anomalie d'import ; rien ne se corrige en silence."""

    A_DECIDER = "a_decider", "À décider"
    CONSERVER = "conserver", "Garder tel quel"
    CORRIGER = "corriger", "Corrigé à la main"
    FUSIONNER = "fusionner", "Doublon, fusionné"
    ECARTER = "ecarter", "Ligne écartée"


class EtatRapprochement(models.TextChoices):
    PROPOSE = "propose", "Proposé"
    CONFIRME = "confirme", "Confirmé"
    REFUSE = "refuse", "Refusé"


class NatureTransformation(models.TextChoices):
    SCISSION = "scission", "Scission"
    FUSION = "fusion", "Fusion"


class MotifSignalement(models.TextChoices):
    """Ce qui demande qu'on aille voir. Une fermeture dans Sirene n'est jamais une vacance."""

    ETABLISSEMENT_FERME = "etablissement_ferme", "Établissement fermé dans Sirene"
    RELEVE_ANCIEN = "releve_ancien", "Relevé ancien"
    CONFLIT = "conflit", "Relevés contradictoires"
    SIGNALE = "signale", "Signalé par une personne"


class EtatReleve(models.TextChoices):
    APPLIQUE = "applique", "Appliqué"
    CONFLIT = "conflit", "En conflit, à trancher"
    ECARTE = "ecarte", "Écarté"


class CodeAnomalieLocaux(models.TextChoices):
    """Ce qu'un import relève d'une ligne. Rien n'est corrigé : la ligne entre telle quelle, ou est refusée entière."""

    LIGNE_ILLISIBLE = "ligne_illisible", "Ligne illisible"
    COMMUNE_INCONNUE = "commune_inconnue", "Commune absente ou hors du territoire"
    SANS_LIEU = "sans_lieu", "Ni adresse ni position"
    SANS_POSITION = "sans_position", "Sans position"
    POSITION_IMPOSSIBLE = "position_impossible", "Position impossible"
    SANS_VOIE = "sans_voie", "Adresse sans voie"
    SANS_NUMERO = "sans_numero", "Adresse sans numéro"
    SANS_QUARTIER = "sans_quartier", "Sans quartier"
    SANS_ACTIVITE = "sans_activite", "Activité absente"
    ACTIVITE_INCONNUE = "activite_inconnue", "Libellé d'activité inconnu"
    SANS_ENSEIGNE = "sans_enseigne", "Enseigne absente"
    VACANCE_CONTRADICTOIRE = "vacance_contradictoire", "Vacance contradictoire"
    VACANCE_INCONNUE = "vacance_inconnue", "Occupation non dite"
    DATE_PAR_DEFAUT = "date_par_defaut", "Date par défaut"
    DATE_FUTURE = "date_future", "Date dans l'avenir"
    DATE_ILLISIBLE = "date_illisible", "Date illisible"
    SURFACE_INVRAISEMBLABLE = "surface_invraisemblable", "Surface invraisemblable"
    VALEUR_ILLISIBLE = "valeur_illisible", "Valeur illisible"
    SIRET_FAUX = "siret_faux", "SIRET faux"
    DOUBLON_ENSEIGNE = "doublon_enseigne", "Doublon probable : même enseigne, même adresse"
    DOUBLON_POSITION = "doublon_position", "Doublon probable : même position"
    TENU_PAR_UNE_PERSONNE = "tenu_par_une_personne", "Le fichier contredit une valeur posée par une personne"
    PLUS_ANCIEN = "plus_ancien", "Le fichier est plus ancien que ce que l'on sait"
    ABSENT_DU_FICHIER = "absent_du_fichier", "Local connu, absent de ce fichier"


ANOMALIES_REFUSEES = frozenset(
    {CodeAnomalieLocaux.LIGNE_ILLISIBLE, CodeAnomalieLocaux.COMMUNE_INCONNUE, CodeAnomalieLocaux.SANS_LIEU}
)
"""Une ligne qu'on ne sait ni lire ni situer n'entre pas : elle attend en quarantaine."""
DOUBLONS = frozenset({CodeAnomalieLocaux.DOUBLON_ENSEIGNE, CodeAnomalieLocaux.DOUBLON_POSITION})


class StatutLigne(models.TextChoices):
    """Ce qu'un import fait d'une ligne de son fichier."""

    CREEE = "creee", "Local nouveau"
    MODIFIEE = "modifiee", "Local modifié"
    INCHANGEE = "inchangee", "Rien ne change"
    REFUSEE = "refusee", "Ligne refusée"
    ECARTEE = "ecartee", "Écartée par décision"

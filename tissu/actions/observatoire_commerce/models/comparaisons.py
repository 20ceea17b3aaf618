"""Les villes que l'on compare à la nôtre : leurs chiffres tels que publiés, et ce que l'on a le droit d'en faire."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.actions.observatoire_commerce.choices import EtatLigne, IndicateurCompare, RoleDeVille, TypePerimetre
from tissu.locaux.choices import VerdictComparabilite

PERSONNE = settings.AUTH_USER_MODEL


class VilleComparee(models.Model):
    """Une ville sur un périmètre d'un type donné : la commune et l'intercommunalité d'une même ville en font deux.

    `tourisme` : nuitées par habitant et par an. `population` None : inconnue, rien ne se rapporte alors aux habitants.
    """

    nom = models.CharField(max_length=120)
    perimetre = models.CharField("périmètre", max_length=20, choices=TypePerimetre)
    perimetre_detail = models.CharField("ce que couvre le périmètre", max_length=300, blank=True)
    role = models.CharField("rôle", max_length=40, choices=RoleDeVille, blank=True)
    population = models.PositiveIntegerField("habitants", null=True, blank=True)
    population_annee = models.PositiveIntegerField("année de la population", null=True, blank=True)
    population_source = models.CharField("source de la population", max_length=200, blank=True)
    revenu_median_eur = models.PositiveIntegerField("revenu médian (€ par an)", null=True, blank=True)
    tourisme = models.DecimalField("nuitées par habitant", max_digits=7, decimal_places=2, null=True, blank=True)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "ville comparée"
        verbose_name_plural = "villes comparées"
        ordering = ("nom", "perimetre")
        constraints = (models.UniqueConstraint(fields=("nom", "perimetre"), name="ville_comparee_unique"),)

    def __str__(self) -> str:
        return self.nom


class ImportDeVilles(models.Model):
    """Un fichier de chiffres reçu : les valeurs qui en sont entrées ; les lignes refusées sont en quarantaine."""

    nom = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    lignes = models.PositiveIntegerField()
    ajoutees = models.PositiveIntegerField()
    modifiees = models.PositiveIntegerField()
    inchangees = models.PositiveIntegerField()
    depose_le = models.DateTimeField()
    auteur = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "import de villes"
        verbose_name_plural = "imports de villes"
        ordering = ("-depose_le", "-pk")

    def __str__(self) -> str:
        return self.nom


class LigneEnQuarantaine(models.Model):
    """Une ligne refusée, gardée entière. `brute` : colonne → texte lu ; `defauts` : [{champ, valeur, remede}]."""

    importation = models.ForeignKey(ImportDeVilles, on_delete=models.CASCADE, related_name="quarantaine")
    ligne = models.PositiveIntegerField()
    brute = models.JSONField(default=dict)
    defauts = models.JSONField(default=list)
    etat = models.CharField(max_length=20, choices=EtatLigne, default=EtatLigne.A_CORRIGER)
    decide_par = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decide_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ligne en quarantaine"
        verbose_name_plural = "lignes en quarantaine"
        ordering = ("importation", "ligne")
        constraints = (models.UniqueConstraint(fields=("importation", "ligne"), name="quarantaine_villes_unique"),)

    def __str__(self) -> str:
        return f"{self.importation}, ligne {self.ligne}"


class ValeurComparee(models.Model):
    """Le chiffre d'une ville, une année, tel que sa source le publie.

    `comparable` dit s'il se compare au nôtre, et `motif` pourquoi pas ou pas tout à fait. Un taux va de 0 à 1.
    """

    ville = models.ForeignKey(VilleComparee, on_delete=models.CASCADE, related_name="valeurs")
    indicateur = models.CharField(max_length=30, choices=IndicateurCompare)
    annee = models.PositiveIntegerField("année")
    valeur = models.DecimalField(max_digits=14, decimal_places=4)
    definition = models.TextField("définition")
    source = models.CharField(max_length=300)
    comparable = models.CharField(max_length=10, choices=VerdictComparabilite)
    motif = models.CharField(max_length=500, blank=True)
    importation = models.ForeignKey(ImportDeVilles, null=True, on_delete=models.SET_NULL, related_name="valeurs")
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "valeur comparée"
        verbose_name_plural = "valeurs comparées"
        ordering = ("ville", "indicateur", "-annee")
        constraints = (
            models.UniqueConstraint(fields=("ville", "indicateur", "annee"), name="valeur_comparee_unique"),
            models.CheckConstraint(condition=Q(valeur__gte=0), name="valeur_comparee_positive"),
            models.CheckConstraint(
                condition=Q(comparable=VerdictComparabilite.OUI) | ~Q(motif=""), name="valeur_comparee_motivee"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ville}, {self.get_indicateur_display()} {self.annee}"


class CriteresDeComparaison(models.Model):
    """Ce qui fait d'une ville une ville semblable, par type de périmètre. Une borne vide ne trie pas.

    Populations et revenus en valeurs absolues, bornes comprises ; `roles` vide : tous.
    """

    perimetre = models.CharField("périmètre", max_length=20, choices=TypePerimetre, unique=True)
    population_min = models.PositiveIntegerField("habitants, au moins", null=True, blank=True)
    population_max = models.PositiveIntegerField("habitants, au plus", null=True, blank=True)
    roles = models.JSONField("rôles", default=list, blank=True)
    revenu_min_eur = models.PositiveIntegerField("revenu médian, au moins (€)", null=True, blank=True)
    revenu_max_eur = models.PositiveIntegerField("revenu médian, au plus (€)", null=True, blank=True)
    tourisme_min = models.DecimalField(
        "nuitées par habitant, au moins", max_digits=7, decimal_places=2, null=True, blank=True
    )
    tourisme_max = models.DecimalField(
        "nuitées par habitant, au plus", max_digits=7, decimal_places=2, null=True, blank=True
    )
    raison = models.CharField("pourquoi ces critères", max_length=500)
    modifies_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    modifies_le = models.DateTimeField()
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "critères de comparaison"
        verbose_name_plural = "critères de comparaison"
        ordering = ("perimetre",)

    def __str__(self) -> str:
        return f"Villes semblables : {self.get_perimetre_display()}"

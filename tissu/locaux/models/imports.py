"""Les fichiers de locaux : leur correspondance de colonnes, leur journal, leurs anomalies."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from tissu.locaux.choices import CodeAnomalieLocaux, DecisionAnomalie, EtatImportLocaux
from tissu.locaux.models.campagnes import Campagne
from tissu.locaux.models.locaux import Local


class CorrespondanceLocaux(models.Model):
    """Quelle colonne d'un fichier porte quel champ, et quel libellé veut dire quelle activité. Gardée et réemployée.

    `code_commune` : celle de toutes les lignes, quand le fichier n'a pas de colonne pour le dire.
    """

    nom = models.CharField(max_length=100, unique=True)
    colonnes = models.JSONField(default=dict)
    activites = models.JSONField(default=dict, blank=True)
    code_commune = models.CharField(max_length=5, blank=True)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.nom


class ImportLocaux(models.Model):
    """Un fichier de locaux reçu. `lignes` lues, `cellules` gardées ; `comptes` : le détail de ce qui a changé.

    `code_commune` remplace celle de la correspondance.
    """

    nom = models.CharField(max_length=255)
    fichier = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    octets = models.BigIntegerField()
    code_commune = models.CharField(max_length=5, blank=True)
    correspondance = models.ForeignKey(CorrespondanceLocaux, null=True, on_delete=models.PROTECT, related_name="+")
    campagne = models.ForeignKey(Campagne, null=True, on_delete=models.PROTECT, related_name="imports")
    etat = models.CharField(max_length=20, choices=EtatImportLocaux, default=EtatImportLocaux.DEPOSE)
    lignes = models.PositiveIntegerField(default=0)
    cellules = models.PositiveIntegerField(default=0)
    comptes = models.JSONField(default=dict, blank=True)
    depose_le = models.DateTimeField()
    applique_le = models.DateTimeField(null=True, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-depose_le", "-pk")

    def __str__(self) -> str:
        return self.nom


class LigneSource(models.Model):
    """La ligne d'un fichier dont un local est tiré, telle quelle. `ligne` : rang de l'entité, la première étant 1.

    `lue` : ses valeurs lues, que l'édition suivante compare aux siennes ; vide pour une ligne refusée.
    """

    importation = models.ForeignKey(ImportLocaux, on_delete=models.CASCADE, related_name="sources")
    ligne = models.PositiveIntegerField()
    local = models.ForeignKey(Local, null=True, blank=True, on_delete=models.SET_NULL, related_name="sources")
    brute = models.JSONField(default=dict)
    lue = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("importation", "ligne")
        constraints = (models.UniqueConstraint(fields=("importation", "ligne"), name="ligne_source_unique"),)

    def __str__(self) -> str:
        return f"{self.importation}, ligne {self.ligne}"


class AnomalieLocaux(models.Model):
    """Un défaut d'une ligne : où, quoi, pourquoi, et ce qu'une personne en a décidé.

    `refusee` : la ligne n'est pas entrée (quarantaine) ; sinon elle est entrée telle quelle et compte dans les totaux.
    """

    importation = models.ForeignKey(ImportLocaux, on_delete=models.CASCADE, related_name="anomalies")
    local = models.ForeignKey(Local, null=True, blank=True, on_delete=models.SET_NULL, related_name="anomalies")
    ligne = models.PositiveIntegerField()
    champ = models.CharField(max_length=80, blank=True)
    valeur = models.TextField(blank=True)
    code = models.CharField(max_length=40, choices=CodeAnomalieLocaux)
    motif = models.TextField()
    refusee = models.BooleanField(default=False)
    lignes_liees = models.JSONField(default=list, blank=True)
    decision = models.CharField(max_length=20, choices=DecisionAnomalie, default=DecisionAnomalie.A_DECIDER)
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decide_le = models.DateTimeField(null=True, blank=True)
    commentaire = models.CharField(max_length=500, blank=True)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("importation", "ligne", "pk")
        indexes = (models.Index(fields=("importation", "code"), name="anomalie_locaux_code"),)

    def __str__(self) -> str:
        return f"{self.importation}, ligne {self.ligne} : {self.code}"

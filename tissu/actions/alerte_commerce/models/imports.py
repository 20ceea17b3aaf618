"""Les fichiers d'adhérents reçus : leurs colonnes, leurs lignes, ce qu'une personne a tranché."""

from django.conf import settings
from django.db import models

from tissu.actions.alerte_commerce.choices import DecisionDeLigne, EtatImportAdherents, SortDeLigne
from tissu.actions.alerte_commerce.models.adherents import Adherent

PERSONNE = settings.AUTH_USER_MODEL


class CorrespondanceAdherents(models.Model):
    """Quelle colonne d'un fichier porte quel champ. Gardée sous un nom et réemployée."""

    nom = models.CharField(max_length=100, unique=True)
    colonnes = models.JSONField(default=dict)

    class Meta:
        verbose_name = "correspondance d'adhérents"
        verbose_name_plural = "correspondances d'adhérents"
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.nom


class ImportAdherents(models.Model):
    """Un fichier d'adhérents. Rien n'en entre avant qu'une personne l'applique, d'un coup.

    `en_service` : ses numéros reçoivent déjà les alertes, ils n'ont pas à être vérifiés par un code. `absents` : les
    adhérents actifs que le fichier ne nomme plus, à voir un par un.
    """

    nom = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    reference = models.CharField(max_length=100)
    colonnes = models.JSONField(default=dict)
    en_service = models.BooleanField(default=False)
    etat = models.CharField(max_length=20, choices=EtatImportAdherents, default=EtatImportAdherents.DEPOSE)
    absents = models.JSONField(default=list, blank=True)
    depose_le = models.DateTimeField()
    applique_le = models.DateTimeField(null=True, blank=True)
    auteur = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "import d'adhérents"
        verbose_name_plural = "imports d'adhérents"
        ordering = ("-depose_le", "-pk")

    def __str__(self) -> str:
        return self.nom


class LigneImport(models.Model):
    """Une ligne d'un fichier d'adhérents. `brute` : champ → texte ; `lue` : les valeurs comprises.

    `defauts` : [{champ, valeur, motif}] d'une ligne refusée. `candidats` : [{adherent, raison}] d'un doublon.
    """

    importation = models.ForeignKey(ImportAdherents, on_delete=models.CASCADE, related_name="lignes")
    ligne = models.PositiveIntegerField()
    brute = models.JSONField(default=dict)
    lue = models.JSONField(default=dict, blank=True)
    sort = models.CharField(max_length=20, choices=SortDeLigne)
    defauts = models.JSONField(default=list, blank=True)
    candidats = models.JSONField(default=list, blank=True)
    adherent = models.ForeignKey(Adherent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decision = models.CharField(max_length=20, choices=DecisionDeLigne, blank=True)
    decide_par = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decide_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ligne d'import"
        verbose_name_plural = "lignes d'import"
        ordering = ("importation", "ligne")
        constraints = (models.UniqueConstraint(fields=("importation", "ligne"), name="ligne_adherents_unique"),)

    def __str__(self) -> str:
        return f"{self.importation}, ligne {self.ligne}"

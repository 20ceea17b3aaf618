"""Ce qui s'imprime : les textes de la chambre, les lettres produites, à qui elles sont adressées."""

from django.db import models
from simple_history.models import HistoricalRecords

from tissu.actions.alerte_commerce.choices import UsageDuTexte
from tissu.actions.alerte_commerce.models.reseau import Communication
from tissu.locaux.models import Local
from tissu.socle.models import Travail


class TexteImprime(models.Model):
    """Un texte de la chambre. `corps` : paragraphes, intertitres « ## », listes « - » ; champs entre accolades."""

    usage = models.CharField(max_length=20, choices=UsageDuTexte, unique=True)
    titre = models.CharField(max_length=150)
    accroche = models.CharField(max_length=200, blank=True)
    corps = models.TextField()
    signature = models.CharField(max_length=200, blank=True)
    modifie_le = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "texte imprimé"
        verbose_name_plural = "textes imprimés"
        ordering = ("usage",)

    def __str__(self) -> str:
        return self.get_usage_display()


class Publipostage(models.Model):
    """Les lettres d'une action de communication, dans un seul fichier.

    `cle` vient du formulaire : envoyé deux fois, il ne produit qu'une fois. `exclus` : combien, par motif. L'objet, le
    corps et la signature sont ceux du jour.
    """

    communication = models.OneToOneField(Communication, on_delete=models.CASCADE, related_name="publipostage")
    cle = models.UUIDField(unique=True)
    objet = models.CharField(max_length=150)
    corps = models.TextField()
    signature = models.CharField(max_length=200, blank=True)
    criteres = models.JSONField(default=dict)
    exclus = models.JSONField(default=dict)
    fichier = models.FileField(upload_to="alerte_commerce/lettres/%Y/", blank=True)
    produit_le = models.DateTimeField(null=True, blank=True)
    travail = models.ForeignKey(Travail, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Lettres : {self.communication}"


class DestinataireDeCourrier(models.Model):
    """Un commerce à qui une lettre est adressée, tel qu'il était ce jour-là."""

    communication = models.ForeignKey(Communication, on_delete=models.CASCADE, related_name="destinataires")
    local = models.ForeignKey(Local, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    siret = models.CharField(max_length=14, blank=True)
    nom = models.CharField(max_length=200)
    adresse = models.CharField(max_length=300)
    code_postal = models.CharField(max_length=5, blank=True)
    code_commune = models.CharField(max_length=5)
    quartier = models.CharField(max_length=200, blank=True)
    famille = models.CharField("activité", max_length=40, blank=True)

    class Meta:
        verbose_name = "destinataire d'un courrier"
        verbose_name_plural = "destinataires des courriers"
        ordering = ("code_postal", "adresse", "nom", "pk")
        constraints = (models.UniqueConstraint(fields=("communication", "local"), name="courrier_unique"),)

    def __str__(self) -> str:
        return self.nom

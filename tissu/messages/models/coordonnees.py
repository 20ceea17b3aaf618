"""Où joindre quelqu'un, et ce qu'il veut bien recevoir."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from tissu.messages.choices import Canal, SensDuChoix, SourceDuChoix


class Coordonnee(models.Model):
    """Un numéro de mobile (E.164) ou une adresse électronique, une seule fois pour toutes les actions.

    `echecs_suite` : échecs définitifs depuis la dernière réception ; au seuil, l'adresse est suspendue.
    `suspendue_par` : la personne qui l'a suspendue ; vide, ce sont ses échecs.
    """

    canal = models.CharField(max_length=10, choices=Canal)
    valeur = models.CharField(max_length=254)
    cree_le = models.DateTimeField()
    verifiee_le = models.DateTimeField(null=True, blank=True)
    echecs_suite = models.PositiveSmallIntegerField(default=0)
    recue_le = models.DateTimeField(null=True, blank=True)
    suspendue_le = models.DateTimeField(null=True, blank=True)
    suspendue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "coordonnée"
        constraints = (models.UniqueConstraint(fields=("canal", "valeur"), name="coordonnee_unique"),)

    def __str__(self) -> str:
        return self.valeur


class Choix(models.Model):
    """Ce qu'une personne a dit d'une finalité pour une de ses adresses ; `finalite` vide : de tout message."""

    coordonnee = models.ForeignKey(Coordonnee, on_delete=models.CASCADE, related_name="choix")
    finalite = models.CharField(max_length=60, blank=True)
    sens = models.CharField(max_length=10, choices=SensDuChoix)
    source = models.CharField(max_length=10, choices=SourceDuChoix)
    preuve = models.CharField(max_length=300, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    le = models.DateTimeField()
    historique = HistoricalRecords()

    class Meta:
        verbose_name_plural = "choix"
        constraints = (models.UniqueConstraint(fields=("coordonnee", "finalite"), name="choix_unique"),)

    def __str__(self) -> str:
        return f"{self.coordonnee} {self.get_sens_display().lower()} : {self.finalite or 'tout message'}"


class ReponseRecue(models.Model):
    """Un SMS venu d'un téléphone, tel qu'il est arrivé. `arret` : tout le texte était « STOP »."""

    operateur = models.CharField(max_length=60)
    numero = models.CharField(max_length=20, db_index=True)
    texte = models.CharField(max_length=1000)
    recue_le = models.DateTimeField(db_index=True)
    arret = models.BooleanField(default=False)

    class Meta:
        verbose_name = "réponse reçue"
        verbose_name_plural = "réponses reçues"
        ordering = ("-recue_le", "-pk")

    def __str__(self) -> str:
        return f"{self.numero}, {self.recue_le:%d/%m/%Y %H:%M}"

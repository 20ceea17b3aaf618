"""Ce qui fait vivre le réseau : le stock, les conseils, les référents, les actions de communication."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from tissu.actions.alerte_commerce.choices import ArticleDeStock, NatureCommunication
from tissu.actions.alerte_commerce.models.adherents import Adherent

PERSONNE = settings.AUTH_USER_MODEL


class Stock(models.Model):
    """Combien il reste d'un article ; la base refuse qu'il en manque."""

    article = models.CharField(max_length=20, choices=ArticleDeStock, unique=True)
    quantite = models.PositiveIntegerField("quantité", default=0)

    class Meta:
        ordering = ("article",)
        constraints = (models.CheckConstraint(condition=Q(quantite__gte=0), name="stock_jamais_negatif"),)

    def __str__(self) -> str:
        return f"{self.get_article_display()} : {self.quantite}"


class MouvementDeStock(models.Model):
    """Une entrée (positive) ou une sortie (négative) d'un article ; on ajoute, on ne retire pas."""

    article = models.CharField(max_length=20, choices=ArticleDeStock)
    quantite = models.IntegerField("quantité")
    adherent = models.ForeignKey(Adherent, null=True, blank=True, on_delete=models.SET_NULL, related_name="envois")
    motif = models.CharField(max_length=200, blank=True)
    le = models.DateTimeField()
    auteur = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "mouvement de stock"
        verbose_name_plural = "mouvements de stock"
        ordering = ("-le", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(quantite=0), name="mouvement_non_nul"),)

    def __str__(self) -> str:
        return f"{self.get_article_display()} {self.quantite:+d}"


class Referent(models.Model):
    """À qui un adhérent s'adresse : référent sûreté, police municipale, animatrice du réseau. Une fonction publiée."""

    nom = models.CharField(max_length=120)
    fonction = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    secteur = models.CharField(max_length=200, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    ordre = models.PositiveSmallIntegerField(default=0)
    publie = models.BooleanField("publié", default=True)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "référent"
        ordering = ("ordre", "nom", "pk")

    def __str__(self) -> str:
        return self.nom


class PageConseil(models.Model):
    """Une page du guide de la sécurité. `corps` : des paragraphes, des intertitres « ## » et des listes « - »."""

    slug = models.SlugField(max_length=80, unique=True)
    titre = models.CharField(max_length=150)
    resume = models.CharField("résumé", max_length=300, blank=True)
    corps = models.TextField()
    ordre = models.PositiveSmallIntegerField(default=0)
    publie = models.BooleanField("publiée", default=False)
    modifiee_le = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "page de conseils"
        verbose_name_plural = "pages de conseils"
        ordering = ("ordre", "titre", "pk")

    def __str__(self) -> str:
        return self.titre


class Communication(models.Model):
    """Une action pour faire connaître le réseau : ce qu'elle a coûté, qui elle a touché, ce qui a suivi.

    `quartier` et `activite` bornent une action sans liste de destinataires ; `fin` : le dernier jour si elle dure.
    """

    titre = models.CharField(max_length=200)
    nature = models.CharField(max_length=20, choices=NatureCommunication)
    le = models.DateField("date")
    fin = models.DateField("dernier jour", null=True, blank=True)
    quartier = models.CharField(max_length=200, blank=True)
    activite = models.CharField("activité", max_length=40, blank=True)
    cout_eur = models.DecimalField("coût (€ HT)", max_digits=9, decimal_places=2, default=0)
    touches = models.PositiveIntegerField("commerces touchés", null=True, blank=True)
    effet = models.CharField("effet constaté", max_length=500, blank=True)
    notee_le = models.DateTimeField()
    auteur = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("-le", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(fin__isnull=True) | Q(fin__gte=F("le")), name="communication_dates"),
        )

    def __str__(self) -> str:
        return self.titre

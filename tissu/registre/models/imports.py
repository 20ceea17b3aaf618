"""Le journal des imports : ce qui est entré, ce qui a été refusé et pourquoi."""

from django.conf import settings
from django.db import models

from tissu.registre.choices import (
    LIBELLES_ETATS_IMPORT,
    LIBELLES_NATURES_IMPORT,
    EtatImport,
    NatureImport,
)


class Import(models.Model):
    """Un essai de renouveler le registre. `version` est celle qu'il a publiée, ou celle qu'il a laissée en place."""

    nature = models.CharField(
        max_length=20,
        choices=[(n.value, libelle) for n, libelle in LIBELLES_NATURES_IMPORT.items()],
        default=NatureImport.SIRENE.value,
    )
    dossier = models.CharField(max_length=500, blank=True)
    territoire = models.JSONField(default=dict)
    etat = models.CharField(
        max_length=20,
        choices=[(e.value, libelle) for e, libelle in LIBELLES_ETATS_IMPORT.items()],
        default=EtatImport.EN_COURS.value,
    )
    commence_le = models.DateTimeField()
    fini_le = models.DateTimeField(null=True, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lues = models.BigIntegerField(default=0)
    gardees = models.BigIntegerField(default=0)
    refusees = models.BigIntegerField(default=0)
    message = models.TextField(blank=True)
    manifeste = models.JSONField(default=dict, blank=True)
    version = models.CharField(max_length=40, blank=True)
    sans_changement = models.BooleanField(default=False)
    force = models.BooleanField(default=False)

    class Meta:
        ordering = ("-commence_le", "-pk")

    def __str__(self) -> str:
        return f"Import n° {self.pk} ({self.get_etat_display()})"


class FichierImporte(models.Model):
    """Un fichier lu par un import : son empreinte et ce qu'il a donné."""

    importation = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="fichiers")
    sorte = models.CharField(max_length=40)
    nom = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    octets = models.BigIntegerField()
    lues = models.BigIntegerField()
    gardees = models.BigIntegerField()
    refusees = models.BigIntegerField()
    colonnes_absentes = models.JSONField(default=list, blank=True)
    colonnes_inconnues = models.JSONField(default=list, blank=True)
    remarques = models.JSONField(default=list, blank=True)
    reprise = models.BooleanField(default=False)

    class Meta:
        ordering = ("importation", "pk")

    def __str__(self) -> str:
        return self.nom


class LigneRefusee(models.Model):
    """Une ligne mise en quarantaine : où, pourquoi, et son contenu pour la corriger. `ligne` compte l'en-tête."""

    importation = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lignes_refusees")
    sorte = models.CharField(max_length=40)
    fichier = models.CharField(max_length=255)
    ligne = models.BigIntegerField(null=True, blank=True)
    champ = models.CharField(max_length=80, blank=True)
    valeur = models.TextField(blank=True)
    code = models.CharField(max_length=40)
    motif = models.TextField()
    brute = models.JSONField(default=dict)
    rejouee_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("importation", "pk")
        indexes = (models.Index(fields=["importation", "code"], name="refusee_import_code"),)

    def __str__(self) -> str:
        return f"{self.fichier}, ligne {self.ligne or '?'} : {self.code}"

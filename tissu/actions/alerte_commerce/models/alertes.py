"""L'alerte, son journal, et ce que les commerces en disent.

Ni identité, ni immatriculation, ni description d'une personne n'y entre (RGPD, art. 10) : les opérations le refusent.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from tissu.actions.alerte_commerce.choices import EtatAlerte, GesteAlerte, NatureFait, TypeAlerte
from tissu.actions.alerte_commerce.models.adherents import Adherent
from tissu.messages.models import Envoi

PERSONNE = settings.AUTH_USER_MODEL
PARTIES = (EtatAlerte.ENVOYEE, EtatAlerte.LEVEE, EtatAlerte.ANNULEE)
"""Les états d'une alerte partie."""


class Alerte(models.Model):
    """Un message aux commerces : une alerte, ou une suite de `premiere`.

    `cible` : voir `rules.ciblage.Cible`. `vises` et `hors_cible` sont comptés à l'envoi. Les textes, le lieu et la
    position s'effacent à `efface_le` ; la nature, la commune, le quartier, les heures et les comptes (`bilan`) restent.
    """

    identifiant = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(max_length=20, choices=TypeAlerte, default=TypeAlerte.ALERTE)
    premiere = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="suites")
    etat = models.CharField("état", max_length=20, choices=EtatAlerte, default=EtatAlerte.BROUILLON)
    nature = models.CharField("nature du fait", max_length=20, choices=NatureFait)
    activite = models.CharField("activité du commerce touché", max_length=40, blank=True)
    lieu = models.CharField(max_length=200, blank=True)
    code_commune = models.CharField("commune", max_length=5)
    quartier = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    fait_le = models.DateTimeField("heure du fait")
    appel_17_le = models.DateTimeField("appel au 17", null=True, blank=True)
    retard = models.CharField("raison d'une alerte tardive", max_length=300, blank=True)
    direction = models.CharField("direction de fuite", max_length=120, blank=True)
    maniere = models.CharField("manière d'opérer", max_length=300, blank=True)
    conseil = models.CharField(max_length=200, blank=True)
    texte = models.TextField("texte du SMS", blank=True)
    cible = models.JSONField(default=dict)
    auteur = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    redigee_le = models.DateTimeField()
    soumise_le = models.DateTimeField(null=True, blank=True)
    approbateur = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    envoyee_le = models.DateTimeField(null=True, blank=True)
    close_le = models.DateTimeField(null=True, blank=True)
    motif = models.CharField("motif du renvoi", max_length=300, blank=True)
    envoi = models.OneToOneField(Envoi, null=True, blank=True, on_delete=models.SET_NULL, related_name="alerte")
    vises = models.PositiveIntegerField(default=0)
    hors_cible = models.JSONField(default=dict, blank=True)
    bilan = models.JSONField(null=True, blank=True)
    efface_le = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-redigee_le", "-pk")
        indexes = (models.Index(fields=("etat", "envoyee_le"), name="alerte_etat_envoyee"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(etat__in=PARTIES) | Q(envoyee_le__isnull=False), name="alerte_partie_datee"
            ),
            models.CheckConstraint(
                condition=Q(type=TypeAlerte.ALERTE, premiere__isnull=True)
                | (~Q(type=TypeAlerte.ALERTE) & Q(premiere__isnull=False)),
                name="alerte_suite_liee",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="alerte_position_entiere",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_type_display()} n° {self.pk}"


class EtapeAlerte(models.Model):
    """Une ligne du journal d'une alerte ; on ajoute, on ne retire pas. Jamais de détail du fait dans `texte`."""

    alerte = models.ForeignKey(Alerte, on_delete=models.CASCADE, related_name="etapes")
    geste = models.CharField(max_length=20, choices=GesteAlerte)
    texte = models.CharField(max_length=300, blank=True)
    auteur = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    le = models.DateTimeField()

    class Meta:
        verbose_name = "étape d'une alerte"
        verbose_name_plural = "étapes des alertes"
        ordering = ("-le", "-pk")

    def __str__(self) -> str:
        return f"{self.get_geste_display()} : {self.alerte}"


class AvisSurAlerte(models.Model):
    """Ce qu'un commerce dit d'une alerte reçue : utile, ou non. Un seul avis, qu'il peut changer."""

    alerte = models.ForeignKey(Alerte, on_delete=models.CASCADE, related_name="avis")
    adherent = models.ForeignKey(Adherent, on_delete=models.CASCADE, related_name="+")
    utile = models.BooleanField()
    le = models.DateTimeField()

    class Meta:
        verbose_name = "avis sur une alerte"
        verbose_name_plural = "avis sur les alertes"
        ordering = ("-le", "-pk")
        constraints = (models.UniqueConstraint(fields=("alerte", "adherent"), name="avis_unique"),)

    def __str__(self) -> str:
        return f"{self.adherent} : {'utile' if self.utile else 'pas utile'}"

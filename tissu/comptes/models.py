"""Personnes, organisations, attributions de rôles."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tissu.comptes.choices import Role, TypeOrganisation


class Organisation(models.Model):
    """Une institution ou une entreprise à laquelle des personnes appartiennent."""

    nom = models.CharField(max_length=200, unique=True)
    type = models.CharField(max_length=20, choices=TypeOrganisation)
    siren = models.CharField(max_length=9, blank=True)

    class Meta:
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.nom


class PersonneManager(BaseUserManager["Personne"]):
    def create_user(self, courriel: str, password: str | None = None, **champs: Any) -> "Personne":
        """Crée une personne ; son adresse est normalisée en minuscules."""
        personne = self.model(courriel=self.normalize_email(courriel).lower(), **champs)
        personne.set_password(password)
        personne.save()
        return personne


class Personne(AbstractBaseUser):
    """Une personne qui se connecte par son adresse électronique."""

    courriel = models.EmailField("adresse électronique", unique=True)
    prenom = models.CharField("prénom", max_length=100, blank=True)
    nom = models.CharField(max_length=100, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    cree_le = models.DateTimeField(default=timezone.now)

    objects: ClassVar[PersonneManager] = PersonneManager()
    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("nom", "prenom", "pk")

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip() or self.courriel

    def roles_actifs(self, action: str = "") -> set[str]:
        """Les rôles détenus aujourd'hui ; avec `action`, ceux qui valent pour elle. Lus une fois par requête."""
        if not hasattr(self, "_attributions_actives"):
            aujourdhui = timezone.localdate()
            self._attributions_actives = list(
                self.attributions.filter(debut__lte=aujourdhui)
                .filter(Q(fin__isnull=True) | Q(fin__gte=aujourdhui))
                .values_list("role", "action")
            )
        return {role for role, pour in self._attributions_actives if not action or pour in ("", action)}


class Attribution(models.Model):
    """Un rôle donné à une personne, pour toutes les actions (`action` vide) ou une seule, à des dates."""

    personne = models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="attributions")
    role = models.CharField(max_length=30, choices=Role)
    action = models.CharField(max_length=50, blank=True)
    debut = models.DateField(default=timezone.localdate)
    fin = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("personne", "role", "action", "pk")
        constraints = (
            models.UniqueConstraint(fields=("personne", "role", "action", "debut"), name="attribution_unique"),
        )

    def __str__(self) -> str:
        return f"{self.personne} : {self.get_role_display()}"

"""Personnes, organisations, attributions de rôles, invitations, et les deux journaux."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from tissu.comptes.choices import NatureAcces, Role, TypeEvenementDeCompte, TypeOrganisation


class Organisation(models.Model):
    """Une institution ou une entreprise à laquelle des personnes appartiennent."""

    nom = models.CharField(max_length=200, unique=True)
    type = models.CharField(max_length=20, choices=TypeOrganisation)
    siren = models.CharField(max_length=9, blank=True)
    historique = HistoricalRecords()

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
    # Le mot de passe n'a pas sa place dans un historique, et les connexions ont leur journal.
    historique = HistoricalRecords(excluded_fields=["password", "last_login"])

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
    """Un rôle donné à une personne, pour toutes les actions (`action` vide) ou une seule, à des dates.

    `fin` est le dernier jour où le rôle vaut.
    """

    personne = models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="attributions")
    role = models.CharField(max_length=30, choices=Role)
    action = models.CharField(max_length=50, blank=True)
    debut = models.DateField(default=timezone.localdate)
    fin = models.DateField(null=True, blank=True)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("personne", "role", "action", "pk")
        constraints = (
            models.UniqueConstraint(fields=("personne", "role", "action", "debut"), name="attribution_unique"),
        )

    def __str__(self) -> str:
        return f"{self.personne} : {self.get_role_display()}"


class Invitation(models.Model):
    """Une place offerte par courriel. Le lien n'est jamais gardé : seule son empreinte l'est.

    `roles` est une liste de `{"role", "action", "fin"}` ; `fin` est une date ISO ou une chaîne vide.
    """

    courriel = models.EmailField("adresse électronique")
    prenom = models.CharField("prénom", max_length=100, blank=True)
    nom = models.CharField(max_length=100, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    roles = models.JSONField(default=list)
    empreinte = models.CharField(max_length=64, unique=True)
    invitee_par = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="invitations_envoyees")
    envoyee_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    acceptee_le = models.DateTimeField(null=True, blank=True)
    revoquee_le = models.DateTimeField(null=True, blank=True)
    personne = models.OneToOneField(
        Personne, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation"
    )

    class Meta:
        ordering = ("-envoyee_le", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("courriel",),
                condition=Q(acceptee_le__isnull=True, revoquee_le__isnull=True),
                name="une_invitation_ouverte_par_adresse",
            ),
        )

    def __str__(self) -> str:
        return f"Invitation de {self.courriel}"

    def ouverte(self, *, au: Any) -> bool:
        """Vrai si le lien peut encore servir à ce moment."""
        return self.acceptee_le is None and self.revoquee_le is None and au < self.expire_le


class JournalIntouchable(TypeError):
    """Une ligne de journal ne se modifie ni ne s'efface."""

    def __init__(self) -> None:
        super().__init__("Une ligne de journal s'ajoute ; elle ne se modifie ni ne s'efface.")


class LignesDeJournal(models.QuerySet[Any]):
    """Un jeu de lignes qui ne sait qu'ajouter ; la base le garantit aussi (voir `intouchables`)."""

    def update(self, **champs: Any) -> int:
        raise JournalIntouchable

    def delete(self) -> tuple[int, dict[str, int]]:
        raise JournalIntouchable

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise JournalIntouchable


class LigneDeJournal(models.Model):
    moment = models.DateTimeField(db_index=True)
    adresse_ip = models.GenericIPAddressField("adresse IP", null=True, blank=True)

    objects = LignesDeJournal.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise JournalIntouchable
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise JournalIntouchable


class Acces(LigneDeJournal):
    """Qui a vu des contacts ou des données non diffusibles, quand, sur quoi, pour quoi."""

    personne = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="acces")
    nature = models.CharField(max_length=20, choices=NatureAcces)
    objet_type = models.CharField(max_length=50)
    objet_id = models.CharField(max_length=100, db_index=True)
    motif = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "accès"
        verbose_name_plural = "accès"
        ordering = ("-moment", "-pk")

    def __str__(self) -> str:
        return f"{self.personne} a vu {self.objet_type} {self.objet_id}"


class EvenementDeCompte(LigneDeJournal):
    """Ce qui arrive aux comptes : connexions, échecs, rôles, invitations. `auteur` est None si inconnu."""

    type = models.CharField(max_length=30, choices=TypeEvenementDeCompte)
    auteur = models.ForeignKey(Personne, null=True, on_delete=models.PROTECT, related_name="evenements_causes")
    personne = models.ForeignKey(Personne, null=True, on_delete=models.PROTECT, related_name="evenements")
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "événement de compte"
        verbose_name_plural = "événements de compte"
        ordering = ("-moment", "-pk")

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.detail}".strip()

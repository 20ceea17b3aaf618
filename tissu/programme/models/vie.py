"""La vie d'une fiche : échéances, réunions techniques et leurs décisions, livrables, abonnement au calendrier."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from tissu.comptes.models import Organisation
from tissu.programme.choices import (
    EtatEcheance,
    EtatReunion,
    FrequenceReunion,
    PresenceReunion,
    RepereDeSerie,
    TypeEcheance,
)
from tissu.programme.models.conventions import Fiche

PERSONNE = settings.AUTH_USER_MODEL


class Echeance(models.Model):
    """Un jalon du calendrier de la fiche, ou une tâche confiée à quelqu'un.

    `echeance_initiale` : la date d'abord promise, quand elle a été repoussée. `confiee_le` : le moment où le
    responsable actuel l'a reçue. `motif` : pourquoi elle a été repoussée ou abandonnée.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="echeances")
    type = models.CharField(max_length=10, choices=TypeEcheance)
    titre = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    echeance = models.DateField()
    echeance_initiale = models.DateField(null=True, blank=True)
    responsable = models.ForeignKey(
        PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="echeances"
    )
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    etat = models.CharField(max_length=12, choices=EtatEcheance, default=EtatEcheance.A_FAIRE)
    faite_le = models.DateField(null=True, blank=True)
    motif = models.CharField(max_length=300, blank=True)
    confiee_le = models.DateTimeField(null=True, blank=True)
    creee_le = models.DateTimeField()
    creee_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    # Le dernier rappel envoyé : un résumé par semaine, jamais le lendemain de la création.
    rappelee_le = models.DateTimeField(null=True, blank=True)
    modifiee_le = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "échéance"
        ordering = ("echeance", "pk")
        indexes = (models.Index(fields=("etat", "echeance"), name="echeances_a_venir"),)

    def __str__(self) -> str:
        return self.titre


class SerieDeReunions(models.Model):
    """Des réunions qui reviennent : chaque mois avec le service Commerce, chaque année en comité de pilotage.

    Une fiche peut promettre un rythme sans dire de jour : `premiere_le` et `jusqu_au` vides, la série reste à dater.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="series")
    titre = models.CharField(max_length=150)
    frequence = models.CharField(max_length=15, choices=FrequenceReunion)
    repere = models.CharField(max_length=10, choices=RepereDeSerie, default=RepereDeSerie.RANG)
    premiere_le = models.DateTimeField(null=True, blank=True)
    jusqu_au = models.DateField(null=True, blank=True)
    duree_minutes = models.PositiveSmallIntegerField(default=60)
    lieu = models.CharField(max_length=150, blank=True)
    ordre_du_jour = models.TextField(blank=True)
    invites: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        PERSONNE, blank=True, related_name="series_de_reunions"
    )
    historique = HistoricalRecords(m2m_fields=[invites])

    class Meta:
        verbose_name = "série de réunions"
        verbose_name_plural = "séries de réunions"
        ordering = ("fiche", "premiere_le", "pk")

    def __str__(self) -> str:
        return self.titre


class Reunion(models.Model):
    """Une réunion : ordre du jour, présents, compte rendu, décisions.

    `revision` croît à chaque écriture : deux personnes qui prennent les notes ne s'effacent pas l'une l'autre.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="reunions")
    serie = models.ForeignKey(SerieDeReunions, null=True, blank=True, on_delete=models.PROTECT, related_name="reunions")
    titre = models.CharField(max_length=150)
    debut = models.DateTimeField()
    duree_minutes = models.PositiveSmallIntegerField(default=60)
    lieu = models.CharField(max_length=150, blank=True)
    ordre_du_jour = models.TextField(blank=True)
    compte_rendu = models.TextField(blank=True)
    piece = models.ForeignKey(
        "programme.Piece", null=True, blank=True, on_delete=models.PROTECT, related_name="reunions"
    )
    etat = models.CharField(max_length=10, choices=EtatReunion, default=EtatReunion.PREVUE)
    motif_annulation = models.CharField(max_length=300, blank=True)
    redige_le = models.DateTimeField("compte rendu rédigé le", null=True, blank=True)
    redige_par = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    modifiee_le = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "réunion"
        ordering = ("debut", "pk")
        constraints = (models.UniqueConstraint(fields=("serie", "debut"), name="une_reunion_par_date_de_serie"),)

    def __str__(self) -> str:
        return f"{self.titre} ({self.debut:%d/%m/%Y})"


class Participation(models.Model):
    """Une personne (de la plateforme, ou nommée) à une réunion."""

    reunion = models.ForeignKey(Reunion, on_delete=models.CASCADE, related_name="participations")
    personne = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    nom = models.CharField(max_length=150, blank=True)
    presence = models.CharField(max_length=10, choices=PresenceReunion, default=PresenceReunion.INVITEE)

    class Meta:
        ordering = ("reunion", "pk")
        constraints = (models.UniqueConstraint(fields=("reunion", "personne"), name="une_participation_par_personne"),)

    def __str__(self) -> str:
        return str(self.personne or self.nom)


class DecisionDeReunion(models.Model):
    """Ce qu'une réunion a décidé ; la tâche qui en découle, s'il y en a une, est une échéance."""

    reunion = models.ForeignKey(Reunion, on_delete=models.PROTECT, related_name="decisions")
    texte = models.TextField()
    echeance = models.OneToOneField(Echeance, null=True, blank=True, on_delete=models.PROTECT, related_name="decision")
    ordre = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "décision de réunion"
        verbose_name_plural = "décisions de réunion"
        ordering = ("reunion", "ordre", "pk")

    def __str__(self) -> str:
        return self.texte[:80]


class Livrable(models.Model):
    """Un livrable promis par la fiche, et sa remise : un fichier, ou l'adresse d'une page."""

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="livrables")
    titre = models.CharField(max_length=200)
    periode = models.CharField(max_length=40, blank=True)
    attendu_le = models.DateField(null=True, blank=True)
    remis_le = models.DateField(null=True, blank=True)
    remis_par = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    piece = models.ForeignKey(
        "programme.Piece", null=True, blank=True, on_delete=models.PROTECT, related_name="livrables"
    )
    adresse = models.URLField(blank=True)
    note = models.CharField(max_length=300, blank=True)
    modifie_le = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)
    # La raison d'une remise retirée se lit dans l'histoire, en toutes lettres.
    historique = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        ordering = ("fiche", "attendu_le", "pk")

    def __str__(self) -> str:
        return self.titre


class AbonnementCalendrier(models.Model):
    """Le jeton secret d'une personne pour lire son calendrier (iCalendar) depuis son agenda ; révocable."""

    personne = models.OneToOneField(PERSONNE, on_delete=models.CASCADE, related_name="abonnement_calendrier")
    # L'empreinte du jeton : le jeton lui-même n'est montré qu'une fois.
    empreinte = models.CharField(max_length=64, unique=True)
    cree_le = models.DateTimeField()

    class Meta:
        verbose_name = "abonnement au calendrier"
        verbose_name_plural = "abonnements au calendrier"

    def __str__(self) -> str:
        return f"Calendrier de {self.personne}"


class PreferenceDeRappel(models.Model):
    """Où en est le résumé hebdomadaire d'une personne ; si elle le veut est un choix des messages.

    `examine_le` : le dernier jour où ses rappels ont été examinés, qu'il y ait eu de quoi écrire ou non.
    """

    personne = models.OneToOneField(PERSONNE, on_delete=models.CASCADE, related_name="preference_de_rappel")
    examine_le = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "préférence de rappel"
        verbose_name_plural = "préférences de rappel"

    def __str__(self) -> str:
        return f"Rappels de {self.personne}"

"""Le commerce qui adhère, les personnes que l'on y prévient, et ce qui lui est arrivé."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.actions.alerte_commerce.choices import EtatAdherent, GesteAdherent, SourceAdhesion
from tissu.locaux.models import Local
from tissu.messages.choices import Canal

PERSONNE = settings.AUTH_USER_MODEL


class Adherent(models.Model):
    """Un commerce du réseau, ou qui demande à en être.

    `activite` : une famille de la typologie des locaux. `horaires` : jour → [[« 09:00 », « 19:00 »], …], vide quand
    ils ne sont pas dits. `rayon_m` vide : la distance proposée à tous. `refus_activites` : familles d'activités dont le
    commerce ne veut pas d'alerte. `question` : ce que la chambre attend encore de la demande.
    """

    siret = models.CharField("SIRET", max_length=14, blank=True, db_index=True)
    local = models.ForeignKey(Local, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    nom = models.CharField("nom du commerce", max_length=200)
    adresse = models.CharField(max_length=300, blank=True)
    code_commune = models.CharField("commune", max_length=5)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    activite = models.CharField("activité", max_length=40, blank=True)
    horaires = models.JSONField(default=dict, blank=True)
    rayon_m = models.PositiveIntegerField("distance des alertes (m)", null=True, blank=True)
    refus_activites = models.JSONField(default=list, blank=True)
    etat = models.CharField("état", max_length=20, choices=EtatAdherent, default=EtatAdherent.DEMANDE)
    charte_version = models.CharField(max_length=20, blank=True)
    charte_signee_le = models.DateTimeField(null=True, blank=True)
    charte_signataire = models.CharField("signataire de la charte", max_length=200, blank=True)
    demande_le = models.DateTimeField(null=True, blank=True)
    adhere_le = models.DateField(null=True, blank=True)
    parti_le = models.DateField(null=True, blank=True)
    motif = models.CharField(max_length=500, blank=True)
    question = models.CharField("précision demandée", max_length=500, blank=True)
    reponse = models.CharField("réponse du commerce", max_length=1000, blank=True)
    source = models.CharField(max_length=20, choices=SourceAdhesion)
    version = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "adhérent"
        ordering = ("nom", "pk")
        indexes = (models.Index(fields=("etat", "code_commune"), name="adherent_etat_commune"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="adherent_position_entiere",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatAdherent.ACTIF) | Q(adhere_le__isnull=False), name="adherent_actif_date"
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatAdherent.PARTI) | Q(parti_le__isnull=False), name="adherent_parti_date"
            ),
        )

    def __str__(self) -> str:
        return self.nom


class ContactAdherent(models.Model):
    """Une personne prévenue dans un commerce. Effacée quand le commerce part. `mobile` en E.164, ou vide.

    `repris_le` : venu d'une liste déjà en service, il reçoit les alertes avant même d'être vérifié. `importation` : le
    fichier dont il vient.
    """

    adherent = models.ForeignKey(Adherent, on_delete=models.CASCADE, related_name="contacts")
    nom = models.CharField(max_length=200, blank=True)
    mobile = models.CharField(max_length=20, blank=True, db_index=True)
    courriel = models.EmailField(blank=True, db_index=True)
    verifie_le = models.DateTimeField(null=True, blank=True)
    repris_le = models.DateTimeField(null=True, blank=True)
    importation = models.ForeignKey(
        "alerte_commerce.ImportAdherents", null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts"
    )
    recoit = models.BooleanField("reçoit les alertes", default=True)
    ajoute_le = models.DateTimeField()

    class Meta:
        verbose_name = "contact d'un adhérent"
        verbose_name_plural = "contacts des adhérents"
        ordering = ("adherent", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("mobile", "adherent"), condition=~Q(mobile=""), name="contact_mobile_unique"
            ),
            models.CheckConstraint(condition=~Q(mobile="") | ~Q(courriel=""), name="contact_joignable"),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.nom or self.mobile or self.courriel

    def adresses(self) -> list[tuple[Canal, str]]:
        """Où il reçoit une alerte : son mobile, son courriel."""
        toutes = ((Canal.SMS, self.mobile), (Canal.COURRIEL, self.courriel.lower()))
        return [(canal, valeur) for canal, valeur in toutes if valeur]


class EtapeAdherent(models.Model):
    """Une ligne du journal d'un adhérent ; on ajoute, on ne retire pas. Jamais de numéro dans `texte`."""

    adherent = models.ForeignKey(Adherent, on_delete=models.CASCADE, related_name="etapes")
    geste = models.CharField(max_length=20, choices=GesteAdherent)
    texte = models.CharField(max_length=500, blank=True)
    auteur = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    le = models.DateTimeField()

    class Meta:
        verbose_name = "étape d'un adhérent"
        verbose_name_plural = "étapes des adhérents"
        ordering = ("-le", "-pk")

    def __str__(self) -> str:
        return f"{self.get_geste_display()} : {self.adherent}"

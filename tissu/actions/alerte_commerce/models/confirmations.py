"""Ce que l'on demande, par un lien personnel, à qui tient un numéro : est-ce encore le sien ?"""

from django.db import models
from django.db.models import Q

from tissu.actions.alerte_commerce.choices import MotifConfirmation, ReponseConfirmation
from tissu.actions.alerte_commerce.models.adherents import ContactAdherent


class Confirmation(models.Model):
    """Une demande de confirmation d'un numéro ; deux envois au plus, la base y veille.

    `depuis` : quand le numéro s'est mis à attendre (son arrivée, ou sa suspension) ; la même attente ne se demande
    qu'une fois. Le lien n'est gardé nulle part : il se recompose et se vérifie de cette ligne et du numéro.
    """

    contact = models.ForeignKey(ContactAdherent, on_delete=models.CASCADE, related_name="confirmations")
    motif = models.CharField(max_length=20, choices=MotifConfirmation)
    depuis = models.DateTimeField()
    envois = models.PositiveSmallIntegerField(default=1)
    dernier_envoi_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    reponse = models.CharField("réponse", max_length=10, choices=ReponseConfirmation, blank=True)
    repondu_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-dernier_envoi_le", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("contact", "motif", "depuis"), name="confirmation_unique"),
            models.CheckConstraint(condition=Q(envois__gte=1, envois__lte=2), name="confirmation_deux_envois_au_plus"),
            models.CheckConstraint(
                condition=Q(reponse="", repondu_le__isnull=True) | (~Q(reponse="") & Q(repondu_le__isnull=False)),
                name="confirmation_reponse_datee",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_motif_display()} : {self.contact}"

"""La boîte d'envoi : un envoi, ses remises à chaque adresse, les parties de chacune."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tissu.messages.choices import Canal, EtatPartie, EtatRemise, Fondement, MotifEcart, Priorite
from tissu.messages.models.coordonnees import Coordonnee
from tissu.messages.models.operateurs import Poste


class Envoi(models.Model):
    """Un message déposé par une action, dans la transaction du fait qui le motive.

    `cle` dit ce fait : le même fait ne dépose qu'un envoi. `empreinte` est celle des textes et des destinataires, pour
    confronter ce qui a été montré à ce qui part. `fondement` et `urgent` sont ceux de la finalité au jour du dépôt.
    Les textes s'effacent après `garder_jusqu_au` ; les comptes restent.
    """

    cle = models.CharField(max_length=120, unique=True)
    message = models.CharField(max_length=60)
    finalite = models.CharField(max_length=60)
    fondement = models.CharField(max_length=12, choices=Fondement)
    urgent = models.BooleanField()
    priorite = models.PositiveSmallIntegerField(choices=Priorite)
    textes = models.JSONField(default=dict)
    empreinte = models.CharField(max_length=64)
    segments = models.PositiveSmallIntegerField(default=0)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    depose_le = models.DateTimeField(db_index=True)
    perime_le = models.DateTimeField()
    garder_jusqu_au = models.DateTimeField()
    efface_le = models.DateTimeField(null=True, blank=True)
    annule_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-depose_le", "-pk")

    def __str__(self) -> str:
        return self.cle


class Remise(models.Model):
    """Un envoi pour une adresse. `destinataire` est la clé que l'action donne à la personne, `nom` ce qui la désigne.

    `textes` : ce qui n'est que pour elle ; vide, ceux de l'envoi. La base refuse deux fois la même adresse.
    """

    envoi = models.ForeignKey(Envoi, on_delete=models.CASCADE, related_name="remises")
    destinataire = models.CharField(max_length=80)
    nom = models.CharField(max_length=200, blank=True)
    canal = models.CharField(max_length=10, choices=Canal)
    coordonnee = models.ForeignKey(Coordonnee, null=True, blank=True, on_delete=models.SET_NULL, related_name="remises")
    textes = models.JSONField(null=True, blank=True)
    segments = models.PositiveSmallIntegerField(default=0)
    etat = models.CharField(max_length=12, choices=EtatRemise, default=EtatRemise.ATTENTE)
    motif = models.CharField(max_length=200, blank=True)
    remise_le = models.DateTimeField(null=True, blank=True)
    recue_le = models.DateTimeField(null=True, blank=True)
    lue_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("envoi", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("envoi", "coordonnee"), condition=~Q(etat=EtatRemise.ECARTEE), name="remise_unique"
            ),
        )
        indexes = (
            models.Index(fields=("envoi", "etat")),
            models.Index(fields=("destinataire", "canal")),
            models.Index(fields=("coordonnee", "remise_le")),
        )

    def __str__(self) -> str:
        return f"{self.envoi} pour {self.destinataire}"

    @property
    def ecart(self) -> str:
        """Pourquoi elle a été écartée, en mots."""
        return MotifEcart(self.motif).label if self.etat == EtatRemise.ECARTEE else ""


class Partie(models.Model):
    """Un PDU : un des SMS d'une remise, ou son unique courriel. C'est ce qui se prend, part, et s'accuse.

    L'ordre de départ est (`priorite`, `rang`, `pk`) : `rang` est la place du destinataire dans son envoi, si bien que
    deux envois de même priorité avancent du même pas. `poste` est l'exécutant qui l'a prise, `prise_le` quand.
    """

    remise = models.ForeignKey(Remise, on_delete=models.CASCADE, related_name="parties")
    numero = models.PositiveSmallIntegerField()
    canal = models.CharField(max_length=10, choices=Canal)
    priorite = models.PositiveSmallIntegerField()
    rang = models.PositiveIntegerField()
    etat = models.CharField(max_length=12, choices=EtatPartie, default=EtatPartie.ATTENTE)
    due_le = models.DateTimeField()
    essais = models.PositiveSmallIntegerField(default=0)
    operateur = models.CharField(max_length=60, blank=True)
    poste = models.ForeignKey(Poste, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    identifiant = models.CharField(max_length=65, blank=True)
    prise_le = models.DateTimeField(null=True, blank=True)
    remise_le = models.DateTimeField(null=True, blank=True)
    accusee_le = models.DateTimeField(null=True, blank=True)
    motif = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("remise", "numero")
        constraints = (models.UniqueConstraint(fields=("remise", "numero"), name="partie_unique"),)
        indexes = (
            models.Index(
                fields=("canal", "priorite", "rang", "id"),
                condition=Q(etat=EtatPartie.ATTENTE),
                name="partie_a_prendre",
            ),
            models.Index(
                fields=("operateur", "etat"),
                condition=Q(etat__in=(EtatPartie.EN_VOL, EtatPartie.INCERTAINE)),
                name="partie_en_vol",
            ),
            models.Index(fields=("operateur", "identifiant"), condition=~Q(identifiant=""), name="partie_identifiant"),
            models.Index(fields=("operateur", "remise_le")),
        )

    def __str__(self) -> str:
        return f"{self.remise}, partie {self.numero}"

"""Le local, sa rue, ses photographies et ses contacts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.locaux.choices import NatureLocal


class Voie(models.Model):
    """Une rue d'une commune. `nom_normalise` : sans accent ni casse, pour la retrouver."""

    code_commune = models.CharField(max_length=5)
    nom = models.CharField(max_length=200)
    nom_normalise = models.CharField(max_length=200)

    class Meta:
        ordering = ("nom_normalise", "code_commune", "pk")
        constraints = (models.UniqueConstraint(fields=("code_commune", "nom_normalise"), name="voie_unique"),)

    def __str__(self) -> str:
        return self.nom


class Troncon(models.Model):
    """Une partie de rue, où se lisent les taux « par linéaire ». `geometrie` : ligne GeoJSON en WGS84, ou vide."""

    voie = models.ForeignKey(Voie, on_delete=models.PROTECT, related_name="troncons")
    nom = models.CharField(max_length=200)
    geometrie = models.TextField(blank=True)

    class Meta:
        ordering = ("voie", "nom", "pk")
        constraints = (models.UniqueConstraint(fields=("voie", "nom"), name="troncon_unique"),)

    def __str__(self) -> str:
        return self.nom


class Local(models.Model):
    """Un local physique, occupé ou non. Surfaces en m², longueurs en mètres, loyer en euros hors taxes par m² par an.

    `reference` est son identité publique et ne change jamais. `quartier` est celui que dit la source ; les zones
    dessinées se croisent par la position. `disparu_le` : ce local n'existe plus depuis ce jour (scission, fusion,
    démolition), son histoire reste. `ecarte_le` : il n'a jamais existé (ligne écartée, doublon de `remplace_par`) et
    n'entre dans aucun chiffre, à aucune date. `champs_tenus` : les champs posés par une personne, qu'un fichier ne
    change plus. `version` compte les écritures : deux personnes ne s'écrasent pas.
    """

    reference = models.CharField(max_length=20, unique=True)
    nature = models.CharField(max_length=20, choices=NatureLocal, default=NatureLocal.CELLULE)
    nom = models.CharField(max_length=200, blank=True)
    numero = models.CharField(max_length=20, blank=True)
    voie = models.ForeignKey(Voie, null=True, blank=True, on_delete=models.PROTECT, related_name="locaux")
    troncon = models.ForeignKey(Troncon, null=True, blank=True, on_delete=models.SET_NULL, related_name="locaux")
    complement = models.CharField(max_length=200, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    code_commune = models.CharField(max_length=5)
    quartier = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    etage = models.SmallIntegerField(null=True, blank=True)
    parcelle = models.CharField(max_length=14, blank=True)
    surface_m2 = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    surface_vente_m2 = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    vitrine_m = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    loyer_eur_m2_an = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    couverts = models.PositiveIntegerField(null=True, blank=True)
    chambres = models.PositiveIntegerField(null=True, blank=True)
    accord_publication = models.BooleanField(default=False)
    disponible_texte = models.CharField(max_length=500, blank=True)
    ouvert_le = models.DateField(null=True, blank=True)
    disparu_le = models.DateField(null=True, blank=True)
    ecarte_le = models.DateTimeField(null=True, blank=True)
    remplace_par = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="doublons")
    champs_tenus = models.JSONField(default=list, blank=True)
    cree_le = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "local"
        verbose_name_plural = "locaux"
        ordering = ("reference",)
        indexes = (models.Index(fields=("code_commune", "quartier"), name="local_commune_quartier"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="local_position_entiere",
            ),
        )

    def __str__(self) -> str:
        return self.nom or f"{self.numero} {self.voie or ''}".strip() or self.reference


class Numerotation(models.Model):
    """Le dernier numéro de référence donné à un local ; une seule ligne, que chaque création fait avancer."""

    dernier = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.dernier)


class Photo(models.Model):
    """Une photographie d'un local. `empreinte` : SHA-256 du contenu."""

    local = models.ForeignKey(Local, on_delete=models.CASCADE, related_name="photos")
    fichier = models.FileField(upload_to="locaux/photos/%Y/")
    empreinte = models.CharField(max_length=64)
    legende = models.CharField(max_length=200, blank=True)
    prise_le = models.DateTimeField()
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    historique = HistoricalRecords()

    class Meta:
        ordering = ("-prise_le", "-pk")
        constraints = (models.UniqueConstraint(fields=("local", "empreinte"), name="photo_unique"),)

    def __str__(self) -> str:
        return self.legende or f"Photo du {self.prise_le:%d/%m/%Y}"


class ContactLocal(models.Model):
    """Qui joindre pour un local (propriétaire, agence). Sa lecture est réservée et journalisée."""

    local = models.ForeignKey(Local, on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(max_length=100)
    nom = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    accord_le = models.DateField(null=True, blank=True)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("local", "role", "pk")

    def __str__(self) -> str:
        return f"{self.role} : {self.nom or self.courriel or self.telephone}"

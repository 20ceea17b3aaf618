"""Un projet commercial dont on se demande s'il va en CDAC, et ce qu'il trouverait autour de lui."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.actions.observatoire_commerce.choices import EtatProjet, NatureProjet, SecteurProjet

PERSONNE = settings.AUTH_USER_MODEL


def _surface(nom: str) -> models.DecimalField:
    """Une surface en m², facultative."""
    return models.DecimalField(nom, max_digits=9, decimal_places=2, null=True, blank=True)


class ProjetCdac(models.Model):
    """Un projet, tel que décrit. Un champ vide veut dire « on ne sait pas », jamais « non » ni zéro.

    `activite` : code de la typologie des locaux, pour chercher l'offre concurrente. `rayons_m` : anneaux qui tiennent
    lieu de zone de chalandise ; `perimetre` : un contour GeoJSON fourni, qui les remplace comme limite de la zone.
    `population_zone` : les habitants de cette zone, tels que le dossier les dit. `revision` compte les écritures.
    """

    nom = models.CharField("nom du projet", max_length=200)
    nature = models.CharField("nature du projet", max_length=30, choices=NatureProjet)
    secteur = models.CharField("secteur d'activité", max_length=20, choices=SecteurProjet)
    secteur_avant = models.CharField("secteur d'avant", max_length=20, choices=SecteurProjet, blank=True)
    activite = models.CharField("activité", max_length=40, blank=True)
    enseigne = models.CharField(max_length=200, blank=True)
    petitionnaire = models.CharField("pétitionnaire", max_length=200, blank=True)
    demande_le = models.DateField("date de la demande")

    surface_existante_m2 = _surface("surface de vente existante (m²)")
    surface_creee_m2 = _surface("surface de vente créée (m²)")
    surface_ensemble_m2 = _surface("surface de vente de l'ensemble commercial (m²)")
    surface_plancher_m2 = _surface("surface de plancher créée (m²)")
    dans_ensemble = models.BooleanField("dans un ensemble commercial", null=True, blank=True)
    ferme_le = models.DateField("fermé le", null=True, blank=True)
    reouvre_le = models.DateField("réouverture prévue le", null=True, blank=True)
    redressement = models.BooleanField("exploitant en redressement judiciaire", null=True, blank=True)
    disposition_le = models.DateField("locaux recouvrés par le propriétaire le", null=True, blank=True)
    drive_integre = models.BooleanField("intégré à un magasin ouvert avant le 26 mars 2014", null=True, blank=True)
    en_ort = models.BooleanField("dans une opération de revitalisation de territoire", null=True, blank=True)
    ort_soumet = models.BooleanField("soumis par la convention de l'opération", null=True, blank=True)
    artificialisation = models.BooleanField("artificialise des sols", null=True, blank=True)
    permis = models.BooleanField("demande un permis de construire", null=True, blank=True)
    population_commune = models.PositiveIntegerField("habitants de la commune", null=True, blank=True)

    adresse = models.CharField(max_length=300, blank=True)
    code_commune = models.CharField("commune", max_length=5, blank=True)
    lon = models.FloatField("longitude", null=True, blank=True)
    lat = models.FloatField("latitude", null=True, blank=True)
    precision_position = models.CharField("précision de la position", max_length=200, blank=True)
    rayons_m = models.JSONField("rayons (m)", default=list, blank=True)
    perimetre = models.TextField("périmètre", blank=True)
    perimetre_nom = models.CharField("nom du périmètre", max_length=200, blank=True)
    population_zone = models.PositiveIntegerField("habitants de la zone", null=True, blank=True)
    population_zone_source = models.CharField("source de cette population", max_length=200, blank=True)

    etapes_faites = models.JSONField("étapes remplies", default=list, blank=True)
    etat = models.CharField("état", max_length=20, choices=EtatProjet, default=EtatProjet.PREPARATION)
    depot_le = models.DateField("dossier complet le", null=True, blank=True)
    decision_le = models.DateField("décision du", null=True, blank=True)
    cree_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    cree_le = models.DateTimeField("créé le")
    modifie_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    modifie_le = models.DateTimeField("modifié le")
    revision = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "projet de CDAC"
        verbose_name_plural = "projets de CDAC"
        ordering = ("-modifie_le", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="projet_cdac_position_entiere",
            ),
            models.CheckConstraint(
                condition=Q(decision_le__isnull=True) | Q(depot_le__isnull=False), name="projet_cdac_decide_apres_depot"
            ),
        )

    def __str__(self) -> str:
        return self.nom

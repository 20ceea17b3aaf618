"""Les critères d'évaluation des fiches et leurs mesures, calculées par une action ou saisies."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.programme.choices import EtatMesure, OrigineMesure, SensIndicateur
from tissu.programme.models.conventions import Fiche

PERSONNE = settings.AUTH_USER_MODEL


class Critere(models.Model):
    """Un critère d'évaluation d'une fiche. `indicateur` : le code d'un indicateur déclaré par une action.

    Sans indicateur (ou si l'action n'est pas en service), le critère se mesure à la main, et c'est dit. `cle` est
    stable d'une année à l'autre : elle relie les valeurs successives. `cible` et `reference` dans l'`unite`.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="criteres")
    cle = models.SlugField(max_length=60)
    ordre = models.PositiveSmallIntegerField()
    libelle = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    indicateur = models.CharField(max_length=100, blank=True)
    unite = models.CharField(max_length=40, blank=True)
    sens = models.CharField(max_length=10, choices=SensIndicateur, default=SensIndicateur.HAUSSE)
    cumulatif = models.BooleanField(default=True)
    qualitatif = models.BooleanField(default=False)
    cible = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    reference = models.DecimalField("valeur de départ", max_digits=14, decimal_places=4, null=True, blank=True)
    reference_au = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "critère"
        ordering = ("fiche", "ordre", "pk")
        constraints = (models.UniqueConstraint(fields=("fiche", "cle"), name="critere_unique_par_fiche"),)

    def __str__(self) -> str:
        return self.libelle


class Mesure(models.Model):
    """Une valeur d'un critère sur une période. Une nouvelle valeur s'ajoute ; `remplacee` marque l'ancienne.

    `valeur` vide avec `secret` : le secret statistique l'interdit. `texte` porte un constat qualitatif. `preuves` :
    les lignes derrière la valeur, telles que calculées ({"colonnes": [[clé, titre], …], "lignes": [{…}, …]}), sans
    aucune donnée que le registre masque.
    """

    critere = models.ForeignKey(Critere, on_delete=models.PROTECT, related_name="mesures")
    periode = models.CharField(max_length=10)
    debut = models.DateField()
    fin = models.DateField()
    valeur = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    numerateur = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    denominateur = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    effectif = models.PositiveIntegerField(null=True, blank=True)
    secret = models.BooleanField(default=False)
    texte = models.TextField(blank=True)
    ventilation = models.JSONField(default=list, blank=True)
    preuves = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_au = models.DateField(null=True, blank=True)
    version_methode = models.CharField(max_length=20, blank=True)
    origine = models.CharField(max_length=10, choices=OrigineMesure)
    etat = models.CharField(max_length=10, choices=EtatMesure, default=EtatMesure.VALIDEE)
    remplacee = models.BooleanField(default=False)
    piece = models.ForeignKey(
        "programme.Piece", null=True, blank=True, on_delete=models.PROTECT, related_name="mesures"
    )
    etablie_le = models.DateTimeField()
    etablie_par = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decidee_par = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decidee_le = models.DateTimeField(null=True, blank=True)
    motif_refus = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("critere", "debut", "etablie_le", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("critere", "periode"),
                condition=Q(remplacee=False, etat="validee"),
                name="une_mesure_en_vigueur_par_periode",
            ),
        )

    def __str__(self) -> str:
        return f"{self.critere} : {self.valeur} ({self.periode})"

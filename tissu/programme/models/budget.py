"""Le budget d'une fiche : lignes de dépense, taux datés, financements, décisions sur les anomalies."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from tissu.comptes.models import Organisation
from tissu.programme.choices import CodeAnomalie, EtatContribution, IssueAnomalie, NatureDepense, PosteDAide
from tissu.programme.models.conventions import Avenant, Fiche


class LigneDepense(models.Model):
    """Une ligne de dépense prévue. Un `montant_eur` vide est un montant absent du document, jamais un zéro.

    `jours` admet les demi-journées. `retiree_par` : l'avenant qui a retiré la ligne ; elle reste lisible.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="lignes")
    ordre = models.PositiveSmallIntegerField()
    libelle = models.CharField(max_length=200)
    nature = models.CharField(max_length=10, choices=NatureDepense)
    jours = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    montant_eur = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    # Pour la règle d'aide de la fiche : ce que la ligne y est, et la part d'un équivalent temps plein sur l'année.
    poste_d_aide = models.CharField(max_length=15, choices=PosteDAide, blank=True, default=PosteDAide.HORS_AIDE)
    etp = models.DecimalField("part d'ETP sur l'année", max_digits=4, decimal_places=2, null=True, blank=True)
    ajoutee_par = models.ForeignKey(Avenant, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retiree_par = models.ForeignKey(Avenant, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "ligne de dépense"
        verbose_name_plural = "lignes de dépense"
        ordering = ("fiche", "ordre", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(jours__isnull=True) | Q(jours__gte=0), name="jours_positifs"),
            models.CheckConstraint(
                condition=Q(montant_eur__isnull=True) | Q(montant_eur__gte=0), name="montant_positif"
            ),
        )

    def __str__(self) -> str:
        return self.libelle


class TauxJour(models.Model):
    """Le prix d'une journée sur une ligne (ou sur toute la fiche, `ligne` vide), de `debut` à `fin` compris.

    Un jour passé se valorise au taux du jour où il a été passé : changer le taux ne change pas le passé.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="taux")
    ligne = models.ForeignKey(LigneDepense, null=True, blank=True, on_delete=models.PROTECT, related_name="taux")
    debut = models.DateField()
    fin = models.DateField(null=True, blank=True)
    montant_eur = models.DecimalField(max_digits=8, decimal_places=2)
    avenant = models.ForeignKey(Avenant, null=True, blank=True, on_delete=models.PROTECT, related_name="taux")
    historique = HistoricalRecords()

    class Meta:
        verbose_name = "taux journalier"
        verbose_name_plural = "taux journaliers"
        ordering = ("fiche", "ligne", "debut", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")), name="taux_finit_apres"),
            models.CheckConstraint(condition=Q(montant_eur__gt=0), name="taux_positif"),
        )

    def __str__(self) -> str:
        return f"{self.montant_eur} €/jour dès le {self.debut}"


class Contribution(models.Model):
    """Ce qu'un financeur apporte à une fiche, ou à une seule de ses lignes.

    `montant_eur` vide : « contribution non précisée », jamais un zéro. `taux` de 0 à 1, quand le document l'écrit.
    `organisation` : le financeur quand c'est un partenaire de la plateforme.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="contributions")
    ligne = models.ForeignKey(
        LigneDepense, null=True, blank=True, on_delete=models.PROTECT, related_name="contributions"
    )
    financeur = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="contributions"
    )
    montant_eur = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    taux = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    etat = models.CharField(max_length=20, choices=EtatContribution, default=EtatContribution.PREVUE)
    condition = models.CharField(max_length=300, blank=True)
    ordre = models.PositiveSmallIntegerField(default=0)
    historique = HistoricalRecords()

    class Meta:
        ordering = ("fiche", "ordre", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(montant_eur__isnull=True) | Q(montant_eur__gte=0), name="contribution_positive"
            ),
            models.CheckConstraint(
                condition=Q(taux__isnull=True) | Q(taux__gte=0, taux__lte=1), name="contribution_taux_entre_0_et_1"
            ),
        )

    def __str__(self) -> str:
        return self.financeur


class DecisionSurAnomalie(models.Model):
    """Ce qu'une personne a décidé d'une anomalie : troisième valeur, à côté de l'écrite et de la calculée.

    `cle` désigne l'anomalie dans sa fiche ; si les valeurs changent ensuite, la décision est signalée à revoir.
    """

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="decisions")
    code = models.CharField(max_length=30, choices=CodeAnomalie)
    cle = models.CharField(max_length=120)
    valeur_declaree = models.CharField(max_length=200, blank=True)
    valeur_calculee = models.CharField(max_length=200, blank=True)
    issue = models.CharField(max_length=20, choices=IssueAnomalie)
    valeur_retenue_eur = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    motif = models.CharField(max_length=500)
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decidee_le = models.DateTimeField()

    class Meta:
        verbose_name = "décision sur une anomalie"
        verbose_name_plural = "décisions sur les anomalies"
        ordering = ("fiche", "-decidee_le", "-pk")

    def __str__(self) -> str:
        return f"{self.get_code_display()} : {self.get_issue_display()}"

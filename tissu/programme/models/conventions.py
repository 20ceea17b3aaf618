"""La convention, ses fiches année par année, leurs rubriques, leurs versions et leurs avenants."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from tissu.comptes.models import Organisation
from tissu.programme.choices import EtatFiche, RegleDAide, SectionDeFiche


class Convention(models.Model):
    """Un partenariat pluriannuel ; plusieurs vivent côte à côte (2018-2020 comptait 25 fiches, 2023-2025 en a 17).

    `debut` et `fin` sont des années civiles comprises.
    """

    titre = models.CharField(max_length=200)
    debut = models.PositiveSmallIntegerField("première année")
    fin = models.PositiveSmallIntegerField("dernière année")
    signee_le = models.DateField(null=True, blank=True)
    taux_jour_eur = models.DecimalField("taux journalier usuel", max_digits=8, decimal_places=2)
    partenaires = models.ManyToManyField(Organisation, related_name="conventions")
    historique = HistoricalRecords(m2m_fields=[partenaires])

    class Meta:
        ordering = ("-debut", "-fin", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(fin__gte=F("debut")), name="convention_finit_apres_son_debut"),
            models.UniqueConstraint(fields=("debut", "fin", "titre"), name="convention_unique"),
        )

    def __str__(self) -> str:
        return self.titre


class Fiche(models.Model):
    """La feuille signée d'une action pour une année. `action` : le slug de la pièce qui la met en œuvre.

    `total_declare_eur` est le total tel qu'écrit, jamais recalculé. `periode_entete` et `calendrier_*` gardent ce que
    le document annonce, même s'il se contredit. `revision` croît à chaque écriture : deux personnes qui modifient la
    même fiche ne s'effacent pas l'une l'autre.
    """

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="fiches")
    numero = models.PositiveSmallIntegerField()
    annee = models.PositiveSmallIntegerField()
    action = models.SlugField(max_length=50)
    titre = models.CharField(max_length=250)
    titre_court = models.CharField(max_length=80)
    etat = models.CharField(max_length=20, choices=EtatFiche, default=EtatFiche.SIGNEE)
    periode_entete = models.CharField(max_length=60, blank=True)
    calendrier_debut = models.DateField(null=True, blank=True)
    calendrier_fin = models.DateField(null=True, blank=True)
    # Le premier mois de l'exercice : l'année d'une fiche n'est pas toujours l'année civile.
    premier_mois = models.PositiveSmallIntegerField(default=1)
    maitres_ouvrage = models.ManyToManyField(Organisation, blank=True, related_name="fiches_conduites")
    pilotes = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="fiches_pilotees")
    total_declare_eur = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    observations = models.TextField(blank=True)
    regle_d_aide = models.CharField(
        "règle d'aide", max_length=15, choices=RegleDAide, blank=True, default=RegleDAide.AUCUNE
    )
    precedente = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="suivantes")
    revision = models.PositiveIntegerField(default=1)
    historique = HistoricalRecords(m2m_fields=[maitres_ouvrage, pilotes])

    class Meta:
        ordering = ("-annee", "numero", "pk")
        constraints = (
            models.UniqueConstraint(fields=("convention", "numero", "annee"), name="fiche_unique_par_annee"),
            models.CheckConstraint(condition=Q(premier_mois__gte=1, premier_mois__lte=12), name="fiche_premier_mois"),
        )

    def __str__(self) -> str:
        return f"{self.numero}. {self.titre_court} ({self.annee})"


class SectionRedigee(models.Model):
    """Le texte d'une rubrique d'une fiche, en Markdown simple (paragraphes et listes)."""

    fiche = models.ForeignKey(Fiche, on_delete=models.CASCADE, related_name="sections")
    section = models.CharField(max_length=20, choices=SectionDeFiche)
    texte = models.TextField()
    historique = HistoricalRecords()

    class Meta:
        ordering = ("fiche", "pk")
        constraints = (models.UniqueConstraint(fields=("fiche", "section"), name="section_unique_par_fiche"),)

    def __str__(self) -> str:
        return f"{self.fiche} : {self.get_section_display()}"


class Avenant(models.Model):
    """Une modification signée d'une fiche, à une date d'effet ; elle ouvre une nouvelle version."""

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="avenants")
    numero = models.PositiveSmallIntegerField()
    objet = models.CharField(max_length=300)
    texte = models.TextField(blank=True)
    effet_le = models.DateField()
    signe_le = models.DateField(null=True, blank=True)
    piece = models.ForeignKey(
        "programme.Piece", null=True, blank=True, on_delete=models.PROTECT, related_name="avenants"
    )
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField()

    class Meta:
        ordering = ("fiche", "numero")
        constraints = (models.UniqueConstraint(fields=("fiche", "numero"), name="avenant_unique"),)

    def __str__(self) -> str:
        return f"Avenant {self.numero} : {self.objet}"


class VersionDeFiche(models.Model):
    """La photographie d'une fiche à la signature, à un avenant, à la clôture. Ne se modifie ni ne s'efface."""

    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="versions")
    numero = models.PositiveSmallIntegerField()
    motif = models.CharField(max_length=200)
    avenant = models.OneToOneField(Avenant, null=True, blank=True, on_delete=models.PROTECT, related_name="version")
    contenu = models.JSONField()
    empreinte = models.CharField(max_length=64)
    etablie_le = models.DateTimeField()
    etablie_par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "version de fiche"
        verbose_name_plural = "versions de fiche"
        ordering = ("fiche", "-numero")
        constraints = (models.UniqueConstraint(fields=("fiche", "numero"), name="version_unique"),)

    def __str__(self) -> str:
        return f"{self.fiche}, version {self.numero}"

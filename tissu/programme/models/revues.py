"""Les revues : photographie datée des chiffres, commentaires, accord des deux partenaires, rectifications.

Une fois la revue verrouillée, la base elle-même refuse d'en changer une ligne (voir la migration des intouchables).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.comptes.models import Organisation
from tissu.programme.choices import EtatRevue, SuiteProposee, TypeRevue
from tissu.programme.models.conventions import Convention, Fiche

PERSONNE = settings.AUTH_USER_MODEL


class Revue(models.Model):
    """Le bilan d'une année, ou son point à mi-parcours. `au` : le jour que montrent tous ses chiffres."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="revues")
    annee = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=15, choices=TypeRevue)
    au = models.DateField()
    etat = models.CharField(max_length=12, choices=EtatRevue, default=EtatRevue.OUVERTE)
    introduction = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    ouverte_le = models.DateTimeField()
    ouverte_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.PROTECT, related_name="+")
    arretee_le = models.DateTimeField(null=True, blank=True)
    empreinte = models.CharField(max_length=64, blank=True)
    verrouillee_le = models.DateTimeField(null=True, blank=True)
    # Le motif dit chaque geste en entier, jusqu'à l'accord annulé par une réouverture.
    historique = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        ordering = ("-annee", "-au", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("convention", "annee", "type"), name="une_revue_par_annee_et_type"),
            models.CheckConstraint(
                condition=~Q(etat="verrouillee") | Q(verrouillee_le__isnull=False), name="revue_verrouillee_datee"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.annee}"


class FigureFigee(models.Model):
    """Un chiffre de la revue, figé avec sa définition, sa source, sa version de méthode et ses lignes.

    `groupe` range les chiffres (budget, temps, critere, livrables, etat) ; `cle` le désigne dans la revue.
    """

    revue = models.ForeignKey(Revue, on_delete=models.PROTECT, related_name="figures")
    fiche = models.ForeignKey(Fiche, null=True, blank=True, on_delete=models.PROTECT, related_name="figures")
    groupe = models.CharField(max_length=20)
    cle = models.CharField(max_length=120)
    libelle = models.CharField(max_length=200)
    unite = models.CharField(max_length=40, blank=True)
    valeur = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    texte = models.TextField(blank=True)
    cible = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    numerateur = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    denominateur = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    effectif = models.PositiveIntegerField(null=True, blank=True)
    definition = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_au = models.DateField(null=True, blank=True)
    version_methode = models.CharField(max_length=20, blank=True)
    origine = models.CharField(max_length=10, blank=True)
    lignes = models.JSONField(default=dict, blank=True)
    ordre = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "figure figée"
        verbose_name_plural = "figures figées"
        ordering = ("revue", "ordre", "pk")
        constraints = (models.UniqueConstraint(fields=("revue", "cle"), name="figure_unique_par_revue"),)

    def __str__(self) -> str:
        return f"{self.libelle} : {self.valeur}"


class Commentaire(models.Model):
    """La parole d'un partenaire sur une fiche (ou sur toute la revue) ; chacun écrit le sien."""

    revue = models.ForeignKey(Revue, on_delete=models.PROTECT, related_name="commentaires")
    fiche = models.ForeignKey(Fiche, null=True, blank=True, on_delete=models.PROTECT, related_name="commentaires")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    texte = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    ecrit_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.PROTECT, related_name="+")
    ecrit_le = models.DateTimeField()
    historique = HistoricalRecords()

    class Meta:
        ordering = ("revue", "fiche", "organisation", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("revue", "fiche", "organisation"), name="un_commentaire_par_fiche_et_partenaire"
            ),
            models.UniqueConstraint(
                fields=("revue", "organisation"),
                condition=Q(fiche__isnull=True),
                name="un_commentaire_general_par_partenaire",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} : {self.texte[:60]}"


class Proposition(models.Model):
    """Ce que la revue propose pour la fiche de l'année suivante."""

    revue = models.ForeignKey(Revue, on_delete=models.PROTECT, related_name="propositions")
    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="propositions")
    suite = models.CharField(max_length=12, choices=SuiteProposee, default=SuiteProposee.RECONDUIRE)
    texte = models.TextField(blank=True)
    total_propose_eur = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    cibles = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    proposee_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.PROTECT, related_name="+")
    proposee_le = models.DateTimeField()
    historique = HistoricalRecords()

    class Meta:
        ordering = ("revue", "fiche")
        constraints = (models.UniqueConstraint(fields=("revue", "fiche"), name="une_proposition_par_fiche"),)

    def __str__(self) -> str:
        return f"{self.fiche} : {self.get_suite_display()}"


class AccordDeRevue(models.Model):
    """La signature d'un partenaire sur ce qu'il a lu (`empreinte`). Deux organisations différentes verrouillent."""

    revue = models.ForeignKey(Revue, on_delete=models.PROTECT, related_name="accords")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    personne = models.ForeignKey(PERSONNE, on_delete=models.PROTECT, related_name="+")
    donne_le = models.DateTimeField()
    empreinte = models.CharField(max_length=64)

    class Meta:
        verbose_name = "accord de revue"
        verbose_name_plural = "accords de revue"
        ordering = ("revue", "donne_le", "pk")
        constraints = (models.UniqueConstraint(fields=("revue", "organisation"), name="un_accord_par_partenaire"),)

    def __str__(self) -> str:
        return f"Accord de {self.organisation}"


class Rectification(models.Model):
    """Une correction sue après le verrou : elle se lit à côté de la valeur figée, qui ne change pas."""

    figure = models.ForeignKey(FigureFigee, on_delete=models.PROTECT, related_name="rectifications")
    valeur = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    texte = models.TextField(blank=True)
    motif = models.CharField(max_length=500)
    source_au = models.DateField(null=True, blank=True)
    constatee_le = models.DateTimeField()
    constatee_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("figure", "constatee_le", "pk")

    def __str__(self) -> str:
        return f"{self.figure} rectifiée en {self.valeur}"

"""Ce que la fiche 7 garde : éditions figées, filières, règles, pistes, veilles. Le reste se lit du registre."""

from django.conf import settings
from django.db import models

from tissu.actions.fichier_entreprises.choices import (
    EtatPiste,
    EvenementVeille,
    Frequence,
    GestePiste,
    MotifFermeture,
    Secteurs,
)
from tissu.registre.models import ListeDeSirets

PERSONNE = settings.AUTH_USER_MODEL


class EditionMensuelle(models.Model):
    """La première valeur d'un mois, figée. `evenements` : [[siret, type, date_effet, connu_le], …]."""

    mois = models.CharField(max_length=7)
    secteurs = models.CharField(max_length=30, choices=Secteurs, default=Secteurs.INDUSTRIE_SERVICES)
    perimetre = models.TextField()
    totaux = models.JSONField()
    evenements = models.JSONField()
    empreinte = models.CharField(max_length=64)
    source_au = models.DateField()
    connu_au = models.DateField()
    version_registre = models.CharField(max_length=40)
    version_methode = models.CharField(max_length=20)
    publiee_le = models.DateTimeField()
    publiee_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "édition mensuelle"
        verbose_name_plural = "éditions mensuelles"
        ordering = ("-mois", "secteurs")
        constraints = (models.UniqueConstraint(fields=("mois", "secteurs"), name="edition_mensuelle_unique"),)

    def __str__(self) -> str:
        return f"Flux de {self.mois}, {self.get_secteurs_display()}"


class EditionPlusDe50(models.Model):
    """La liste semestrielle figée : établissements et unités légales, chacun avec son effectif et sa source."""

    semestre = models.CharField(max_length=7, unique=True)
    seuil = models.PositiveIntegerField()
    etablissements = models.JSONField()
    unites_legales = models.JSONField()
    empreinte = models.CharField(max_length=64)
    source_au = models.DateField()
    version_registre = models.CharField(max_length=40)
    version_methode = models.CharField(max_length=20)
    publiee_le = models.DateTimeField()
    publiee_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "édition semestrielle"
        verbose_name_plural = "éditions semestrielles"
        ordering = ("-semestre",)

    def __str__(self) -> str:
        return f"Plus de {self.seuil} salariés, {self.semestre}"


class FiliereExcellence(models.Model):
    """Une filière d'excellence, en liste modifiable : préfixes de NAF, SIRET ajoutés ou retirés à la main."""

    slug = models.SlugField(max_length=40, unique=True)
    nom = models.CharField(max_length=100, unique=True)
    codes_naf = models.JSONField(default=list, blank=True)
    sirets_ajoutes = models.JSONField(default=list, blank=True)
    sirets_retires = models.JSONField(default=list, blank=True)
    responsable = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "filière d'excellence"
        verbose_name_plural = "filières d'excellence"
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.nom


class RegleDePiste(models.Model):
    """Une règle qui transforme un événement du registre en piste. Un critère vide ne trie pas."""

    nom = models.CharField(max_length=120, unique=True)
    active = models.BooleanField(default=True)
    filiere = models.ForeignKey(FiliereExcellence, null=True, blank=True, on_delete=models.PROTECT)
    types = models.JSONField(default=list)
    codes_naf = models.JSONField(default=list, blank=True)
    sections = models.JSONField(default=list, blank=True)
    communes = models.JSONField(default=list, blank=True)
    zones = models.JSONField(default=list, blank=True)
    effectif_min = models.PositiveIntegerField(null=True, blank=True)
    effectif_inconnu_accepte = models.BooleanField(default=True)
    assignee = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    modifiee_le = models.DateTimeField()

    class Meta:
        verbose_name = "règle de piste"
        verbose_name_plural = "règles de piste"
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.nom


class Piste(models.Model):
    """Une entreprise à aller sonder, confiée à quelqu'un. Une seule piste par établissement et par règle."""

    siret = models.CharField(max_length=14)
    siren = models.CharField(max_length=9)
    regle = models.ForeignKey(RegleDePiste, on_delete=models.PROTECT, related_name="pistes")
    filiere = models.ForeignKey(FiliereExcellence, null=True, blank=True, on_delete=models.SET_NULL)
    assignee = models.ForeignKey(PERSONNE, null=True, blank=True, on_delete=models.SET_NULL, related_name="pistes")
    type_evenement = models.CharField(max_length=40)
    date_evenement = models.DateField()
    score = models.PositiveSmallIntegerField()
    raisons = models.JSONField(default=list)
    etat = models.CharField(max_length=20, choices=EtatPiste, default=EtatPiste.NOUVELLE)
    motif_fermeture = models.CharField(max_length=20, choices=MotifFermeture, blank=True)
    prochaine_action = models.CharField(max_length=200, blank=True)
    echeance = models.DateField(null=True, blank=True)
    creee_le = models.DateTimeField()
    fermee_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-score", "-date_evenement", "pk")
        constraints = (
            models.UniqueConstraint(fields=("siret", "regle"), name="piste_unique_par_siret_et_regle"),
            models.CheckConstraint(
                condition=models.Q(etat=EtatPiste.FERMEE, fermee_le__isnull=False)
                | (~models.Q(etat=EtatPiste.FERMEE) & models.Q(fermee_le__isnull=True)),
                name="piste_fermee_datee",
            ),
        )
        indexes = (models.Index(fields=("assignee", "etat"), name="piste_assignee_etat"),)

    def __str__(self) -> str:
        return f"Piste {self.siret} ({self.get_etat_display()})"


class EtapePiste(models.Model):
    """Une ligne du journal d'une piste ; on ajoute, on ne retire pas."""

    piste = models.ForeignKey(Piste, on_delete=models.CASCADE, related_name="etapes")
    geste = models.CharField(max_length=20, choices=GestePiste)
    texte = models.TextField(blank=True)
    auteur = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    faite_le = models.DateTimeField()

    class Meta:
        verbose_name = "étape de piste"
        verbose_name_plural = "étapes de piste"
        ordering = ("-faite_le", "-pk")

    def __str__(self) -> str:
        return f"{self.get_geste_display()} : {self.texte[:40]}"


class Veille(models.Model):
    """Les entreprises qu'une personne suit : SIRET écrits ou liste déposée, critères, ou leur réunion."""

    personne = models.ForeignKey(PERSONNE, on_delete=models.CASCADE, related_name="veilles")
    nom = models.CharField(max_length=120)
    sirets = models.JSONField(default=list, blank=True)
    liste = models.ForeignKey(ListeDeSirets, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    communes = models.JSONField(default=list, blank=True)
    zones = models.JSONField(default=list, blank=True)
    codes_naf = models.JSONField(default=list, blank=True)
    evenements = models.JSONField(default=list)
    frequence = models.CharField(max_length=20, choices=Frequence, default=Frequence.HEBDOMADAIRE)
    active = models.BooleanField(default=True)
    creee_le = models.DateTimeField()

    class Meta:
        ordering = ("nom", "pk")
        constraints = (models.UniqueConstraint(fields=("personne", "nom"), name="veille_unique_par_personne"),)

    def __str__(self) -> str:
        return self.nom


class Signalement(models.Model):
    """Un fait relevé par une veille. `reference` empêche de signaler deux fois le même fait."""

    veille = models.ForeignKey(Veille, on_delete=models.CASCADE, related_name="signalements")
    siret = models.CharField(max_length=14)
    evenement = models.CharField(max_length=20, choices=EvenementVeille)
    reference = models.CharField(max_length=40)
    date_effet = models.DateField(null=True)
    texte = models.CharField(max_length=300)
    releve_le = models.DateTimeField()
    envoye_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-releve_le", "-date_effet", "pk")
        constraints = (
            models.UniqueConstraint(fields=("veille", "siret", "evenement", "reference"), name="signalement_unique"),
        )

    def __str__(self) -> str:
        return f"{self.get_evenement_display()} : {self.siret}"

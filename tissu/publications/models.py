"""Une publication, ses éditions, leur contenu figé, leurs fichiers, leurs téléchargements, et les gabarits."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from tissu.comptes.models import Organisation
from tissu.publications.choices import (
    Audience,
    EtatDiffusion,
    Licence,
    NatureDePublication,
    Periodicite,
    Provenance,
    Theme,
)
from tissu.socle.models import Travail

PERSONNE = settings.AUTH_USER_MODEL


class Publication(models.Model):
    """Ce qui paraît sous un même titre, édition après édition. `source` : la clé de qui en donne le document.

    `serie` distingue les suites de parutions d'une même source (« une par convention »), vide quand elle n'en a qu'une.
    `origine` est le slug de l'action d'où elle vient ; `audience_maximale`, le cercle qu'aucune édition ne dépasse.
    """

    slug = models.SlugField("adresse", max_length=80, unique=True)
    titre = models.CharField(max_length=200)
    resume = models.TextField("résumé")
    nature = models.CharField(max_length=20, choices=NatureDePublication)
    source = models.CharField(max_length=100, blank=True)
    serie = models.CharField("série", max_length=50, blank=True)
    origine = models.CharField(max_length=50, blank=True)
    theme = models.CharField("thème", max_length=10, choices=Theme, default=Theme.ECONOMIE)
    mots_cles = models.JSONField("mots clés", default=list, blank=True)
    periodicite = models.CharField("périodicité", max_length=20, choices=Periodicite, default=Periodicite.IRREGULIERE)
    licence = models.CharField(max_length=20, choices=Licence, default=Licence.LICENCE_OUVERTE)
    audience_maximale = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="publications")
    contact = models.CharField(max_length=200, blank=True)
    creee_le = models.DateTimeField()
    historique = HistoricalRecords()

    class Meta:
        ordering = ("titre", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "serie"), condition=~Q(serie=""), name="publication_unique_par_serie"
            ),
        )

    def __str__(self) -> str:
        return self.titre


class GabaritDOrganisation(models.Model):
    """L'habillage des documents d'une organisation, à partir d'un jour : logo, couleur, pied, gabarit de diaporama."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="gabarits")
    nom = models.CharField(max_length=100)
    depuis = models.DateField("en service depuis")
    accent = models.CharField(
        "couleur d'accent",
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Écrivez une couleur comme #6b1d4f.")],
    )
    pied = models.CharField("texte de pied de page", max_length=200, blank=True)
    logo = models.BinaryField(blank=True, default=b"")
    logo_nature = models.CharField(max_length=20, blank=True)
    diapositives = models.BinaryField(blank=True, default=b"")
    diapositives_nom = models.CharField(max_length=200, blank=True)
    enregistre_le = models.DateTimeField()
    enregistre_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "gabarit d'organisation"
        verbose_name_plural = "gabarits d'organisation"
        ordering = ("organisation__nom", "-depuis", "-pk")
        constraints = (models.UniqueConstraint(fields=("organisation", "depuis"), name="gabarit_unique_par_jour"),)

    def __str__(self) -> str:
        return f"{self.nom} ({self.organisation})"


class Edition(models.Model):
    """Une parution : son audience, son embargo, son état. Son contenu est dans `ContenuFige`.

    Diffusée, elle ne change plus que par les passages permis (voir `publications.intouchables`).

    `remplace` : l'édition que celle-ci corrige ; `rendue_le` : quand tous ses fichiers ont été faits.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="editions")
    numero = models.PositiveIntegerField("numéro")
    periode = models.CharField("période", max_length=20)
    periode_libelle = models.CharField(max_length=100)
    donnees_au = models.DateField("données au", null=True, blank=True)
    titre = models.CharField(max_length=300)
    sous_titre = models.CharField(max_length=300, blank=True)
    version = models.CharField(max_length=200, blank=True)
    empreinte = models.CharField(max_length=64)
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PARTENAIRES)
    embargo_jusqu_au = models.DateTimeField("embargo jusqu'au", null=True, blank=True)
    etat = models.CharField("état", max_length=20, choices=EtatDiffusion, default=EtatDiffusion.BROUILLON)
    remplace = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="remplacee_par"
    )
    note_de_version = models.TextField(blank=True)
    preparee_le = models.DateTimeField()
    preparee_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    diffusee_le = models.DateTimeField(null=True, blank=True)
    diffusee_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    retiree_le = models.DateTimeField(null=True, blank=True)
    retiree_par = models.ForeignKey(PERSONNE, null=True, on_delete=models.SET_NULL, related_name="+")
    motif_retrait = models.TextField("motif du retrait", blank=True)
    rendue_le = models.DateTimeField(null=True, blank=True)
    travail = models.ForeignKey(Travail, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    historique = HistoricalRecords(excluded_fields=["travail", "rendue_le"])

    class Meta:
        verbose_name = "édition"
        ordering = ("publication", "-numero")
        constraints = (
            models.UniqueConstraint(fields=("publication", "numero"), name="edition_unique_par_numero"),
            models.CheckConstraint(
                condition=Q(etat=EtatDiffusion.BROUILLON, diffusee_le__isnull=True)
                | (~Q(etat=EtatDiffusion.BROUILLON) & Q(diffusee_le__isnull=False)),
                name="edition_diffusee_datee",
            ),
            models.CheckConstraint(
                condition=(~Q(etat=EtatDiffusion.RETIREE) & Q(retiree_le__isnull=True))
                | (Q(etat=EtatDiffusion.RETIREE, retiree_le__isnull=False) & ~Q(motif_retrait="")),
                name="edition_retiree_motivee",
            ),
        )
        indexes = (models.Index(fields=("etat", "audience"), name="edition_etat_audience"),)

    def __str__(self) -> str:
        return f"{self.titre}, édition {self.numero}"


class ContenuFige(models.Model):
    """Le document d'une édition, écrit par `contenu_json`. Figé dès que l'édition est diffusée, retrait compris."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="fige")
    texte = models.TextField()

    class Meta:
        verbose_name = "contenu figé"
        verbose_name_plural = "contenus figés"

    def __str__(self) -> str:
        return f"Contenu de {self.edition}"


class FichierDiffuse(models.Model):
    """Un fichier d'une édition : document, ou données ouvertes d'un de ses tableaux (`jeu`).

    Sous embargo, chaque document existe deux fois, avec et sans la mention ; l'horloge choisit. `cle` dit de quoi le
    fichier est fait : la même n'est pas refaite. Après un retrait, l'empreinte reste et le fichier n'est plus.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="fichiers")
    jeu = models.CharField(max_length=60, blank=True)
    format = models.CharField(max_length=20)
    sous_embargo = models.BooleanField(default=False)
    cle = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    octets = models.PositiveBigIntegerField()
    fichier = models.FileField(upload_to="publications/", max_length=200, blank=True)
    rendu_le = models.DateTimeField()

    class Meta:
        verbose_name = "fichier diffusé"
        verbose_name_plural = "fichiers diffusés"
        ordering = ("edition", "jeu", "format", "sous_embargo")
        constraints = (
            models.UniqueConstraint(fields=("edition", "jeu", "format", "sous_embargo"), name="fichier_diffuse_unique"),
        )

    def __str__(self) -> str:
        return f"{self.edition} ({self.format})"


class Telechargement(models.Model):
    """Un fichier demandé. `robot` : écarté du compte. Aucune adresse IP : `visiteur` est une empreinte du jour."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="telechargements")
    jeu = models.CharField(max_length=60, blank=True)
    format = models.CharField(max_length=20)
    moment = models.DateTimeField(db_index=True)
    robot = models.BooleanField(default=False)
    provenance = models.CharField(max_length=20, choices=Provenance)
    visiteur = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name = "téléchargement"
        ordering = ("-moment", "-pk")
        indexes = (models.Index(fields=("edition", "robot", "moment"), name="telechargement_compte"),)

    def __str__(self) -> str:
        return f"{self.edition} ({self.format})"

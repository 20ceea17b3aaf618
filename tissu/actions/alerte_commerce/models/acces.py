"""Ce qui prouve qu'un numéro est celui de la personne, et ce qui lui ouvre son espace sans mot de passe."""

from django.db import models

from tissu.actions.alerte_commerce.models.adherents import Adherent, ContactAdherent


class CodeDeVerification(models.Model):
    """Un code à six chiffres envoyé à un mobile. Ni lui ni l'adresse d'où il est demandé ne se gardent en clair."""

    contact = models.ForeignKey(ContactAdherent, on_delete=models.CASCADE, related_name="codes")
    mobile = models.CharField(max_length=20, db_index=True)
    empreinte = models.CharField(max_length=64)
    origine = models.CharField(max_length=64, blank=True, db_index=True)
    envoye_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    essais = models.PositiveSmallIntegerField(default=0)
    utilise_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "code de vérification"
        verbose_name_plural = "codes de vérification"
        ordering = ("-envoye_le", "-pk")

    def __str__(self) -> str:
        return f"Code du {self.envoye_le:%d/%m/%Y %H:%M}"


class LienPersonnel(models.Model):
    """L'adresse d'un espace d'adhérent. Le lien n'est jamais gardé : seule son empreinte l'est."""

    adherent = models.ForeignKey(Adherent, on_delete=models.CASCADE, related_name="liens")
    empreinte = models.CharField(max_length=64, unique=True)
    cree_le = models.DateTimeField()
    expire_le = models.DateTimeField()

    class Meta:
        verbose_name = "lien personnel"
        verbose_name_plural = "liens personnels"
        ordering = ("-cree_le", "-pk")

    def __str__(self) -> str:
        return f"Lien de {self.adherent}"

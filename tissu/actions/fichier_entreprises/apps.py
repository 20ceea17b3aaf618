from django.apps import AppConfig


class FichierEntreprisesConfig(AppConfig):
    name = "tissu.actions.fichier_entreprises"
    label = "fichier_entreprises"
    verbose_name = "Fichier des entreprises"

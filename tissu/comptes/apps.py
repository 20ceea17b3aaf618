from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "tissu.comptes"
    label = "comptes"
    verbose_name = "Comptes"

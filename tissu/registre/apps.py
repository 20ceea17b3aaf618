from django.apps import AppConfig


class RegistreConfig(AppConfig):
    name = "tissu.registre"
    label = "registre"
    verbose_name = "Registre"

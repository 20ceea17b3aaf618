from django.apps import AppConfig


class LocauxConfig(AppConfig):
    name = "tissu.locaux"
    verbose_name = "Locaux"

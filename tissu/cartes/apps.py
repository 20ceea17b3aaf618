from django.apps import AppConfig


class CartesConfig(AppConfig):
    name = "tissu.cartes"
    verbose_name = "Cartes"

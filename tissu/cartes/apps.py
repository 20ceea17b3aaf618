from django.apps import AppConfig


class CartesConfig(AppConfig):
    name = "tissu.cartes"
    verbose_name = "Cartes"

    def ready(self) -> None:
        from tissu.cartes import checks  # noqa: F401

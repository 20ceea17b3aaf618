from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "tissu.socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self) -> None:
        # Les vérifications du système s'enregistrent à l'import ; les travaux, par autodécouverte des tasks.py.
        from django.utils.module_loading import autodiscover_modules

        from tissu.socle import action, parametres, theme  # noqa: F401

        autodiscover_modules("tasks")

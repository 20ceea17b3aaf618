from django.apps import AppConfig


class ObservatoireCommerceConfig(AppConfig):
    name = "tissu.actions.observatoire_commerce"
    verbose_name = "Observatoire du commerce"

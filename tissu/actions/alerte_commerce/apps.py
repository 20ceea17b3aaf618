from django.apps import AppConfig


class AlerteCommerceConfig(AppConfig):
    name = "tissu.actions.alerte_commerce"
    verbose_name = "Alerte Commerce"

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "tissu.config"
    label = "config"
    verbose_name = "Configuration"

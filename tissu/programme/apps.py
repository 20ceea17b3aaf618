from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "tissu.programme"
    label = "programme"
    verbose_name = "Programme"

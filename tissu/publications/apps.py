from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    name = "tissu.publications"
    label = "publications"
    verbose_name = "Publications"

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "tissu.messages"
    # « messages » est pris par les avis d'écran de Django.
    label = "messagerie"
    verbose_name = "Messages"

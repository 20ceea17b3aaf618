"""Qui avait arrêté son résumé le dit désormais aux messages, où se tient ce que chacun veut recevoir."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def porter_les_refus(apps: Any, schema_editor: Any) -> None:
    Coordonnee = apps.get_model("messagerie", "Coordonnee")
    Choix = apps.get_model("messagerie", "Choix")
    au = timezone.now()
    for preference in (
        apps.get_model("programme", "PreferenceDeRappel").objects.filter(actif=False).select_related("personne")
    ):
        coordonnee, _ = Coordonnee.objects.get_or_create(
            canal="courriel", valeur=preference.personne.courriel.lower(), defaults={"cree_le": au}
        )
        Choix.objects.get_or_create(
            coordonnee=coordonnee,
            finalite="programme.rappels",
            defaults={"sens": "oppose", "source": "espace", "le": au, "preuve": "Résumé déjà arrêté"},
        )


class Migration(migrations.Migration):
    dependencies = [("programme", "0005_avenants_remplaces"), ("messagerie", "0001_initial")]
    operations = [
        migrations.RunPython(porter_les_refus, migrations.RunPython.noop),
        migrations.RemoveField(model_name="preferencederappel", name="actif"),
    ]

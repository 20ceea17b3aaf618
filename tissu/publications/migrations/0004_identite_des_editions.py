from django.db import migrations

from tissu.publications.intouchables import GARDES
from tissu.socle.intouchables import poser, retirer


class Migration(migrations.Migration):
    """Pose à neuf les gardes, dont celle de l'identité d'une édition, que les bases d'avant n'ont pas."""

    dependencies = [("publications", "0003_serie_et_historique")]

    operations = [
        migrations.RunPython(retirer(GARDES), migrations.RunPython.noop),
        migrations.RunPython(poser(GARDES), migrations.RunPython.noop),
    ]

from django.db import migrations

from tissu.programme.intouchables import AVENANT
from tissu.socle.intouchables import poser, retirer


class Migration(migrations.Migration):
    """Un avenant signé ne se remplace pas non plus par sa clé."""

    dependencies = [("programme", "0004_fiches_closes")]

    operations = [
        migrations.RunPython(retirer((AVENANT,)), migrations.RunPython.noop),
        migrations.RunPython(poser((AVENANT,)), migrations.RunPython.noop),
    ]

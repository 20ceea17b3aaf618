from django.db import migrations

from tissu.comptes.intouchables import GARDES
from tissu.socle.intouchables import poser, retirer


class Migration(migrations.Migration):
    dependencies = [("comptes", "0001_initial")]

    operations = [migrations.RunPython(poser(GARDES), retirer(GARDES))]

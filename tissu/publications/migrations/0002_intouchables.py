from django.db import migrations

from tissu.publications.intouchables import GARDES
from tissu.socle.intouchables import poser, retirer


class Migration(migrations.Migration):
    dependencies = [("publications", "0001_initial")]

    operations = [migrations.RunPython(poser(GARDES), retirer(GARDES))]

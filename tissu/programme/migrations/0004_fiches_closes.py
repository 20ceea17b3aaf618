from django.db import migrations

from tissu.programme.intouchables import GARDES_DES_FICHES_CLOSES
from tissu.socle.intouchables import poser, retirer


class Migration(migrations.Migration):
    dependencies = [("programme", "0003_series_a_dater")]

    operations = [migrations.RunPython(poser(GARDES_DES_FICHES_CLOSES), retirer(GARDES_DES_FICHES_CLOSES))]

from django.db import migrations

from tissu.comptes import declencheurs


class Migration(migrations.Migration):
    dependencies = [("comptes", "0001_initial")]

    operations = [migrations.RunPython(declencheurs.poser, declencheurs.retirer)]

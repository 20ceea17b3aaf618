from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("locaux", "0002_edition_precedente")]

    operations = [
        migrations.AddField(
            model_name="releve",
            name="vues",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]

"""Les sources du registre, une par fichier officiel : renommer, typer, mettre à l'unité. Jamais de jointure."""

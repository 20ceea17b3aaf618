"""Toutes les mesures du produit, l'une après l'autre, chacune dans son processus : `python -m bench`.

Certaines travaillent sur une base neuve et jetable ; réunies dans un même processus, elles écriraient dans la première.
"""

import subprocess
import sys

MESURES = ("importation", "recherche", "flux", "programme", "cartes", "observatoire", "messages")

rates = []
for mesure in MESURES:
    print(f"== {mesure}\n", flush=True)
    if subprocess.run([sys.executable, "-m", f"bench.{mesure}"], check=False).returncode:
        rates.append(mesure)
    print(flush=True)
if rates:
    sys.exit(f"Hors des limites : {', '.join(rates)}.")

"""Toutes les mesures du produit, l'une après l'autre : `python -m bench`."""

from importlib import import_module

MESURES = ("importation", "recherche", "flux", "programme")

for mesure in MESURES:
    print(f"== {mesure}\n", flush=True)
    import_module(f"bench.{mesure}").main()
    print(flush=True)

"""La page vivante `/composants/` : chaque composant dans tous ses états, avec l'appel à recopier.

`exemples.py` est la seule liste : la page rend l'appel même qu'elle montre.
"""

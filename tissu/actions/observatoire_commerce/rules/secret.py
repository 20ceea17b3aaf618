"""Le secret : un chiffre tiré de trop peu d'unités, ou dominé par l'une d'elles, ne s'écrit pas."""


def publiable(unites: int, plus_grande: float, somme: float, *, unites_min: int, part_max: float) -> bool:
    """Dit si un chiffre peut s'écrire : assez d'unités, et aucune ne fait à elle seule plus que la part admise."""
    return unites >= unites_min and somme > 0 and plus_grande <= part_max * somme

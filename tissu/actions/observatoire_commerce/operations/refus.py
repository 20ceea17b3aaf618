"""Ce qui arrête une écriture de l'observatoire."""


class GesteRefuse(Exception):
    """Ce geste n'est pas possible ; le message dit pourquoi et quoi faire."""

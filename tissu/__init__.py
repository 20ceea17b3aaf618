"""tissu : le partenariat économique d'une chambre de commerce et d'une métropole, sur un seul registre.

La table des matières du produit est dans `tissu/config/actions.py`.
"""

__version__ = "0.1.0"

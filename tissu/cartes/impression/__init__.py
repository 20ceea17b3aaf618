"""La carte qu'on imprime : une feuille A4 ou A3, à une échelle ronde, dessinée sur le serveur sans navigateur."""

from tissu.cartes.impression.feuille import Commande, composer

__all__ = ["Commande", "composer"]

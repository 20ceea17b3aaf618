"""Décisions pures du programme : des valeurs entrent, un verdict sort. Ni base, ni horloge, ni fichier."""

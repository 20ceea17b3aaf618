"""Les cartes : une action déclare ses couches, ce service les montre, les exporte et les imprime.

Il ne connaît aucun métier : une couche lui donne des lignes situées, ses champs, ses thèmes et ses droits.
"""

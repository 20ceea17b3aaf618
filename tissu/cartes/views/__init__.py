"""Les écrans des cartes : voir une couche (page, liste, tuiles), la sortir (exports, impression, SIG)."""

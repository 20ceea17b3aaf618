"""Les données ouvertes : les fichiers d'un tableau ouvert et leur schéma, le catalogue DCAT."""

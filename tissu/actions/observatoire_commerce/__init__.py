"""Fiche 5 : l'observatoire du commerce (Géoshop).

La vacance de chaque rue, de chaque quartier et de la ville, son histoire et sa définition ; la comparaison avec des
villes de même taille ; les chiffres d'un dossier de la commission d'aménagement commercial ; la page publique.
Les locaux eux-mêmes sont tenus par le service `tissu.locaux`.
"""

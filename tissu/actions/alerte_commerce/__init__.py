"""Fiche 3 : Alerte Commerce.

Des commerçants s'inscrivent en deux minutes et signent une charte ; la chambre vérifie leur demande et anime le
réseau. Quand un délit vient d'être commis, les forces de l'ordre, et elles seules, préviennent par SMS les commerces
voisins. La chambre ne peut envoyer aucune alerte.
"""

"""Fiche 7 : le fichier des entreprises de la métropole.

Chaque mois, le rapport des créations, transferts et fermetures du territoire ; chaque semestre, la liste
des établissements et unités légales de plus de 50 salariés ; entre les deux, les pistes confiées aux
chargés de filière et les veilles sur les entreprises suivies.
"""

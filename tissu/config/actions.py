"""La table des matières du produit : une ligne par action en service.

Retirer une ligne (et le dossier qu'elle nomme) retire l'action.
"""

ACTIONS = [
    "tissu.actions.alerte_commerce",
    "tissu.actions.observatoire_commerce",
    "tissu.actions.fichier_entreprises",
]

"""Qui entre, avec quels droits, et ce qui en est retenu.

Une personne appartient à une organisation et porte des rôles datés, pour toutes les actions ou pour une. Elle entre
sur invitation, par mot de passe et double authentification. Le refus est la règle : une vue n'ouvre qu'aux rôles
qu'elle déclare. Chaque consultation de contacts ou de données non diffusibles est journalisée pour toujours.
"""

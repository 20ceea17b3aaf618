"""Le programme : conventions, fiches de l'année, budget, temps, indicateurs, vie des fiches, revues annuelles.

Une **fiche** est la feuille signée d'une convention, avec son numéro, son année et son budget ; l'**action** est la
pièce du produit qui la met en œuvre. Le programme lit les indicateurs que les actions déclarent à leur porte, sans
rien savoir d'elles.
"""

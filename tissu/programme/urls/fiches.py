from django.urls import path

from tissu.programme.views import fiches, tableau

urlpatterns = [
    path("", tableau.tableau, name="tableau"),
    path("fiches/<int:pk>/", fiches.fiche, name="fiche"),
    path("fiches/<int:pk>/budget/", fiches.budget, name="budget"),
    path("fiches/<int:pk>/historique/", fiches.historique, name="historique"),
]

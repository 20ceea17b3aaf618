from django.urls import path

from tissu.programme.views import avenants, conventions, edition, fiches, tableau

urlpatterns = [
    path("", tableau.tableau, name="tableau"),
    path("tableau.<str:format>", tableau.tableau_fichier, name="tableau_fichier"),
    path("conventions/", conventions.conventions, name="conventions"),
    path("conventions/nouvelle/", conventions.convention_modifier, name="convention_nouvelle"),
    path("conventions/<int:pk>/", conventions.convention, name="convention"),
    path("conventions/<int:pk>/signer/", conventions.convention_signer, name="convention_signer"),
    path("conventions/<int:pk>/modifier/", conventions.convention_modifier, name="convention_modifier"),
    path("fiches/<int:pk>/", fiches.fiche, name="fiche"),
    path("fiches/<int:pk>/fiche.<str:format>", fiches.fiche_fichier, name="fiche_fichier"),
    path("fiches/<int:pk>/budget/", fiches.budget, name="budget"),
    path("fiches/<int:pk>/budget/decider/", fiches.decider, name="decider"),
    path("fiches/<int:pk>/budget/lignes/", edition.lignes, name="lignes"),
    path("fiches/<int:pk>/budget/taux/", edition.taux, name="taux"),
    path("fiches/<int:pk>/budget/financement/", edition.contribution_nouvelle, name="contribution_nouvelle"),
    path("fiches/<int:pk>/budget/financement/<int:apport>/", edition.contribution, name="contribution"),
    path("fiches/<int:pk>/indicateurs/cibles/", edition.cibles, name="cibles"),
    path("fiches/<int:pk>/textes/", edition.textes, name="textes"),
    path("fiches/<int:pk>/identite/", edition.identite, name="identite"),
    path("fiches/<int:pk>/signer/", edition.signer, name="signer"),
    path("fiches/<int:pk>/avenants/nouveau/", avenants.avenant_nouveau, name="avenant_nouveau"),
    path("fiches/<int:pk>/avenants/<int:avenant>/signer/", avenants.avenant_signer, name="avenant_signer"),
    path("fiches/<int:pk>/versions/", avenants.ecarts, name="versions"),
    path("fiches/<int:pk>/historique/", fiches.historique, name="historique"),
]

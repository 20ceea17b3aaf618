from django.urls import path

from tissu.programme.views import temps

urlpatterns = [path("fiches/<int:pk>/temps/", temps.consommation, name="consommation")]

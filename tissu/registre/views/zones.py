"""Les zones : leur liste, leur import avec aperçu, leur fiche, leur export au standard CNIG."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.cartes.fichiers import FichierDeContoursRefuse
from tissu.comptes.choices import LECTEURS_DU_REGISTRE, Role
from tissu.comptes.permissions import peut_importer
from tissu.comptes.requetes import RequeteConnectee
from tissu.registre.forms.zones import AppliquerZonesForm, FichierDeZonesForm
from tissu.registre.models import TypeZone, Zone
from tissu.registre.operations import zones as operations
from tissu.registre.operations.depots import DepotIntrouvable, deposer, retrouver
from tissu.registre.queries.zones import actifs_par_zone
from tissu.registre.sources.ign import ServiceInjoignable
from tissu.socle.ecrans import ecran
from tissu.socle.formats import pluriel
from tissu.socle.territoire import territoire

IMPORTENT = {Role.ADMINISTRATEUR, Role.CHARGE_MISSION}
RAYON = "zones"


@ecran("Zones", roles=LECTEURS_DU_REGISTRE)
@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    """Toutes les zones, ou celles d'un type, avec le nombre de leurs établissements actifs."""
    genre = request.GET.get("type", "")
    zones = Zone.objects.filter(type=genre) if genre in TypeZone.values else Zone.objects.all()
    actifs = actifs_par_zone()
    contexte = {
        "zones": [(zone, actifs.get(zone.pk, 0)) for zone in zones],
        "types": TypeZone.choices,
        "type_choisi": genre,
        "peut_importer": peut_importer(request.user),
    }
    return render(request, "registre/zones.html", contexte)


@ecran("Zone", roles=LECTEURS_DU_REGISTRE)
@require_safe
def detail(request: RequeteConnectee, zone_id: str) -> HttpResponse:
    """Une zone : d'où vient son contour, ce qu'elle contient."""
    zone = get_object_or_404(Zone, pk=zone_id)
    contexte = {
        "zone": zone,
        "titre": zone.nom,
        "actifs": actifs_par_zone().get(zone.pk, 0),
        "commune": territoire().communes.get(zone.code_commune, zone.code_commune),
        "proprietes": [{"nom": cle, "valeur": valeur} for cle, valeur in sorted(zone.proprietes.items())],
        "peut_importer": peut_importer(request.user),
    }
    return render(request, "registre/zone.html", contexte)


@ecran("Importer des zones", roles=IMPORTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def importer(request: RequeteConnectee) -> HttpResponse:
    """Reçoit le fichier et montre ce qu'il changerait ; rien n'est écrit avant l'accord."""
    formulaire = FichierDeZonesForm(request.POST or None, request.FILES or None)
    contexte: dict[str, object] = {"formulaire": formulaire}
    if formulaire.is_valid():
        donnees = formulaire.cleaned_data
        depot = deposer(donnees["fichier"], rayon=RAYON)
        choix = {"type_zone": donnees["type_zone"], "source": donnees["source"]}
        try:
            apercues, avis = operations.apercevoir_zones(
                fichier=depot.chemin, au=timezone.localdate(), nom_fichier=depot.nom, **choix
            )
        except FichierDeContoursRefuse as refus:
            formulaire.add_error("fichier", str(refus))
        else:
            suite = AppliquerZonesForm(initial={"reference": depot.reference, "nom": depot.nom, **choix})
            contexte |= {"apercues": apercues, "avis": avis, "suite": suite, "nom": depot.nom}
    return render(request, "registre/zones_import.html", contexte)


@ecran("Appliquer l'import de zones", roles=IMPORTENT)
@require_POST
def appliquer(request: RequeteConnectee) -> HttpResponse:
    """Écrit les zones de l'aperçu, toutes ou aucune."""
    formulaire = AppliquerZonesForm(request.POST)
    if not formulaire.is_valid():
        messages.error(request, "L'aperçu n'est plus valable : déposez le fichier à nouveau.")
        return redirect("registre:zones_import")
    donnees = formulaire.cleaned_data
    try:
        apercues, _ = operations.importer_zones(
            fichier=retrouver(donnees["reference"], rayon=RAYON), nom_fichier=donnees["nom"],
            type_zone=donnees["type_zone"], source=donnees["source"], au=timezone.localdate(), auteur=request.user.pk,
        )  # fmt: skip
    except (FichierDeContoursRefuse, DepotIntrouvable) as refus:
        messages.error(request, str(refus))
        return redirect("registre:zones_import")
    ecrites = sum(apercue.statut != "inchangee" for apercue in apercues)
    messages.success(request, f"{pluriel(ecrites, 'zone enregistrée', 'zones enregistrées')}.")
    return redirect("registre:zones")


@ecran("Demander les contours des communes à l'IGN", roles=IMPORTENT)
@require_POST
def contours_ign(request: RequeteConnectee) -> HttpResponse:
    """Demande à l'IGN les contours des communes du territoire."""
    try:
        combien = operations.importer_communes_de_l_ign(territoire(), au=timezone.localdate(), auteur=request.user.pk)
    except (ServiceInjoignable, FichierDeContoursRefuse) as refus:
        messages.error(request, str(refus))
    else:
        messages.success(
            request, f"{pluriel(combien, 'contour de commune reçu', 'contours de communes reçus')} de l'IGN."
        )
    return redirect("registre:zones")


@ecran("Retirer une zone", roles=IMPORTENT)
@require_POST
def supprimer(request: RequeteConnectee, zone_id: str) -> HttpResponse:
    """Retire une zone ; les établissements restent."""
    zone = get_object_or_404(Zone, pk=zone_id)
    operations.supprimer_zone(zone=zone, auteur=request.user.pk)
    messages.success(request, f"La zone « {zone.nom} » est retirée.")
    return redirect("registre:zones")


@ecran("Exporter les zones au standard CNIG", roles=LECTEURS_DU_REGISTRE)
@require_safe
def export_cnig(request: RequeteConnectee) -> HttpResponse:
    """Les parcs d'activités au CSV « site économique »."""
    zones = Zone.objects.filter(type=TypeZone.PARC_ACTIVITES).exclude(geometrie="")
    contenu = operations.exporter_cnig(zones, territoire=territoire(), etablissements=actifs_par_zone())
    reponse = HttpResponse(contenu, content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="site-eco-{timezone.localdate()}.csv"'
    return reponse

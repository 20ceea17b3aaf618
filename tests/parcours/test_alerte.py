"""Alerte Commerce : sur son téléphone, un officier alerte les commerces en moins d'une minute, place, dessine."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.parcours.conftest import defauts_d_accessibilite
from tests.parcours.pages import lu
from tests.parcours.pages.carte import Carte
from tissu.actions.alerte_commerce.messages.alertes import apercu
from tissu.actions.alerte_commerce.models import Adherent, Alerte
from tissu.actions.alerte_commerce.queries.adherents import adherents_joignables
from tissu.actions.alerte_commerce.queries.places import situer
from tissu.socle.territoire import territoire

UNE_MINUTE = 60


def il_y_a(minutes: int) -> str:
    return f"{timezone.localtime(timezone.now() - timedelta(minutes=minutes)):%H:%M}"


def test_ecrire_faire_approuver_envoyer_lever(connecter: Callable[..., Page]) -> None:
    officier = connecter("officier", largeur=390, hauteur=844)
    # Une première ouverture pour rien : la minute est celle de l'officier, pas celle du démarrage du serveur.
    officier.goto("/alerte-commerce/alertes/nouvelle/")
    debut = time.monotonic()
    officier.goto("/alerte-commerce/alertes/nouvelle/")
    officier.get_by_label("Quoi", exact=True).select_option(label="Vol à l'étalage")
    officier.get_by_label("Où", exact=True).fill("12 rue du parcours")
    officier.get_by_label("Heure du fait", exact=True).fill(il_y_a(12))
    officier.get_by_label("Heure de l'appel au 17").fill(il_y_a(8))
    officier.get_by_label("Prévenir", exact=True).select_option(label="Toute la commune du fait")
    apercu = officier.locator("#apercu [role=status]")
    expect(apercu).to_contain_text("commerces")
    montre = lu(apercu)
    assert "SMS" in montre
    officier.get_by_role("button", name="Donner à approuver").click()
    expect(officier.get_by_text("une autre personne doit l’approuver")).to_be_visible()
    ecrite = time.monotonic() - debut
    assert ecrite < UNE_MINUTE
    assert defauts_d_accessibilite(officier) == []
    assert officier.get_by_role("button", name="Approuver et envoyer").count() == 0
    adresse = officier.url

    chef = connecter("chef.de.poste", largeur=390, hauteur=844)
    chef.goto(adresse)
    chef.get_by_role("button", name="Approuver et envoyer").click()
    expect(chef.get_by_text("Le SMS envoyé")).to_be_visible()
    une = Alerte.objects.get(pk=int(adresse.rstrip("/").split("/")[-1]))
    assert une.envoi is not None
    assert montre.startswith(f"{une.vises} commerce")
    assert une.texte == une.envoi.textes["sms"]

    call_command("facteur", une_fois=True)
    recus = une.envoi.remises.filter(canal="sms", etat="recue").count()
    assert recus == une.envoi.remises.filter(canal="sms").exclude(etat="ecartee").count() > 0
    chef.reload()
    expect(chef.locator("#suivi")).to_contain_text("Reçus")
    assert defauts_d_accessibilite(chef) == []

    chef.get_by_role("button", name="Lever l’alerte").click()
    expect(chef.get_by_text("Levée").first).to_be_visible()

    # La chambre relit l'alerte, et n'a aucun bouton pour en envoyer une.
    chambre = connecter("mission.cci")
    chambre.goto(adresse)
    expect(chambre.get_by_role("heading", level=1)).to_contain_text("Vol à l'étalage")
    assert chambre.locator("main form").count() == 0
    assert chambre.request.get("/alerte-commerce/alertes/nouvelle/").status == 403


def un_commerce_situe() -> Adherent:
    """Un adhérent joignable de la ville centre, que son adresse situe."""
    centre = territoire().commune_centre
    joignables = [un.pk for un in adherents_joignables(timezone.now()) if un.code_commune == centre]
    for un in Adherent.objects.filter(pk__in=joignables).exclude(adresse="").order_by("pk"):
        if situer(un.adresse, centre).lon is not None:
            return un
    raise AssertionError("Aucun adhérent de la démonstration n'est situé par son adresse.")


def test_placer_le_fait_et_dessiner_un_contour(connecter: Callable[..., Page]) -> None:
    commerce = un_commerce_situe()
    officier = connecter("officier", largeur=390, hauteur=844)
    carte = Carte.ouvrir(officier, "/alerte-commerce/alertes/nouvelle/")
    lon, lat, portee = officier.locator("[name=lon]"), officier.locator("[name=lat]"), officier.locator("[data-cible]")

    # Toucher place le fait ; glisser le repère l'ajuste.
    carte.toile.scroll_into_view_if_needed()
    carte.cliquer(0.5, 0.5)
    expect(lon).not_to_have_value("")
    degres = [champ.input_value().replace(",", ".") for champ in (lon, lat)]
    expect(portee).to_have_attribute("data-lieu", ",".join(degres))
    touche, repere = lon.input_value(), officier.locator(".carte__lieu")
    boite = repere.bounding_box()
    assert boite is not None
    x, y = boite["x"] + boite["width"] / 2, boite["y"] + boite["height"] / 2
    officier.mouse.move(x, y)
    officier.mouse.down()
    officier.mouse.move(x + 30, y + 10, steps=5)
    officier.mouse.up()
    expect(lon).not_to_have_value(touche)

    # L'adresse écrite ensuite déplace le repère là où est le commerce.
    officier.get_by_label("Quoi", exact=True).select_option(label="Vol à l'étalage")
    officier.get_by_label("Où", exact=True).fill(commerce.adresse)
    officier.get_by_label("Heure du fait", exact=True).fill(il_y_a(12))
    officier.get_by_label("Heure de l'appel au 17").fill(il_y_a(8))
    place = situer(commerce.adresse, commerce.code_commune)
    expect(portee).to_have_attribute("data-lieu", f"{place.lon:.6f},{place.lat:.6f}")

    # Quatre coins, dont un que l'on reprend ; le contour fermé compte ceux qu'il contient.
    officier.get_by_role("button", name="Dessiner un contour").click()
    carte.toile.scroll_into_view_if_needed()
    for part_x, part_y in ((0.2, 0.3), (0.7, 0.3), (0.7, 0.75), (0.4, 0.6)):
        carte.cliquer(part_x, part_y)
    officier.get_by_role("button", name="Ôter le dernier sommet").click()
    carte.toile.scroll_into_view_if_needed()
    carte.cliquer(0.2, 0.75)
    officier.get_by_role("button", name="Fermer le contour").click()
    expect(officier.get_by_label("Prévenir", exact=True)).to_have_value("polygone")
    expect(portee).to_have_attribute("data-lieu", f"{place.lon:.6f},{place.lat:.6f}")
    expect(portee).not_to_have_attribute("data-trace", "")
    assert defauts_d_accessibilite(officier) == []
    assert officier.evaluate("document.documentElement.scrollWidth") == 390
    with officier.expect_response("**/apercu/"):
        officier.get_by_label("Direction de fuite").fill("vers la gare")
    montre = lu(officier.locator("#apercu [role=status]"))
    officier.get_by_role("button", name="Garder le brouillon").click()
    expect(officier.get_by_text("Le brouillon est gardé")).to_be_visible()
    une = Alerte.objects.get(pk=int(officier.url.rstrip("/").split("/")[-1]))
    assert (une.cible["sorte"], len(une.cible["polygone"])) == ("polygone", 4)
    assert montre.startswith(f"{apercu(une, au=timezone.now()).commerces} commerce")

    # Repris, le contour est là ; effacé, on revient au rayon.
    Carte.ouvrir(officier, f"/alerte-commerce/alertes/{une.pk}/modifier/")
    officier.get_by_role("button", name="Effacer le contour").click()
    expect(officier.get_by_label("Prévenir", exact=True)).to_have_value("rayon")
    expect(officier.locator("[name=contour]")).to_have_value("")

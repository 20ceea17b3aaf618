"""Alerte Commerce : sur son téléphone, un officier alerte les commerces d'une commune en moins d'une minute."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.parcours.conftest import defauts_d_accessibilite
from tests.parcours.pages import lu
from tissu.actions.alerte_commerce.models import Alerte

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

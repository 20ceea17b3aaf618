"""La carte à grande taille : `python -m bench.cartes`.

Des locaux fictifs, serrés comme dans une ville, montrés par une couche publique. Mesure, dans un même passage, le temps
de serveur d'une tuile, les octets d'une vue face au GeoJSON entier des mêmes objets (tout est serré de même), et
le temps du premier affichage dans Chromium, cache vide.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.base import base_jetable, comme_le_serveur

LOCAUX, BEAUCOUP = 25_000, 200_000
LIMITE_TUILE_MS, LIMITE_VUE_S, RAPPORT_MIN = 20, 2.0, 5
ECRAN, TUILE_PX = (1440, 900), 512
ZOOMS = range(9, 19)
CENTRE = (5.0415, 47.3220)
PASSAGES = 5
QUARTIERS = (
    (5.0415, 47.3220, 0.35, 0.008), (5.0350, 47.3250, 0.20, 0.010), (5.0600, 47.3000, 0.12, 0.020),
    (5.0000, 47.2900, 0.12, 0.020), (5.1000, 47.3200, 0.11, 0.020), (5.0200, 47.3500, 0.10, 0.020),
)  # fmt: skip
"""Longitude, latitude, part des locaux, étendue : deux centres denses et des périphéries."""


def main() -> None:
    """Imprime les mesures, et sort en erreur si une limite est dépassée."""
    with base_jetable(TISSU_FOND_DE_CARTE=""):
        comme_le_serveur()
        print(f"Charge de la machine avant la mesure : {os.getloadavg()[0]:.1f} (sur {os.cpu_count()} cœurs)")
        fautes = []
        for combien in (LOCAUX, BEAUCOUP):
            couche = declarer(combien)
            fautes += mesurer_les_tuiles(couche, combien, exigee=combien == LOCAUX)
        fautes += mesurer_l_affichage()
    if fautes:
        sys.exit("\n".join(fautes))


def declarer(combien: int) -> Any:
    """Une couche publique de `combien` locaux, ajoutée à celles du produit."""
    from tissu.cartes.couches import Champ, Classe, Classement, Couche, Geometrie, Theme, couches
    from tissu.publications.contenu import Nature

    table = fabriquer(combien)
    couche = Couche(
        slug=f"banc-{combien}", titre="Locaux du banc", objet=("local", "locaux"), resume="Fictifs.", source="Banc",
        geometrie=Geometrie.POINT,
        champs=(
            Champ("nom", "Enseigne", carte=True), Champ("etat", "État", carte=True),
            Champ("famille", "Famille", carte=True), Champ("surface_m2", "Surface", Nature.NOMBRE, carte=True),
        ),
        themes=(
            Theme(
                "etat", "État", "etat", Classement.CATEGORIES,
                classes=(Classe("Occupé", "bleu", ("occupe",)), Classe("Vacant", "vermillon", ("vacant",)),
                         Classe("En travaux", "ocre", ("travaux",))),
            ),
        ),
        lire=lambda demande: table, version=lambda: "1", source_au=lambda: None, publique=True,
    )  # fmt: skip
    couches()[couche.slug] = couche
    return couche


def fabriquer(combien: int) -> Any:
    """La table des locaux : toujours la même pour un même nombre."""
    import numpy as np
    import pyarrow as pa

    hasard = np.random.default_rng(combien)
    lon, lat, parts, etendues = (np.array(colonne) for colonne in zip(*QUARTIERS, strict=True))
    quartier = hasard.choice(len(QUARTIERS), combien, p=parts)
    etats = np.array(["occupe", "vacant", "travaux", "inconnu"])
    return pa.table({
        "id": [f"L-{rang:06d}" for rang in range(combien)],
        "lon": lon[quartier] + hasard.normal(0, 1.4, combien) * etendues[quartier],
        "lat": lat[quartier] + hasard.normal(0, 1, combien) * etendues[quartier],
        "nom": [f"Enseigne {numero}" for numero in hasard.integers(0, 9_000, combien)],
        "etat": etats[hasard.choice(4, combien, p=[0.85, 0.08, 0.03, 0.04])],
        "famille": [f"famille {rang}" for rang in hasard.integers(0, 12, combien)],
        "surface_m2": np.round(hasard.gamma(2, 60, combien)),
    })  # fmt: skip


def vue(zoom: int) -> list[tuple[int, int, int]]:
    """Les tuiles d'un écran centré sur la ville, à ce niveau."""
    x = (CENTRE[0] + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(CENTRE[1]))) / math.pi) / 2 * 2**zoom
    largeur, hauteur = (cote / TUILE_PX / 2 for cote in ECRAN)
    return [
        (zoom, colonne, ligne)
        for colonne in range(int(x - largeur), int(x + largeur) + 1)
        for ligne in range(int(y - hauteur), int(y + hauteur) + 1)
    ]


def mesurer_les_tuiles(couche: Any, combien: int, *, exigee: bool) -> list[str]:
    """Chaque tuile de chaque vue, par toute la pile du serveur ; puis ses octets, face au GeoJSON entier."""
    from django.test import Client

    client = Client(headers={"Accept-Encoding": "gzip"})
    debut = time.perf_counter()
    description = client.get(f"/cartes/{couche.slug}/description.json").json()
    ouverture = time.perf_counter() - debut
    durees, calculs, octets = [], [], {}
    for zoom in ZOOMS:
        octets[zoom] = 0
        for z, x, y in vue(zoom):
            adresse = description["tuiles"].replace("{z}/{x}/{y}", f"{z}/{x}/{y}")
            debut, calcul = time.perf_counter(), time.thread_time()
            reponse = client.get(adresse)
            durees.append((time.perf_counter() - debut) * 1_000)
            calculs.append((time.thread_time() - calcul) * 1_000)
            octets[zoom] += len(reponse.content)
    p95 = centile(durees)
    print(f"{milliers(combien)} locaux : lus, indexés et décrits en {ouverture * 1_000:.0f} ms")
    print(f"  une tuile, serveur : médiane {statistics.median(durees):.1f} ms, 95e centile {p95:.1f} ms, "
          f"au plus {max(durees):.1f} ms ({len(durees)} tuiles)\n  dont calcul : 95e centile {centile(calculs):.1f} ms"
          )  # fmt: skip
    entier = geojson(fabriquer(combien))
    pire = max(octets, key=lambda zoom: octets[zoom])
    premiere = octets[min(ZOOMS, key=lambda zoom: abs(zoom - 12))]
    print(f"  GeoJSON entier, serré : {entier / 1_000:.0f} ko ; vue de la ville : {premiere / 1_000:.1f} ko "
          f"({entier / premiere:.0f} fois moins) ; vue la plus lourde (niveau {pire}) : {octets[pire] / 1_000:.1f} ko "
          f"({entier / octets[pire]:.1f} fois moins)")  # fmt: skip
    if not exigee:
        return []
    fautes = []
    if p95 > LIMITE_TUILE_MS:
        fautes.append(f"Une tuile demande {p95:.1f} ms au 95e centile, plus de {LIMITE_TUILE_MS}.")
    if entier / octets[pire] < RAPPORT_MIN:
        fautes.append(f"Une vue pèse plus du {RAPPORT_MIN}e du GeoJSON entier.")
    return fautes


def geojson(table: Any) -> int:
    """Le poids du GeoJSON serré des mêmes objets, avec les mêmes champs."""
    entites = [
        {
            "type": "Feature", "id": ligne.pop("id"),
            "geometry": {"type": "Point", "coordinates": [round(ligne.pop("lon"), 6), round(ligne.pop("lat"), 6)]},
            "properties": ligne,
        }
        for ligne in table.to_pylist()
    ]  # fmt: skip
    texte = json.dumps({"type": "FeatureCollection", "features": entites}, ensure_ascii=False, separators=(",", ":"))
    return len(gzip.compress(texte.encode(), 5))


def milliers(nombre: int) -> str:
    return f"{nombre:,}".replace(",", " ")


def centile(durees: list[float], part: float = 0.95) -> float:
    return sorted(durees)[min(len(durees) - 1, int(len(durees) * part))]


def mesurer_l_affichage() -> list[str]:
    """De la demande de la page à la carte entièrement dessinée, dans Chromium, cache vide, sans carte graphique."""
    navigateur = next((trouve for nom in ("chromium", "google-chrome") if (trouve := shutil.which(nom))), None)
    if navigateur is None:
        print("Chromium manque : premier affichage non mesuré.")
        return []
    from playwright.sync_api import sync_playwright

    with servir() as adresse, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=navigateur, args=["--no-sandbox", "--disable-gpu"])
        durees = {
            combien: [afficher(chromium, f"{adresse}/cartes/banc-{combien}/") for _ in range(PASSAGES)]
            for combien in (LOCAUX, BEAUCOUP)
        }
        images = glisser(chromium, f"{adresse}/cartes/banc-{BEAUCOUP}/")
        chromium.close()
    for combien, mesures in durees.items():
        print(f"Premier affichage, {milliers(combien)} locaux : médiane {statistics.median(mesures):.2f} s "
              f"({min(mesures):.2f} à {max(mesures):.2f})")  # fmt: skip
    print(
        f"Déplacer la carte de {milliers(BEAUCOUP)} locaux, écran de téléphone, rendu logiciel : {images:.0f} images/s"
    )
    mediane = statistics.median(durees[LOCAUX])
    if mediane <= LIMITE_VUE_S:
        return []
    return [f"Le premier affichage demande {mediane:.2f} s, plus de {LIMITE_VUE_S:.0f}."]


def afficher(chromium: Any, adresse: str) -> float:
    """Secondes jusqu'à la carte dessinée, d'un navigateur qui ne connaît pas encore la page."""
    contexte = chromium.new_context(viewport={"width": ECRAN[0], "height": ECRAN[1]})
    page = contexte.new_page()
    debut = time.perf_counter()
    page.goto(adresse, wait_until="commit")
    page.locator("[data-carte-dessinee]").wait_for()
    duree = time.perf_counter() - debut
    contexte.close()
    return duree


IMAGES = """async () => {
  const toile = document.querySelector(".maplibregl-canvas");
  toile.focus();
  let images = 0, fini = false;
  const compter = () => { images += 1; if (!fini) requestAnimationFrame(compter); };
  requestAnimationFrame(compter);
  const debut = performance.now();
  for (let pas = 0; pas < 12; pas += 1) {
    toile.dispatchEvent(new KeyboardEvent("keydown", { keyCode: [39, 40, 37, 38][pas % 4], bubbles: true }));
    await new Promise((fait) => setTimeout(fait, 250));
  }
  fini = true;
  return images / (performance.now() - debut) * 1000;
}"""


def glisser(chromium: Any, adresse: str) -> float:
    """Images par seconde pendant que la carte glisse de case en case, au milieu des points un à un."""
    contexte = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = contexte.new_page()
    page.goto(f"{adresse}?vue={CENTRE[1]},{CENTRE[0]},17")
    page.locator("[data-carte-dessinee]").wait_for()
    mesure = float(page.evaluate(IMAGES))
    contexte.close()
    return mesure


@contextmanager
def servir() -> Iterator[str]:
    """Le produit sur la boucle locale, à plusieurs fils, le temps du bloc."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Muet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            """Rien à l'écran."""

    serveur = ThreadedWSGIServer(("127.0.0.1", 0), Muet)
    serveur.set_app(get_wsgi_application())
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    fil.start()
    try:
        yield f"http://127.0.0.1:{serveur.server_port}"
    finally:
        serveur.shutdown()
        fil.join()
        serveur.server_close()


if __name__ == "__main__":
    main()

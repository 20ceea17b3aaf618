"""Ce que le téléphone garde pour s'ouvrir sans réseau : la page, ses scripts, ses styles, ses images."""

import hashlib
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import reverse
from PIL import Image, ImageDraw

from tissu.socle.theme import feuille_de_couleurs, theme

FICHIERS = (
    "dist/terrain.js", "dist/terrain.css", "dist/tissu.css", "dist/icones.svg", "dist/images/marque.svg",
    "dist/images/chevron-clair.svg", "dist/images/chevron-sombre.svg", "dist/polices/latin-wght-normal.woff2",
    "dist/polices/espace-fine.ttf",
)  # fmt: skip
OUVRIER = "dist/terrain-ouvrier.js"
GABARIT = "locaux/terrain.html"
ICONES = (192, 512)
DESSIN = 32
"""Le côté de la marque, dans les unités de `front/images/marque.svg`."""
TRAME = (
    (5, 11, 18, 11), (22, 11, 27, 11), (5, 21, 10, 21), (14, 21, 27, 21),
    (11, 5, 11, 18), (11, 22, 11, 27), (21, 5, 21, 10), (21, 14, 21, 27),
)  # fmt: skip
MARGE = 0.1
"""Un système découpe l'icône en rond ou en goutte : le dessin reste au milieu."""


def coquille() -> dict[str, str]:
    """Chaque adresse à garder, et l'empreinte de ce qu'elle rend aujourd'hui."""
    contenus = {staticfiles_storage.url(nom): _lire(nom) for nom in FICHIERS}
    contenus[reverse("theme_css")] = feuille_de_couleurs().encode()
    contenus[reverse("locaux:terrain")] = render_to_string(GABARIT, page()).encode()
    for cote in ICONES:
        contenus[reverse("locaux:terrain_icone", args=[cote])] = dessiner_icone(cote, theme().accent)
    contenus[reverse("locaux:terrain_manifeste")] = theme().nom.encode()
    return {adresse: hashlib.sha256(contenu).hexdigest()[:16] for adresse, contenu in contenus.items()}


def page() -> dict[str, str]:
    """Ce que dit la page : la même pour tous, elle ne porte aucune donnée."""
    return {"nom_du_territoire": theme().nom, "accent": theme().accent}


def script_de_l_ouvrier() -> str:
    return _lire(OUVRIER).decode()


def _lire(nom: str) -> bytes:
    chemin = finders.find(nom)
    if not isinstance(chemin, str):
        raise FileNotFoundError(f"{nom} manque : construisez les feuilles et les scripts (make front).")
    return Path(chemin).read_bytes()


@lru_cache(maxsize=8)
def dessiner_icone(cote: int, couleur: str) -> bytes:
    """La marque de tissu, à la couleur du territoire, en PNG."""
    finesse = 4
    grand = cote * finesse
    image = Image.new("RGB", (grand, grand), couleur)
    trait = ImageDraw.Draw(image)
    echelle = grand * (1 - 2 * MARGE) / DESSIN
    for x1, y1, x2, y2 in TRAME:
        demi = 1.25
        coins = (x1 - demi * (x1 == x2), y1 - demi * (y1 == y2), x2 + demi * (x1 == x2), y2 + demi * (y1 == y2))
        trait.rectangle([grand * MARGE + valeur * echelle for valeur in coins], fill="#ffffff")
    sortie = BytesIO()
    image.resize((cote, cote), Image.Resampling.LANCZOS).save(sortie, "PNG", optimize=True)
    return sortie.getvalue()

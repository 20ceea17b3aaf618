"""Le thème d'un territoire : son nom, son logo, ses couleurs, et leurs contrastes vérifiés au démarrage.

Les couleurs viennent de la clé `theme:` de `territoire.yaml` ; celles qui manquent sont celles de tissu. Elles
sont servies en jetons CSS par `/theme.css`, en clair et en sombre : aucun gabarit n'écrit de couleur.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from tissu import __version__
from tissu.socle.ecrans import ecran_de
from tissu.socle.formats import nombre
from tissu.socle.territoire import TerritoireInconnu, territoire

# Rapports de contraste exigés par WCAG 2.2, niveau AA : textes, puis bordures de champs et focus.
CONTRASTE_TEXTE = 4.5
CONTRASTE_TRAIT = 3.0

COULEUR = re.compile(r"#[0-9a-fA-F]{6}")

# La rampe de neutres, du blanc au presque noir. Un territoire peut la remplacer (clé `neutres`, douze couleurs).
NEUTRES = (
    "#ffffff", "#f8f7f6", "#f0eeec", "#dfdcd9", "#c5c1bd", "#a19c98",
    "#77726e", "#5a5552", "#474340", "#2f2c2a", "#211f1e", "#171514",
)  # fmt: skip

ETATS_CLAIRS = {
    "info": ("#1a5a9e", "#eaf2fb"),
    "succes": ("#1b6638", "#e7f4eb"),
    "attention": ("#7a4b00", "#fcf2d9"),
    "danger": ("#b0221a", "#fceae8"),
}
ETATS_SOMBRES = {
    "info": ("#93c3f5", "#16283c"),
    "succes": ("#8bd3a3", "#162c1f"),
    "attention": ("#f2c66b", "#322710"),
    "danger": ("#f7a8a1", "#3d1a17"),
}

# Ce qui se lit sur quoi : (premier plan, fond, contraste exigé, la paire dite en français).
PAIRES = (
    ("texte", "fond", CONTRASTE_TEXTE, "le texte sur le fond"),
    ("texte", "fond-3", CONTRASTE_TEXTE, "le texte sur un fond appuyé"),
    ("texte-2", "fond", CONTRASTE_TEXTE, "le texte secondaire sur le fond"),
    ("texte-2", "fond-2", CONTRASTE_TEXTE, "le texte secondaire sur un fond teinté"),
    ("texte-2", "fond-3", CONTRASTE_TEXTE, "le texte secondaire sur un fond appuyé"),
    ("accent", "fond", CONTRASTE_TEXTE, "les liens (accent) sur le fond"),
    ("accent", "fond-2", CONTRASTE_TEXTE, "les liens (accent) sur un fond teinté"),
    ("accent", "accent-doux", CONTRASTE_TEXTE, "l'accent sur son fond doux"),
    ("texte", "accent-doux", CONTRASTE_TEXTE, "le texte sur le fond doux de l'accent"),
    ("accent-fort", "fond", CONTRASTE_TEXTE, "les liens survolés (accent fort) sur le fond"),
    ("sur-accent", "accent", CONTRASTE_TEXTE, "le texte des boutons sur l'accent"),
    ("sur-accent", "accent-fort", CONTRASTE_TEXTE, "le texte des boutons survolés sur l'accent fort"),
    ("bord", "fond", CONTRASTE_TRAIT, "la bordure des champs sur le fond"),
    ("bord", "fond-2", CONTRASTE_TRAIT, "la bordure des champs sur un fond teinté"),
    ("focus", "fond", CONTRASTE_TRAIT, "le cadre du focus sur le fond"),
    ("focus", "fond-2", CONTRASTE_TRAIT, "le cadre du focus sur un fond teinté"),
    *((etat, f"{etat}-fond", CONTRASTE_TEXTE, f"l'état « {etat} » sur son fond") for etat in ETATS_CLAIRS),
    *((etat, "fond", CONTRASTE_TEXTE, f"l'état « {etat} » sur le fond") for etat in ETATS_CLAIRS),
    *(
        ("texte", f"{etat}-fond", CONTRASTE_TEXTE, f"le texte sur le fond de l'état « {etat} »")
        for etat in ETATS_CLAIRS
    ),
)


@dataclass(frozen=True)
class Theme:
    """L'habillage d'un territoire. Les couleurs s'écrivent `#rrggbb`.

    `accent` et `accent_fort` servent en clair (liens, boutons, survol) ; `accent_sombre` et `accent_sombre_fort`
    en sombre. `logo` est un fichier du dossier du territoire, ou None ; `code_source`, l'adresse du code déployé.
    """

    nom: str = "tissu"
    logo: Path | None = None
    code_source: str = ""
    accent: str = "#6b1d4f"
    accent_fort: str = "#4a1236"
    accent_sombre: str = "#e8a9cf"
    accent_sombre_fort: str = "#f6d3e7"
    neutres: tuple[str, ...] = NEUTRES

    def jetons(self, *, sombre: bool = False) -> dict[str, str]:
        """Les couleurs par nom de jeton, pour le mode clair ou sombre."""
        n = self.neutres
        if sombre:
            jetons = {
                "fond": n[11], "fond-2": n[10], "fond-3": n[9], "texte": n[2], "texte-2": n[4],
                "filet": n[8], "bord": n[5], "accent": self.accent_sombre, "accent-fort": self.accent_sombre_fort,
                "accent-doux": melange(self.accent_sombre, n[11], 0.16), "sur-accent": n[11], "focus": "#8ab8ff",
            }  # fmt: skip
        else:
            jetons = {
                "fond": n[0], "fond-2": n[1], "fond-3": n[2], "texte": n[10], "texte-2": n[7],
                "filet": n[3], "bord": n[6], "accent": self.accent, "accent-fort": self.accent_fort,
                "accent-doux": melange(self.accent, n[0], 0.09), "sur-accent": n[0], "focus": "#0b62d6",
            }  # fmt: skip
        for etat, (couleur, fond) in (ETATS_SOMBRES if sombre else ETATS_CLAIRS).items():
            jetons[etat] = couleur
            jetons[f"{etat}-fond"] = fond
        return jetons

    def defauts(self) -> Iterator[str]:
        """Les paires trop peu contrastées, une phrase chacune, avec le rapport mesuré et celui qu'il faut."""
        for sombre in (False, True):
            jetons = self.jetons(sombre=sombre)
            for devant, fond, exige, paire in PAIRES:
                mesure = contraste(jetons[devant], jetons[fond])
                if mesure < exige:
                    yield (
                        f"en mode {'sombre' if sombre else 'clair'}, {paire} ({jetons[devant]} sur {jetons[fond]}) "
                        f"a un contraste de {nombre(mesure, 2)} ; il en faut au moins {nombre(exige, 1)}"
                    )


def melange(couleur: str, fond: str, part: float) -> str:
    """La couleur posée sur le fond avec une opacité `part` (0 à 1)."""
    canaux = (round(part * a + (1 - part) * b) for a, b in zip(_canaux(couleur), _canaux(fond), strict=True))
    return "#" + "".join(f"{canal:02x}" for canal in canaux)


def contraste(une: str, autre: str) -> float:
    """Le rapport de contraste WCAG de deux couleurs `#rrggbb`, de 1 à 21."""
    claire, foncee = sorted((_luminance(une), _luminance(autre)), reverse=True)
    return (claire + 0.05) / (foncee + 0.05)


def _canaux(couleur: str) -> tuple[int, int, int]:
    return int(couleur[1:3], 16), int(couleur[3:5], 16), int(couleur[5:7], 16)


def _luminance(couleur: str) -> float:
    """Luminance relative (WCAG 2, définition sRGB)."""
    parts = (canal / 255 for canal in _canaux(couleur))
    rouge, vert, bleu = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu


class ThemeInvalide(ValueError):
    """La clé `theme:` d'un territoire est mal écrite ; le message dit laquelle et comment l'écrire."""


def lire_theme(reglages: dict[str, Any], *, nom: str, dossier: Path | None) -> Theme:
    """Lit la clé `theme:` d'un territoire. Lève `ThemeInvalide` sur une clé inconnue, une couleur ou un logo faux."""
    connues = {"nom", "logo", "code_source", "neutres", "accent", "accent_fort", "accent_sombre", "accent_sombre_fort"}
    if inconnues := sorted(set(reglages) - connues):
        raise ThemeInvalide(f"clé inconnue : {', '.join(inconnues)}. Clés possibles : {', '.join(sorted(connues))}")
    couleurs = {cle: str(valeur) for cle, valeur in reglages.items() if cle.startswith("accent")}
    neutres = tuple(str(valeur) for valeur in reglages.get("neutres", NEUTRES))
    if len(neutres) != len(NEUTRES):
        raise ThemeInvalide(
            f"« neutres » compte {len(neutres)} couleurs ; il en faut {len(NEUTRES)}, du clair au foncé"
        )
    for cle, valeur in [*couleurs.items(), *(("neutres", valeur) for valeur in neutres)]:
        if not COULEUR.fullmatch(valeur):
            raise ThemeInvalide(f"« {cle} » vaut « {valeur} » ; écrivez une couleur comme '#6b1d4f', entre guillemets")
    return Theme(
        nom=str(reglages.get("nom", nom)),
        logo=_lire_logo(reglages.get("logo"), dossier),
        code_source=str(reglages.get("code_source", "")),
        neutres=neutres,
        **couleurs,
    )


def _lire_logo(fichier: str | None, dossier: Path | None) -> Path | None:
    if not fichier or dossier is None:
        return None
    chemin = (dossier / fichier).resolve()
    if chemin.suffix not in {".svg", ".png"} or not chemin.is_relative_to(dossier.resolve()) or not chemin.is_file():
        raise ThemeInvalide(f"le logo « {fichier} » n'est pas un fichier .svg ou .png du dossier du territoire")
    return chemin


@lru_cache
def theme() -> Theme:
    """Le thème du territoire configuré ; celui de tissu si le territoire ou son thème ne peut être lu.

    Le défaut est signalé au démarrage par `verifier_theme` : une page doit s'afficher malgré lui.
    """
    try:
        lieu = territoire()
        return lire_theme(lieu.theme, nom=lieu.nom, dossier=lieu.dossier)
    except (TerritoireInconnu, ThemeInvalide):
        return Theme()


def feuille_de_couleurs() -> str:
    """La feuille `/theme.css` : jetons clairs, sombres (choix du système ou de la personne), clairs sur papier."""
    clair = _declarations(theme().jetons(), "light")
    sombre = _declarations(theme().jetons(sombre=True), "dark")
    return (
        f":root{{{clair}}}\n"
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="clair"]){{{sombre}}}}}\n'
        f':root[data-theme="sombre"]{{{sombre}}}\n'
        f"@media print{{:root:root:root{{{clair}}}}}\n"
    )


def _declarations(jetons: dict[str, str], schema: str) -> str:
    return f"color-scheme:{schema};" + "".join(f"--{nom}:{couleur};" for nom, couleur in jetons.items())


def contexte(request: Any) -> dict[str, Any]:
    """Contexte des gabarits : thème, mode choisi (vide : celui du système), version, titre déclaré par l'écran,
    plus grand envoi permis.

    La vue peut remplacer `titre` en le passant dans son propre contexte.
    """
    choisi = request.COOKIES.get("theme", "")
    declaration = ecran_de(request.resolver_match.func) if request.resolver_match else None
    return {
        "theme": theme(),
        "mode_choisi": choisi if choisi in {"clair", "sombre"} else "",
        "titre": declaration.titre if declaration else "",
        "version": __version__,
        "poids_max": settings.ENVOI_OCTETS_MAX,
    }


@register()
def verifier_theme(app_configs: Any, **kwargs: Any) -> Iterable[Error]:
    """Vérifie au démarrage que le thème se lit et que toutes ses paires de couleurs sont lisibles (AA)."""
    try:
        lieu = territoire()
    except TerritoireInconnu:
        return []  # signalé par la vérification du territoire elle-même
    fichier = f"territoires/{lieu.slug}/territoire.yaml"
    try:
        lu = lire_theme(lieu.theme, nom=lieu.nom, dossier=lieu.dossier)
    except ThemeInvalide as erreur:
        return [Error(f"Thème de {lieu.nom} : {erreur}.", hint=f"Corrigez la clé theme de {fichier}.", id="tissu.E020")]
    conseil = f"Changez la couleur dans la clé theme de {fichier}."
    return [Error(f"Thème de {lieu.nom} : {defaut}.", hint=conseil, id="tissu.E021") for defaut in lu.defauts()]

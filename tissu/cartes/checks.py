"""Vérifications du démarrage : une couche mal déclarée se dit avant qu'une page ne s'ouvre."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import NoReverseMatch, reverse

from tissu.cartes.couches import Classement, Couche, couches
from tissu.cartes.palette import RAMPES, inconnues


@register()
def verifier_couches(app_configs: Any, **kwargs: Any) -> Iterable[Error]:
    """Chaque couche a les champs que ses thèmes et son titre nomment, des teintes connues, une page qui existe."""
    return [
        Error(f"Carte « {couche.slug} » : {defaut}.", hint="Corrigez son couches.py.", id="tissu.E040")
        for couche in couches().values()
        for defaut in defauts(couche)
    ]


def defauts(couche: Couche) -> Iterator[str]:
    """Ce qui cloche dans la déclaration d'une couche, une phrase chacun."""
    cles = [champ.cle for champ in couche.champs]
    if en_double := sorted({cle for cle in cles if cles.count(cle) > 1}):
        yield f"le champ {', '.join(en_double)} est déclaré deux fois"
    if not couche.themes:
        yield "elle n'a aucun thème"
    if couche.titre_objet not in cles:
        yield f"titre_objet nomme « {couche.titre_objet} », qui n'est pas un de ses champs"
    if couche.adresse_objet and couche.champ_adresse not in {"id", *cles}:
        yield f"champ_adresse nomme « {couche.champ_adresse} », qui n'est pas un de ses champs"
    if couche.adresse_objet and not _page_existe(couche.adresse_objet):
        yield f"adresse_objet nomme « {couche.adresse_objet} », qui n'est pas une adresse à un argument"
    if not couche.publique and not couche.roles:
        yield "elle n'est ouverte à aucun rôle et n'est pas publique"
    if couche.publique and couche.reservee_a:
        yield "elle est publique et réservée à la fois"
    if couche.page_ouverte_a and not couche.adresse_objet:
        yield "page_ouverte_a ouvre une page qu'elle n'a pas"
    for theme in couche.themes:
        if theme.champ not in cles:
            yield f"le thème « {theme.slug} » lit « {theme.champ} », qui n'est pas un de ses champs"
        if theme.rampe not in RAMPES:
            yield f"le thème « {theme.slug} » a une rampe inconnue : {theme.rampe}"
        if not theme.classes and theme.classement is not Classement.QUANTILES:
            yield f"le thème « {theme.slug} » n'a pas de classes"
        if manquantes := inconnues(classe.teinte for classe in theme.classes):
            yield f"le thème « {theme.slug} » a des teintes inconnues : {', '.join(manquantes)}"


def _page_existe(adresse: str) -> bool:
    for exemple in ("1", 1):
        try:
            reverse(adresse, args=[exemple])
        except NoReverseMatch:
            continue
        return True
    return False

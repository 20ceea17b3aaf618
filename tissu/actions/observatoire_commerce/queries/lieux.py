"""Où l'on regarde : tout le territoire, une commune, un quartier, une rue, ou ce que l'on a choisi sur la carte."""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute as pc
from django.urls import reverse

from tissu.cartes.selection import Selection
from tissu.locaux.choices import NatureLocal
from tissu.locaux.models import Voie
from tissu.locaux.queries.situation import situation
from tissu.socle.territoire import territoire


class LieuInconnu(LookupError):
    """Aucun local n'est recensé sous ce nom ; le message dit lequel."""


@dataclass(frozen=True)
class Lieu:
    """Un lieu et ses cellules. Vide : le territoire. `voie` : clé d'une rue ; `nom` : comment on le dit."""

    commune: str = ""
    quartier: str = ""
    voie: int | None = None
    choix: str = ""
    """La marque de la sélection : deux lieux sont le même quand ils désignent les mêmes locaux."""
    nom: str = field(default="", compare=False)
    selection: Selection = field(default_factory=Selection, compare=False)

    @property
    def entier(self) -> bool:
        return not (self.commune or self.quartier or self.voie or self.choix)

    def cellules(self, au: date) -> pa.Table:
        """Les cellules commerciales du lieu ce jour-là."""
        table = situation(au)
        masque = pc.equal(table["nature"], NatureLocal.CELLULE.value)
        for colonne, valeur in (("code_commune", self.commune), ("quartier", self.quartier), ("voie_id", self.voie)):
            if valeur:
                masque = pc.and_(masque, pc.fill_null(pc.equal(table[colonne], valeur), False))
        table = table.filter(masque)
        return table.filter(pa.array(self.selection.masque(table))) if self.choix else table

    def parametres(self) -> list[tuple[str, str]]:
        """Ce qui le remet dans une adresse : la liste des locaux et cette page lisent les mêmes mots."""
        simples = [("commune", self.commune), ("quartier", self.quartier), ("voie", str(self.voie or ""))]
        return [(cle, valeur) for cle, valeur in simples if valeur] + self.selection.parametres

    def lien(self, **parametres: str) -> str:
        """La page de la vacance de ce lieu."""
        paires = [*self.parametres(), *parametres.items()]
        requete = urlencode([paire for paire in paires if paire[1]])
        return reverse("observatoire_commerce:vacance") + (f"?{requete}" if requete else "")

    def lien_lignes(self, **parametres: str) -> str:
        """Les locaux derrière un chiffre de ce lieu : `quoi`, et au besoin le jour, la définition, la famille."""
        paires = [*self.parametres(), *parametres.items()]
        return f"{reverse('observatoire_commerce:vacance_lignes')}?{urlencode([paire for paire in paires if paire[1]])}"


def trouver_lieu(
    *, commune: str = "", quartier: str = "", voie: int | None = None, selection: Selection | None = None
) -> Lieu:
    """Le lieu demandé, nommé. Lève `LieuInconnu` si la commune ou la rue n'existe pas."""
    ici = territoire()
    choisie = selection or Selection()
    if commune and commune not in ici.communes:
        raise LieuInconnu(f"La commune « {commune} » n'est pas du territoire.")
    rue = Voie.objects.filter(pk=voie).first() if voie else None
    if voie and rue is None:
        raise LieuInconnu("Cette rue n'est pas recensée.")
    noms = [str(rue) if rue else "", quartier, ici.communes.get(commune, ""), *choisie.en_mots()]
    marque = choisie.marque if choisie.active else ""
    return Lieu(commune, quartier, voie, marque, ", ".join(nom for nom in noms if nom) or ici.nom, choisie)

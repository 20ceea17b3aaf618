"""Les deux journaux, que la base elle-même garde de toute retouche."""

from tissu.socle.intouchables import Intouchable

GARDES = (Intouchable("comptes_acces"), Intouchable("comptes_evenementdecompte"))

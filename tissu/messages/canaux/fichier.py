"""Les lignes de la démonstration : les SMS s'écrivent dans un fichier, ou à l'écran, et sont aussitôt reçus."""

import json
import sys
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from tissu.messages.canaux.ligne import Accepte, Depart, Evenement, LigneCoupee, Operateur, Recu


class LigneFichier:
    """Une ligne de JSON par SMS dans `reglages["fichier"]`."""

    def __init__(self, operateur: Operateur) -> None:
        self.operateur = operateur
        self.sortie: TextIO | None = None
        self.revenus: list[Evenement] = []

    def ouvrir(self) -> None:
        chemin = Path(self.operateur.reglages["fichier"])
        try:
            chemin.parent.mkdir(parents=True, exist_ok=True)
            self.sortie = chemin.open("a", encoding="utf-8")
        except OSError as erreur:
            raise LigneCoupee(f"{self.operateur.nom} : {chemin} ne s'ouvre pas ({erreur.strerror}).") from erreur

    def soumettre(self, depart: Depart) -> None:
        if self.sortie is None:
            raise LigneCoupee(f"La ligne de {self.operateur.nom} est fermée.")
        identifiant = uuid4().hex
        ecrit = {
            "de": self.operateur.expediteur,
            "vers": depart.vers,
            "texte": depart.texte,
            "identifiant": identifiant,
        }
        self.sortie.write(json.dumps(ecrit, ensure_ascii=False) + "\n")
        self.sortie.flush()
        self.revenus += [Accepte(depart.partie, identifiant), Recu(identifiant, "DELIVRD")]

    def lire(self, attente_s: float) -> list[Evenement]:
        revenus, self.revenus = self.revenus, []
        return revenus

    def accuser(self, evenements: list[Evenement]) -> None:
        """Un fichier n'attend pas de réponse."""

    def interroger(self, identifiant: str) -> None:
        self.revenus.append(Recu(identifiant, "DELIVRD"))

    def fermer(self) -> None:
        if self.sortie not in (None, sys.stdout):
            self.sortie.close()
        self.sortie = None


class LigneConsole(LigneFichier):
    """Comme le fichier, sur la sortie de la commande."""

    def ouvrir(self) -> None:
        self.sortie = sys.stdout

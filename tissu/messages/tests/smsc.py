"""Un opérateur de SMS pour les essais : le serveur SMPP d'`outils/smsc`, démarré, réglé, coupé, tué, relu."""

import json
import selectors
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

RACINE = Path(__file__).resolve().parents[3]
SERVEUR = RACINE / "outils" / "smsc" / "serveur.mjs"
PATIENCE = 10.0


class Smsc:
    """S'emploie avec `with`. `clients` : {nom: réglages} ; `donnees` : le fichier que relit un serveur redémarré ;
    `tls` : la clé et le certificat (PEM) d'une liaison chiffrée.

    Les réglages sont ceux d'`outils/smsc/reglages.mjs` ; sans `clients`, un seul : « tissu », mot de passe « demo ».
    """

    def __init__(
        self, clients: dict[str, dict[str, Any]] | None = None, *, donnees: Path | None = None, port: int = 0,
        tls: tuple[Path, Path] | None = None,
    ) -> None:  # fmt: skip
        noeud = shutil.which("node")
        if noeud is None:
            pytest.skip("node manque : le serveur SMPP d'essai ne peut pas démarrer")
        if not (RACINE / "node_modules" / "smpp").is_dir():
            pytest.skip("node_modules/smpp manque : npm ci")
        self.commande = [noeud, str(SERVEUR), "--avec-parent", "--reglages", json.dumps(clients or {"tissu": {}})]
        if donnees is not None:
            self.commande += ["--donnees", str(donnees)]
        if tls is not None:
            self.commande += ["--cle", str(tls[0]), "--certificat", str(tls[1])]
        self.port = port
        self.http = 0

    def __enter__(self) -> Self:
        self.demarrer()
        return self

    def __exit__(self, *_: object) -> None:
        self.arreter()

    def demarrer(self) -> None:
        """Démarre, ou redémarre sur le même port."""
        self.processus = subprocess.Popen(
            [*self.commande, "--port", str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        pret = json.loads(self._premiere_ligne())
        self.port, self.http = pret["port"], pret["http"]
        self.porte = httpx.Client(base_url=f"http://127.0.0.1:{self.http}", timeout=PATIENCE, trust_env=False)

    def _premiere_ligne(self) -> str:
        with selectors.DefaultSelector() as attente:
            attente.register(self.processus.stdout, selectors.EVENT_READ)
            ligne = self.processus.stdout.readline() if attente.select(PATIENCE) else ""
        if not ligne:
            self.processus.kill()
            raise RuntimeError(f"Le serveur SMPP n'a pas démarré : {self.processus.communicate()[1]}")
        return ligne

    def arreter(self) -> None:
        """Arrêt poli, sans effet sur un serveur déjà mort."""
        self.processus.terminate()
        self._attendre()

    def tuer(self) -> None:
        """SIGKILL : ce qui n'est pas dans son fichier est perdu."""
        self.processus.kill()
        self._attendre()

    def _attendre(self) -> None:
        self.processus.communicate(timeout=PATIENCE)
        self.porte.close()

    def regler(self, client: str | None = None, **reglages: Any) -> dict[str, Any]:
        """Change des réglages d'un client, ou de tous ; rend ceux qui valent."""
        return self._ecrire("/reglages", client=client, **reglages)

    def couper(self, client: str | None = None) -> int:
        """Coupe net les connexions ; rend leur nombre."""
        return self._ecrire("/couper", client=client)["coupees"]

    def repondre(self, numero: str, texte: str, *, client: str | None = None, vers: str | None = None) -> None:
        """Un téléphone écrit, au dernier qui lui a écrit si l'on ne dit rien."""
        self._ecrire("/repondre", numero=numero, texte=texte, client=client, vers=vers)

    def effacer(self) -> None:
        """Vide le journal et revient aux réglages de départ ; les connexions restent."""
        self._ecrire("/effacer")

    def etat(self, client: str = "tissu") -> dict[str, Any]:
        """Réglages, connexions, remises dues, et compteurs d'un client."""
        return self._lire("/etat")["clients"][client]

    def journal(self, client: str | None = None, numero: str | None = None) -> list[dict[str, Any]]:
        """Tous les PDU acceptés, dans l'ordre."""
        lignes: list[dict[str, Any]] = []
        depuis: int | None = 0
        while depuis is not None:
            page = self._lire("/journal", depuis=depuis, nombre=10_000, client=client, numero=numero)
            lignes += page["lignes"]
            depuis = page["suite"]
        return lignes

    def comptes(self, client: str | None = None) -> dict[str, dict[str, int]]:
        """Par destinataire : `pdu` acceptés et `distincts` (un doublon : `pdu` > `distincts`)."""
        return self._lire("/comptes", client=client)

    def telephones(self, numero: str = "") -> list[dict[str, Any]]:
        """Ce que la page montre : par numéro, les messages recollés et décodés, et les réponses."""
        return self._lire("/telephones", numero=numero, nombre=200)["telephones"]

    def attendre(self, vrai: Callable[[], bool], *, delai: float = PATIENCE) -> None:
        """Attend qu'un fait devienne vrai ; échoue en disant qu'il ne l'est pas devenu."""
        fin = time.monotonic() + delai
        while not vrai():
            assert time.monotonic() < fin, (
                f"Toujours pas vrai après {delai} s ; état du serveur : {self._lire('/etat')}"
            )
            time.sleep(0.01)

    def _lire(self, chemin: str, **parametres: Any) -> Any:
        return self._rendre(self.porte.get(chemin, params=_sans_vides(parametres)))

    def _ecrire(self, chemin: str, **valeurs: Any) -> Any:
        # Un réglage peut valoir null ; un client ou un numéro, non.
        nommes = {cle: valeurs.pop(cle) for cle in ("client", "vers") if valeurs.get(cle, "") is None}
        return self._rendre(self.porte.post(chemin, json={c: v for c, v in valeurs.items() if c not in nommes}))

    @staticmethod
    def _rendre(reponse: httpx.Response) -> Any:
        corps = reponse.json()
        if reponse.is_error:
            raise ValueError(corps["erreur"])
        return corps


def _sans_vides(parametres: dict[str, Any]) -> dict[str, Any]:
    return {cle: valeur for cle, valeur in parametres.items() if valeur is not None}

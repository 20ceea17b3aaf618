"""Un serveur HTTP sur la boucle locale, qui répond ce qu'un essai lui dicte et retient ce qu'on lui a demandé."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Demande:
    chemin: str
    parametres: dict[str, str]
    entetes: dict[str, str]
    methode: str = "GET"


@dataclass
class Reponse:
    """`annonce` est la longueur annoncée : plus grande que le corps, la connexion paraît coupée."""

    corps: bytes = b""
    statut: int = 200
    entetes: dict[str, str] = field(default_factory=dict)
    annonce: int | None = None


@dataclass
class Serveur:
    adresse: str
    demandes: list[Demande]


@contextmanager
def servir(repondre: Callable[[Demande], Reponse]) -> Iterator[Serveur]:
    """Sert le temps du bloc."""
    demandes: list[Demande] = []

    class Poste(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            morceaux = urlsplit(self.path)
            parametres = {cle: valeurs[0] for cle, valeurs in parse_qs(morceaux.query).items()}
            entetes = {cle.lower(): v for cle, v in self.headers.items()}
            demande = Demande(morceaux.path, parametres, entetes, self.command)
            demandes.append(demande)
            reponse = repondre(demande)
            self.send_response(reponse.statut)
            longueur = len(reponse.corps) if reponse.annonce is None else reponse.annonce
            for cle, valeur in ({"Content-Length": str(longueur)} | reponse.entetes).items():
                self.send_header(cle, valeur)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reponse.corps)
            self.close_connection = True

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *args: object) -> None:
            """Muet."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Poste)
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    fil.start()
    try:
        yield Serveur(f"http://127.0.0.1:{serveur.server_port}", demandes)
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()

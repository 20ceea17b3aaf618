"""Une passerelle HTTP pour les essais : un vrai serveur local, qui garde les appels et répond ce qui est posé."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Passerelle(BaseHTTPRequestHandler):
    """Garde chaque appel (en-têtes, corps) et le numérote ; `code` est ce qu'elle répond."""

    recus: list[tuple[Any, dict[str, Any]]]
    code = 200
    port: int

    def do_POST(self) -> None:
        corps = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.recus.append((self.headers, corps))
        self._rendre({"id": f"m{len(self.recus)}"})

    def do_GET(self) -> None:
        self._rendre({"status": "delivrd"})

    def _rendre(self, corps: dict[str, str]) -> None:
        self.send_response(type(self).code)
        self.end_headers()
        self.wfile.write(json.dumps(corps).encode())

    def log_message(self, *_: Any) -> None:
        """Rien à l'écran."""


@contextmanager
def passerelle_ouverte() -> Iterator[type[Passerelle]]:
    """Une passerelle qui répond sur un port libre, fermée à la sortie."""
    classe = type("PasserelleEssai", (Passerelle,), {"recus": [], "code": 200})
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), classe)
    classe.port = serveur.server_port
    Thread(target=serveur.serve_forever, daemon=True).start()
    try:
        yield classe
    finally:
        serveur.shutdown()
        serveur.server_close()

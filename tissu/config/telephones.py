"""Les téléphones de la démonstration : un opérateur SMPP local et la page qui montre ce qu'ils reçoivent."""

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

import yaml

RACINE = Path(__file__).resolve().parents[2]
SERVEUR = RACINE / "outils" / "smsc" / "serveur.mjs"
VARIABLE_DU_SECRET = "TISSU_SMSC_SECRET"  # noqa: S105 — le nom d'une variable, pas un secret
COMPTE, SECRET = "tissu", "demo"


@dataclass(frozen=True)
class Telephones:
    """Ce qu'il faut lancer, ce que les autres processus doivent savoir, et où regarder."""

    commande: list[str]
    environnement: dict[str, str]
    adresse: str


def telephones_de_demonstration(donnees: Path) -> Telephones | None:
    """De quoi lancer l'opérateur fictif ; None si Node manque : les SMS vont alors dans un fichier."""
    noeud = shutil.which("node")
    if noeud is None or not (RACINE / "node_modules" / "smpp").is_dir():
        return None
    smpp, http = _ports_libres(2)
    declaration = donnees / "operateurs_sms.yaml"
    operateur = {
        "nom": "Opérateur de démonstration", "genre": "smpp", "hote": "127.0.0.1", "port": smpp, "compte": COMPTE,
        "secret": VARIABLE_DU_SECRET, "expediteur": "Alerte Com", "debit": 25, "cout": 0.0429,
    }  # fmt: skip
    declaration.write_text(yaml.safe_dump([operateur], allow_unicode=True), encoding="utf-8")
    return Telephones(
        [noeud, str(SERVEUR), "--port", str(smpp), "--http", str(http), "--donnees", str(donnees / "telephones.jsonl")],
        {"TISSU_OPERATEURS_SMS": str(declaration), VARIABLE_DU_SECRET: SECRET},
        f"http://127.0.0.1:{http}/",
    )


def _ports_libres(combien: int) -> list[int]:
    prises = [socket.create_server(("127.0.0.1", 0)) for _ in range(combien)]
    ports = [int(prise.getsockname()[1]) for prise in prises]
    for prise in prises:
        prise.close()
    return ports

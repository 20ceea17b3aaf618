"""La ligne d'une passerelle HTTP : un appel par SMS, avec une clé qui empêche la passerelle de l'envoyer deux fois."""

import json
from http import HTTPStatus
from typing import Any

import httpx

from tissu.messages.canaux.ligne import Accepte, Depart, Evenement, LigneCoupee, Operateur, Recu, Refuse
from tissu.messages.rules.etats import DE_L_OPERATEUR, MUET

PASSAGERS = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})
REPONSE_S = 10.0
ACCUSES_AU_PLUS = 500
SEIZE_BITS = 0xFFFF
ETATS = (*DE_L_OPERATEUR, MUET)


class AccusesIllisibles(ValueError):
    """Le corps d'un appel n'est pas celui d'accusés ; le message dit quel accusé, quel champ, quoi écrire."""


class LignePasserelle:
    """`reglages` : adresse, secret. Ses accusés arrivent à part, par un appel signé (voir `views.accuses`).

    Chaque partie est un appel : son texte, et l'en-tête (`udh`, hexadécimal) qui la rattache aux autres.
    """

    def __init__(self, operateur: Operateur) -> None:
        self.operateur = operateur
        self.client: httpx.Client | None = None
        self.revenus: list[Evenement] = []

    def ouvrir(self) -> None:
        reglages = self.operateur.reglages
        self.client = httpx.Client(
            base_url=reglages["adresse"], timeout=REPONSE_S, headers={"Authorization": f"Bearer {reglages['secret']}"}
        )

    def soumettre(self, depart: Depart) -> None:
        entete = depart.octets[: depart.octets[0] + 1].hex() if depart.avec_entete else ""
        corps = {"from": self.operateur.expediteur, "to": depart.vers, "text": depart.texte, "udh": entete,
                 "data_coding": depart.data_coding, "reference": depart.partie}  # fmt: skip
        reponse = self._appeler("POST", "messages", json=corps, headers={"Idempotency-Key": f"tissu-{depart.partie}"})
        if reponse.is_success:
            self.revenus.append(Accepte(depart.partie, str(reponse.json()["id"])))
            return
        freiner = reponse.status_code == HTTPStatus.TOO_MANY_REQUESTS
        passager = reponse.status_code in PASSAGERS or reponse.is_server_error
        self.revenus.append(Refuse(depart.partie, f"La passerelle répond {reponse.status_code}", passager, freiner))

    def lire(self, attente_s: float) -> list[Evenement]:
        revenus, self.revenus = self.revenus, []
        return revenus

    def accuser(self, evenements: list[Evenement]) -> None:
        """L'accusé est la réponse à l'appel de la passerelle."""

    def interroger(self, identifiant: str) -> None:
        reponse = self._appeler("GET", f"messages/{identifiant}")
        etat = str(reponse.json().get("status", MUET)).upper() if reponse.is_success else MUET
        self.revenus.append(Recu(identifiant, etat))

    def fermer(self) -> None:
        if self.client is not None:
            self.client.close()
            self.client = None

    def _appeler(self, verbe: str, chemin: str, **reste: object) -> httpx.Response:
        if self.client is None:
            raise LigneCoupee(f"La ligne de {self.operateur.nom} est fermée.")
        try:
            return self.client.request(verbe, chemin, **reste)  # type: ignore[arg-type]
        except httpx.HTTPError as erreur:
            self.fermer()
            raise LigneCoupee(f"La passerelle {self.operateur.nom} ne répond pas : {erreur}") from erreur


def lire_accuses(corps: bytes) -> list[Recu]:
    """Les accusés d'un appel : `{"accuses": [{"id", "status", "to"?, "reference"?, "error"?}]}`.

    Lève `AccusesIllisibles`.
    """
    try:
        accuses = json.loads(corps)["accuses"]
    except (ValueError, TypeError, KeyError, RecursionError) as erreur:
        raise AccusesIllisibles('Le corps est du JSON : {"accuses": [ … ]}.') from erreur
    if not isinstance(accuses, list) or not 0 < len(accuses) <= ACCUSES_AU_PLUS:
        raise AccusesIllisibles(f"« accuses » est une liste d'un à {ACCUSES_AU_PLUS} accusés.")
    return [_lire_un(rang, brut) for rang, brut in enumerate(accuses, start=1)]


def _lire_un(rang: int, brut: Any) -> Recu:
    if not isinstance(brut, dict):
        raise AccusesIllisibles(f"Accusé n° {rang} : c'est un objet.")

    def mot(champ: str, au_plus: int, *, exige: bool = False) -> str:
        valeur = brut.get(champ, "")
        if not isinstance(valeur, str) or len(valeur) > au_plus or not valeur.isprintable() or (exige and not valeur):
            raise AccusesIllisibles(f"Accusé n° {rang}, « {champ} » : un texte de {au_plus} caractères au plus.")
        return valeur

    etat, reference = mot("status", 12, exige=True).upper(), brut.get("reference")
    if etat not in ETATS:
        raise AccusesIllisibles(f"Accusé n° {rang}, « status » : « {etat} » n'est pas un de {', '.join(ETATS)}.")
    if reference is not None and (type(reference) is not int or reference < 0):
        raise AccusesIllisibles(f"Accusé n° {rang}, « reference » : le nombre reçu avec le message.")
    numero, code = mot("to", 20), mot("error", 40)
    return Recu(
        mot("id", 65, exige=True), etat, reference=None if reference is None else reference & SEIZE_BITS,
        numero=numero, motif=f"code {code}" if code.strip("0") else "",
    )  # fmt: skip

"""La ligne d'une passerelle HTTP : un appel par SMS, avec une clé qui empêche la passerelle de l'envoyer deux fois."""

from http import HTTPStatus

import httpx

from tissu.messages.canaux.ligne import Accepte, Depart, Evenement, LigneCoupee, Operateur, Recu, Refuse

PASSAGERS = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})
REPONSE_S = 10.0


class LignePasserelle:
    """`reglages` : adresse, secret. Ses accusés arrivent à part, par un appel signé (voir `operations.accuses`).

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
        etat = str(reponse.json().get("status", "UNKNOWN")).upper() if reponse.is_success else "UNKNOWN"
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

"""L'interface Sirene 3.11 de l'Insee : ce qui a été traité entre deux dates, rendu aux en-têtes des fichiers officiels.

Ainsi une mise à jour passe par le même import que les fichiers stock. Il faut une clé, gratuite, du portail de
l'Insee (variable `TISSU_INSEE_CLE`) ; l'interface accepte trente demandes par minute.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx

ADRESSE = "https://api.insee.fr/api-sirene/3.11"
PAR_PAGE = 1_000
SIREN_PAR_DEMANDE = 80
INTERVALLE_S = 2.0
"""Trente demandes par minute (conditions d'usage de l'interface)."""

TENTATIVES = 5
ATTENTE_MAX_S = 120.0
DELAI_S = 60.0


class InseeInjoignable(RuntimeError):
    """L'interface ne répond pas comme elle devrait ; le message dit quoi faire."""


@dataclass
class Modifications:
    """Les lignes reçues, aux noms de colonnes des fichiers officiels."""

    etablissements: list[dict[str, Any]] = field(default_factory=list)
    periodes: list[dict[str, Any]] = field(default_factory=list)
    unites_legales: list[dict[str, Any]] = field(default_factory=list)


class ClientInsee:
    """Un dialogue avec l'interface. `attendre` et `intervalle_s` se remplacent dans les essais."""

    def __init__(
        self,
        cle: str,
        *,
        adresse: str = ADRESSE,
        intervalle_s: float = INTERVALLE_S,
        attendre: Callable[[float], None] = time.sleep,
    ) -> None:
        if not cle:
            raise InseeInjoignable(
                "La clé de l'interface Sirene manque : demandez-la sur le portail de l'Insee (portail-api.insee.fr) et "
                "donnez-la dans TISSU_INSEE_CLE."
            )
        self._client = httpx.Client(
            base_url=adresse.rstrip("/") + "/", timeout=DELAI_S, headers={"X-INSEE-Api-Key-Integration": cle}
        )
        self._intervalle_s, self._attendre = intervalle_s, attendre
        self._derniere: float | None = None

    def __enter__(self) -> "ClientInsee":
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close()

    def modifications(self, *, du: date, au: date, communes: Sequence[str]) -> Modifications:
        """Les établissements de ces communes traités entre deux jours compris, leurs périodes et leurs unités.

        Lève `InseeInjoignable`.
        """
        recues = Modifications()
        liste = " OR ".join(sorted(communes))
        question = (
            f"dateDernierTraitementEtablissement:[{du.isoformat()} TO {au.isoformat()}] "
            f"AND codeCommuneEtablissement:({liste})"
        )
        for brut in self._pages("siret", question, "etablissements"):
            etablissement, periodes = aplatir_etablissement(brut)
            recues.etablissements.append(etablissement)
            recues.periodes += periodes
        sirens = sorted({ligne["siren"] for ligne in recues.etablissements})
        for debut in range(0, len(sirens), SIREN_PAR_DEMANDE):
            lot = " OR ".join(f"siren:{siren}" for siren in sirens[debut : debut + SIREN_PAR_DEMANDE])
            recues.unites_legales += [aplatir_unite(brut) for brut in self._pages("siren", lot, "unitesLegales")]
        return recues

    def _pages(self, chemin: str, question: str, cle: str) -> Iterator[dict[str, Any]]:
        """Suit le curseur jusqu'à ce qu'il ne bouge plus ; une journée vide est une réponse 404."""
        curseur = "*"
        while True:
            contenu = self._demander(chemin, {"q": question, "nombre": str(PAR_PAGE), "curseur": curseur})
            if contenu is None:
                return
            yield from contenu.get(cle, [])
            suivant = contenu.get("header", {}).get("curseurSuivant", curseur)
            if suivant == curseur:
                return
            curseur = suivant

    def _demander(self, chemin: str, parametres: Mapping[str, str]) -> dict[str, Any] | None:
        motif = ""
        for tentative in range(TENTATIVES):
            self._respecter_le_rythme()
            try:
                reponse = self._client.get(chemin, params=dict(parametres))
            except httpx.TransportError as erreur:
                motif = f"pas de réponse ({type(erreur).__name__})"
                self._attendre(min(2.0**tentative, ATTENTE_MAX_S))
                continue
            if reponse.status_code == httpx.codes.NOT_FOUND:
                return None
            if reponse.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
                raise InseeInjoignable("L'Insee refuse la clé TISSU_INSEE_CLE : vérifiez-la sur portail-api.insee.fr.")
            if reponse.status_code == httpx.codes.TOO_MANY_REQUESTS or reponse.status_code >= 500:
                motif = f"réponse {reponse.status_code}"
                self._attendre(_attente(reponse, tentative))
                continue
            return _lire(reponse)
        raise InseeInjoignable(
            f"L'interface Sirene ne répond pas après {TENTATIVES} essais ({motif}). Vérifiez le réseau, ou recommencez "
            "plus tard ; rien n'a changé."
        )

    def _respecter_le_rythme(self) -> None:
        maintenant = time.monotonic()
        if self._derniere is not None and maintenant - self._derniere < self._intervalle_s:
            self._attendre(self._intervalle_s - (maintenant - self._derniere))
        self._derniere = time.monotonic()


def _attente(reponse: httpx.Response, tentative: int) -> float:
    """Ce que l'interface demande d'attendre, sinon une attente qui double."""
    demande = reponse.headers.get("Retry-After", "")
    return min(float(demande) if demande.isdigit() else 2.0**tentative, ATTENTE_MAX_S)


def _lire(reponse: httpx.Response) -> dict[str, Any]:
    try:
        contenu = reponse.json()
    except ValueError as erreur:
        raise InseeInjoignable("L'interface Sirene a répondu autre chose que du JSON.") from erreur
    if reponse.status_code != httpx.codes.OK:
        message = contenu.get("header", {}).get("message", "")
        raise InseeInjoignable(f"L'interface Sirene a refusé la demande ({reponse.status_code}) : {message}")
    return contenu


def aplatir_etablissement(brut: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Une réponse en une ligne de StockEtablissement et les lignes de StockEtablissementHistorique."""
    ligne = {cle: valeur for cle, valeur in brut.items() if not isinstance(valeur, dict | list)}
    ligne |= brut.get("adresseEtablissement") or {}
    ligne |= brut.get("adresse2Etablissement") or {}
    identite = {cle: brut[cle] for cle in ("siren", "nic", "siret")}
    periodes = [identite | periode for periode in brut.get("periodesEtablissement") or []]
    if periodes:
        # L'interface donne la période courante en premier : celle qui n'a pas de fin.
        courante = next((p for p in periodes if not p.get("dateFin")), periodes[0])
        ligne |= {
            cle: valeur for cle, valeur in courante.items() if not cle.startswith("changement") and cle != "dateFin"
        }
    return ligne, periodes


def _sans_changements(periode: Mapping[str, Any]) -> dict[str, Any]:
    """Le fichier stock n'a ni la fin de la période courante, ni ses indicateurs de changement."""
    return {cle: v for cle, v in periode.items() if not cle.startswith("changement") and cle != "dateFin"}


def aplatir_unite(brut: Mapping[str, Any]) -> dict[str, Any]:
    """Une réponse en une ligne de StockUniteLegale."""
    ligne = {cle: valeur for cle, valeur in brut.items() if not isinstance(valeur, dict | list)}
    periodes = brut.get("periodesUniteLegale") or []
    if periodes:
        courante = next((p for p in periodes if not p.get("dateFin")), periodes[0])
        ligne |= {
            cle: valeur for cle, valeur in courante.items() if not cle.startswith("changement") and cle != "dateFin"
        }
    return ligne

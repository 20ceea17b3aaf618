"""L'interface Sirene 3.11 de l'Insee : ce qui a été traité entre deux dates, rendu aux en-têtes des fichiers officiels.

Ainsi une mise à jour passe par le même import que les fichiers stock. Il faut une clé, gratuite, du portail de
l'Insee (variable `TISSU_INSEE_CLE`) ; l'interface accepte trente demandes par minute.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx

ADRESSE = "https://api.insee.fr/api-sirene/3.11"
PAR_PAGE = 1_000
PAR_LOT = 80
"""Identifiants ou communes d'une même demande : au-delà, l'adresse devient trop longue pour certains mandataires."""

INTERVALLE_S = 2.0
"""Trente demandes par minute (conditions d'usage de l'interface)."""

TENTATIVES = 5
ATTENTE_MAX_S = 120.0
DELAI_S = 60.0

Recu = tuple[dict[str, Any], list[dict[str, Any]]]
"""Un établissement : sa ligne de stock, et celles de ses périodes."""


class InseeInjoignable(RuntimeError):
    """L'interface ne répond pas comme elle devrait ; le message dit quoi faire."""


@dataclass
class Modifications:
    """Les lignes reçues, aux noms de colonnes des fichiers officiels."""

    etablissements: list[dict[str, Any]] = field(default_factory=list)
    periodes: list[dict[str, Any]] = field(default_factory=list)
    unites_legales: list[dict[str, Any]] = field(default_factory=list)
    liens: list[dict[str, Any]] = field(default_factory=list)


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
        cle = cle.strip()
        if not cle:
            raise InseeInjoignable(
                "La clé de l'interface Sirene manque : demandez-la sur le portail de l'Insee (portail-api.insee.fr) et "
                "donnez-la dans TISSU_INSEE_CLE."
            )
        if not (cle.isascii() and cle.isprintable()):
            raise InseeInjoignable("La clé TISSU_INSEE_CLE porte des signes imprévus : recopiez-la.")
        entetes = {"X-INSEE-Api-Key-Integration": cle, "Accept": "application/json"}
        try:
            self._client = httpx.Client(base_url=adresse.rstrip("/") + "/", timeout=DELAI_S, headers=entetes)
        except httpx.InvalidURL as erreur:
            raise InseeInjoignable(_adresse_fautive(adresse)) from erreur
        if self._client.base_url.scheme not in {"http", "https"} or not self._client.base_url.host:
            raise InseeInjoignable(_adresse_fautive(adresse))
        self._intervalle_s, self._attendre = intervalle_s, attendre
        self._derniere: float | None = None

    def __enter__(self) -> "ClientInsee":
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close()

    def modifications(
        self, *, du: date, au: date, communes: Sequence[str], dire: Callable[[str], None] = lambda message: None
    ) -> Modifications:
        """Ce qui a été traité entre deux jours compris : les établissements de ces communes, leurs unités légales et
        leurs liens de succession ; et les périodes des autres établissements de ces unités, où qu'ils soient, sans
        lesquelles un transfert vers le territoire passerait pour une création.

        `dire` reçoit l'avancement en mots. Lève `InseeInjoignable`.
        """
        fenetre = f"dateDernierTraitementEtablissement:[{du.isoformat()} TO {au.isoformat()}]"
        recus: dict[str, Recu] = {}
        for lot in _par_lots(communes):
            self._recevoir(f"{fenetre} AND codeCommuneEtablissement:{lot}", recus)
            dire(f"Établissements reçus : {len(recus)}")
        ailleurs: dict[str, Recu] = {}
        sirens = {ligne["siren"] for ligne, _ in recus.values()}
        unites: dict[str, dict[str, Any]] = {}
        for lot in _par_lots(sirens):
            for brut in self._pages("siren", f"siren:{lot}", "unitesLegales", exige=("siren",)):
                unites[brut["siren"]] = aplatir_unite(brut)
            self._recevoir(f"{fenetre} AND siren:{lot}", ailleurs)
            dire(f"Unités légales reçues : {len(unites)} sur {len(sirens)}")
        return Modifications(
            etablissements=[ligne for ligne, _ in recus.values()],
            periodes=[periode for _, periodes in (ailleurs | recus).values() for periode in periodes],
            unites_legales=list(unites.values()),
            liens=self._liens(recus, dire),
        )

    def _recevoir(self, question: str, recus: dict[str, Recu]) -> None:
        """Ajoute les établissements trouvés ; d'un SIRET vu deux fois pendant les pages, le plus récent reste."""
        for brut in self._pages("siret", question, "etablissements", exige=("siren", "nic", "siret")):
            ligne, periodes = aplatir_etablissement(brut)
            connue = recus.get(ligne["siret"])
            if connue is None or _traite(ligne) >= _traite(connue[0]):
                recus[ligne["siret"]] = (ligne, periodes)

    def _liens(self, sirets: Iterable[str], dire: Callable[[str], None]) -> list[dict[str, Any]]:
        liens: dict[tuple[str, ...], dict[str, Any]] = {}
        bouts = ("siretEtablissementPredecesseur", "siretEtablissementSuccesseur")
        for lot in _par_lots(sirets):
            question = " OR ".join(f"{bout}:{lot}" for bout in bouts)
            for lien in self._pages("siret/liensSuccession", question, "liensSuccession", exige=bouts):
                liens[(*(lien[bout] for bout in bouts), str(lien.get("dateLienSuccession")))] = lien
            dire(f"Liens de succession reçus : {len(liens)}")
        return list(liens.values())

    def _pages(self, chemin: str, question: str, cle: str, *, exige: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Suit le curseur jusqu'à ce qu'il ne bouge plus ; une journée vide est une réponse 404."""
        curseur = "*"
        while True:
            contenu = self._demander(chemin, {"q": question, "nombre": str(PAR_PAGE), "curseur": curseur})
            if contenu is None:
                return
            for element in contenu.get(cle) or []:
                if not isinstance(element, dict) or not all(element.get(champ) for champ in exige):
                    raise InseeInjoignable(
                        f"L'interface Sirene a rendu une ligne sans {' ni '.join(exige)} : sa forme a changé. "
                        "Rien n'a changé dans le registre ; prévenez qui entretient tissu."
                    )
                yield element
            suivant = (contenu.get("header") or {}).get("curseurSuivant") or curseur
            if suivant == curseur:
                return
            curseur = suivant

    def _demander(self, chemin: str, parametres: Mapping[str, str]) -> dict[str, Any] | None:
        motif = ""
        for tentative in range(TENTATIVES):
            self._respecter_le_rythme()
            try:
                reponse = self._client.get(chemin, params=dict(parametres))
            except httpx.RequestError as erreur:
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


def _par_lots(valeurs: Iterable[str]) -> Iterator[str]:
    """Des groupes « (a OR b) » à la syntaxe de l'interface."""
    triees = sorted(valeurs)
    for debut in range(0, len(triees), PAR_LOT):
        yield f"({' OR '.join(triees[debut : debut + PAR_LOT])})"


def _traite(ligne: Mapping[str, Any]) -> str:
    return str(ligne.get("dateDernierTraitementEtablissement") or "")


def _adresse_fautive(adresse: str) -> str:
    return f"TISSU_INSEE_ADRESSE est mal écrite (« {adresse} ») : donnez une adresse complète, comme {ADRESSE}."


def _attente(reponse: httpx.Response, tentative: int) -> float:
    """Ce que l'interface demande d'attendre, sinon une attente qui double."""
    demande = reponse.headers.get("Retry-After", "")
    return min(float(demande) if demande.isdigit() else 2.0**tentative, ATTENTE_MAX_S)


def _lire(reponse: httpx.Response) -> dict[str, Any]:
    try:
        contenu = reponse.json()
    except ValueError as erreur:
        raise InseeInjoignable(
            "L'interface Sirene a répondu autre chose que du JSON : vérifiez TISSU_INSEE_ADRESSE et le mandataire."
        ) from erreur
    if reponse.status_code != httpx.codes.OK or not isinstance(contenu, dict):
        entete = contenu.get("header") if isinstance(contenu, dict) else None
        message = (entete or {}).get("message", "sans explication")
        raise InseeInjoignable(f"L'interface Sirene a refusé la demande ({reponse.status_code}) : {message}")
    return contenu


def aplatir_etablissement(brut: Mapping[str, Any]) -> Recu:
    """Une réponse en une ligne de StockEtablissement et les lignes de StockEtablissementHistorique."""
    ligne = {cle: valeur for cle, valeur in brut.items() if not isinstance(valeur, dict | list)}
    ligne |= brut.get("adresseEtablissement") or {}
    ligne |= brut.get("adresse2Etablissement") or {}
    identite = {cle: brut[cle] for cle in ("siren", "nic", "siret")}
    periodes = [identite | periode for periode in brut.get("periodesEtablissement") or []]
    return ligne | _courante(periodes), periodes


def aplatir_unite(brut: Mapping[str, Any]) -> dict[str, Any]:
    """Une réponse en une ligne de StockUniteLegale."""
    ligne = {cle: valeur for cle, valeur in brut.items() if not isinstance(valeur, dict | list)}
    return ligne | _courante(brut.get("periodesUniteLegale") or [])


def _courante(periodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """La période qui n'a pas de fin, sans ce que le fichier stock n'en dit pas : sa fin et ses changements.

    L'interface donne la plus récente en premier.
    """
    if not periodes:
        return {}
    courante = next((periode for periode in periodes if not periode.get("dateFin")), periodes[0])
    return {cle: v for cle, v in courante.items() if not cle.startswith("changement") and cle != "dateFin"}

"""Trouver un commerce dans le registre ou parmi les locaux, sans jamais montrer une identité protégée."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tissu.locaux.models import Local
from tissu.locaux.nomenclatures import NON_COMMERCIAL, activite_de_naf, famille_de, familles
from tissu.locaux.queries.etablissements import fiches
from tissu.locaux.queries.liste import Criteres, filtrer, trier
from tissu.locaux.queries.situation import situation
from tissu.locaux.rules.adresses import cle_numero, cle_voie
from tissu.registre.nomenclatures import NAF_2025
from tissu.socle.identifiants import siret_valide
from tissu.socle.territoire import territoire

PROPOSITIONS_MAX = 8


@dataclass(frozen=True)
class Lieu:
    """Un commerce trouvé. `protege` : connu, mais ni son nom ni son adresse ne se montrent.

    `activite` : une famille de la typologie. `reference` : celle de son local, s'il vient des locaux.
    """

    cle: str
    nom: str = ""
    adresse: str = ""
    code_commune: str = ""
    activite: str = ""
    siret: str = ""
    reference: str = ""
    lon: float | None = None
    lat: float | None = None
    protege: bool = False

    def en_champs(self) -> dict[str, Any]:
        """Ce qui remplit le formulaire ; rien d'un établissement protégé, sauf son SIRET, que la personne a tapé."""
        return {nom: valeur for nom, valeur in asdict(self).items() if nom not in {"cle", "protege"}}


def siret_ecrit(texte: str) -> str:
    """Les quatorze chiffres d'un SIRET juste, ou rien."""
    chiffres = "".join(signe for signe in texte if not signe.isspace() and signe not in ".-")
    return chiffres if siret_valide(chiffres) else ""


def chercher(texte: str, *, au: date) -> list[Lieu]:
    """Par SIRET, dans le registre ; par nom ou rue, parmi les locaux occupés. Huit propositions au plus."""
    siret = siret_ecrit(texte)
    if siret:
        return [_du_registre(fiche) for fiche in fiches([siret]).values()]
    if len(texte.strip()) < 3:
        return []
    table = filtrer(situation(au), Criteres(texte=texte, etat="occupe"))
    return [_du_local(ligne) for ligne in trier(table, "adresse").slice(0, PROPOSITIONS_MAX).to_pylist()]


def lieu_de(cle: str, *, au: date) -> Lieu | None:
    """Le lieu d'une proposition, relu : ce qu'un formulaire renvoie ne se croit pas."""
    sorte, _, valeur = cle.partition(":")
    if sorte == "siret":
        return next(iter(chercher(valeur, au=au)), None) if siret_ecrit(valeur) else None
    local = Local.objects.filter(reference=valeur).first() if sorte == "local" else None
    if local is None:
        return None
    lignes = filtrer(situation(au), Criteres(parmi=frozenset({local.pk}))).to_pylist()
    return _du_local(lignes[0]) if lignes else None


def _du_registre(fiche: dict[str, Any]) -> Lieu:
    """`fiche` est masquée : un nom ou une adresse vide y est protégé."""
    nom = fiche["enseigne"] or fiche["denomination_usuelle"] or fiche["nom"] or ""
    adresse = fiche["adresse"] or ""
    activite = activite_de_naf(fiche["naf"] or "", fiche["naf_nomenclature"] or "") or activite_de_naf(
        fiche["naf25"] or "", NAF_2025
    )
    return Lieu(
        f"siret:{fiche['siret']}", nom, adresse, fiche["code_commune"] or "", famille_de(activite), fiche["siret"],
        lon=fiche["lon"], lat=fiche["lat"], protege=not (nom and adresse),
    )  # fmt: skip


def _du_local(ligne: dict[str, Any]) -> Lieu:
    return Lieu(
        f"local:{ligne['id']}", ligne["enseigne"] or ligne["nom"] or "", ligne["adresse"] or "",
        ligne["code_commune"], ligne["famille"] or "", ligne["siret"] or "", ligne["id"], ligne["lon"], ligne["lat"],
    )  # fmt: skip


def choix_d_activite() -> list[tuple[str, str]]:
    """Les familles d'activités d'un commerce."""
    return [(code, famille.libelle) for code, famille in familles().items() if code != NON_COMMERCIAL]


def choix_de_commune() -> list[tuple[str, str]]:
    return sorted(territoire().communes.items(), key=lambda commune: commune[1])


def cle_adresse(adresse: str, code_commune: str) -> str:
    """« 12, Rue de la Liberté » → « 21231|rue de la liberte|12 » ; vide si l'adresse n'a pas de voie."""
    debut, _, reste = adresse.strip().replace(",", " ").partition(" ")
    numero, voie = (debut, reste) if debut[:1].isdigit() else ("", adresse)
    premier, _, suite = voie.strip().partition(" ")
    if premier.lower() in {"bis", "ter"}:
        numero, voie = f"{numero} {premier}", suite
    cle = cle_voie(voie.replace(",", " "))
    return f"{code_commune}|{cle}|{cle_numero(numero)}" if cle else ""


class Situer:
    """Les positions connues : d'un SIRET par le registre, d'une adresse par les locaux. Lues une fois pour un lot."""

    def __init__(self, sirets: Iterable[str]) -> None:
        self._registre = fiches({siret for siret in sirets if siret})
        self._locaux = {
            f"{commune}|{cle_voie(voie)}|{cle_numero(numero)}": (lon, lat)
            for commune, voie, numero, lon, lat in Local.objects.filter(
                voie__isnull=False, lon__isnull=False, ecarte_le__isnull=True
            )
            .order_by("-pk")
            .values_list("code_commune", "voie__nom", "numero", "lon", "lat")
        }

    def position(self, siret: str, adresse: str, code_commune: str) -> tuple[float | None, float | None]:
        fiche = self._registre.get(siret)
        if fiche and fiche["lon"] is not None:
            return fiche["lon"], fiche["lat"]
        return self._locaux.get(cle_adresse(adresse, code_commune), (None, None))

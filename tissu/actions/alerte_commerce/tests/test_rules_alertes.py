"""Une alerte : d'où elle va, sa fraîcheur, ce qu'elle ne dit pas, qui elle vise, ses mots, sa chaîne mesurée."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.actions.alerte_commerce.choices import GesteAlerte
from tissu.actions.alerte_commerce.rules import alertes, article10, chaine, ciblage, redaction, secret
from tissu.messages.rules.segmentation import GSM, segmenter

CAS = Path(__file__).parent / "cas"
AU = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


def lire(nom: str) -> Any:
    return yaml.safe_load((CAS / f"{nom}.yaml").read_text(encoding="utf-8"))


def a(heure: str | None) -> datetime | None:
    return datetime.fromisoformat(f"2026-11-23T{heure}+00:00") if heure else None


@pytest.mark.parametrize("cas", lire("alertes")["fraicheur"], ids=lambda cas: cas["nom"])
def test_un_fait_assez_frais(cas: dict[str, Any]) -> None:
    refus = alertes.refus_d_alerter(
        fait_le=a(cas["fait"]) or AU, appel_17_le=a(cas.get("appel")), retard=cas.get("retard", ""),
        interpelle=cas.get("interpelle", False), au=AU, limite=timedelta(hours=1),
    )  # fmt: skip
    assert refus.startswith(cas["refus"])
    assert bool(refus) == bool(cas["refus"])


@pytest.mark.parametrize("cas", lire("alertes")["passages"], ids=lambda cas: f"{cas['etat']}-{cas['geste']}")
def test_d_ou_une_alerte_peut_aller(cas: dict[str, Any]) -> None:
    assert alertes.suite(cas["etat"], GesteAlerte(cas["geste"])) == cas["vers"]


@pytest.mark.parametrize("cas", lire("alertes")["approbations"])
def test_deux_personnes(cas: dict[str, Any]) -> None:
    assert alertes.peut_approuver(**{k: v for k, v in cas.items() if k != "permis"}) is cas["permis"]


@pytest.mark.parametrize("cas", lire("article10"), ids=lambda cas: cas["texte"][:40])
def test_ce_qu_une_alerte_ne_dit_pas(cas: dict[str, Any]) -> None:
    trouves = article10.interdits(cas["texte"])
    assert [{"texte": un.texte, "motif": str(un.motif)} for un in trouves] == cas["refus"]
    assert all(cas["texte"][un.debut : un.fin] == un.texte and un.texte in un.phrase for un in trouves)


@dataclass(frozen=True)
class Boutique:
    pk: int = 1
    lon: float | None = 5.04
    lat: float | None = 47.32
    code_commune: str = "21231"
    activite: str = "alimentaire"
    horaires: dict[str, list[list[str]]] = field(default_factory=dict)
    rayon_m: int | None = None
    refus_activites: tuple[str, ...] = ()


@pytest.mark.parametrize("cas", lire("ciblage"), ids=lambda cas: cas["nom"])
def test_qui_une_alerte_previent(cas: dict[str, Any]) -> None:
    place = {"lat": 47.32 + cas.get("m", 0) / 111_320}
    fait = ciblage.Fait(
        5.04, 47.32, "21231", cas.get("activite", ""), AU, dedans=frozenset({1} if cas.get("dedans") else ())
    )
    rendu = ciblage.cibler(
        [Boutique(**place | cas.get("commerce", {}))], ciblage.Cible.de_json(cas["cible"]), fait,
        recues={1: cas.get("recues", 0)}, plafond=8, deja=frozenset({1} if cas.get("deja") else ()),
    )  # fmt: skip
    attendu = {"vise": (1, {}), "hors": (0, {})}.get(cas["issue"], (0, {cas["issue"]: 1}))
    assert (len(rendu.vises), rendu.hors) == attendu


def test_le_plus_proche_d_abord_puis_ceux_sans_position() -> None:
    boutiques = [Boutique(pk=1, lat=None, lon=None), Boutique(pk=2, lat=47.33), Boutique(pk=3, lat=47.321)]
    fait = ciblage.Fait(5.04, 47.32, "21231", "", AU)
    rendu = ciblage.cibler(boutiques, ciblage.Cible("tous"), fait, recues={}, plafond=8)
    assert [vise.commerce.pk for vise in rendu.vises] == [3, 2, 1]


@pytest.mark.parametrize(("combien", "rayon"), [(19, 1000), (20, 300)])
def test_le_rayon_suit_la_densite(combien: int, rayon: int) -> None:
    boutiques = [Boutique(pk=rang) for rang in range(combien)] + [Boutique(lat=47.4), Boutique(lon=None, lat=None)]
    fait = ciblage.Fait(5.04, 47.32, "21231", "", AU)
    assert ciblage.rayon_propose(boutiques, fait, rayons=(300, 1000), dense=20) == rayon


def test_une_cible_se_garde_et_se_relit() -> None:
    cible = ciblage.Cible("polygone", polygone=((5.0, 47.0), (5.1, 47.0), (5.1, 47.1)), activites=("services",))
    assert ciblage.Cible.de_json(cible.en_json()) == cible


@pytest.mark.parametrize("cas", lire("redaction"), ids=lambda cas: cas["nom"])
def test_les_mots_du_sms(cas: dict[str, Any]) -> None:
    texte = redaction.composer(
        redaction.Mots(type=cas.get("type", "alerte"), fait_le=AU.replace(minute=5), **cas["champs"])
    )
    assert texte == cas["texte"]
    assert segmenter(texte).encodage == GSM


@pytest.mark.parametrize(("combien", "rang"), [(1, 0), (19, 18), (20, 18), (21, 19), (100, 94)])
def test_le_centile_des_receptions(combien: int, rang: int) -> None:
    moments = [AU + timedelta(seconds=s) for s in range(combien)]
    assert chaine.centile(reversed(moments)) == moments[rang]


def test_rien_de_recu_n_a_pas_de_centile() -> None:
    assert chaine.centile([]) is None


def test_la_chaine_saute_un_pas_inconnu() -> None:
    heures = {"fait_le": AU, "redigee_le": AU + timedelta(minutes=5), "envoyee_le": AU + timedelta(minutes=7)}
    pas = chaine.chaine(heures)
    assert [un.titre for un in pas] == [titre for _, titre in chaine.PAS]
    assert [chaine.duree_lisible(un.depuis_avant) for un in pas] == ["", "", "5 min", "2 min", "", ""]
    assert [chaine.duree_lisible(un.depuis_fait) for un in pas] == ["0 s", "", "5 min", "7 min", "", ""]


def test_une_mediane_de_moins_de_trois_alertes_se_tait() -> None:
    durees = [timedelta(minutes=m) for m in (4, 9, 5)]
    assert chaine.mediane(durees, secret=3) == timedelta(minutes=5)
    assert chaine.mediane(durees[:2], secret=3) is None


@pytest.mark.parametrize(("secondes", "dit"), [(45, "45 s"), (120, "2 min"), (245, "4 min 05"), (4320, "1 h 12")])
def test_une_duree_se_lit(secondes: int, dit: str) -> None:
    assert chaine.duree_lisible(timedelta(seconds=secondes)) == dit


@pytest.mark.parametrize("cas", lire("secret"), ids=lambda cas: cas["nom"])
def test_aucune_case_ne_laisse_deviner_une_alerte(cas: dict[str, Any]) -> None:
    assert [list(case) for case in secret.regrouper(cas["comptes"], seuil=3)] == cas["montre"]


@pytest.mark.parametrize(
    ("comptes", "montre"),
    [
        ([], []),
        ([(9, 1), (12, 1)], []),
        ([(9, 3), (12, 4)], [((9, 9), 3), ((12, 12), 4)]),
        ([(9, 1), (12, 0), (15, 2), (18, 5)], [((9, 15), 3), ((18, 18), 5)]),
        ([(9, 3), (12, 2)], [((9, 12), 5)]),
        ([(9, 3), (12, 1), (15, 0), (18, 1)], [((9, 18), 5)]),
    ],
)
def test_des_tranches_voisines_se_reunissent(comptes: list[Any], montre: list[Any]) -> None:
    assert secret.reunir_les_voisines(comptes, seuil=3) == montre


@pytest.mark.parametrize("cas", lire("a_taire"), ids=lambda cas: cas["nom"])
def test_les_chiffres_que_l_on_tait(cas: dict[str, Any]) -> None:
    tues = secret.a_taire(cas["bases"], seuil=3, groupe=lambda case: case.split("/")[0])
    assert sorted(tues) == cas["tues"]

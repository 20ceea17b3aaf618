"""Les commandes `flux`, `plus-de-50` et `digests` : contrat du JSON, formats, erreurs et codes de sortie."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from jsonschema import validate

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.tests import registre as petit
from tissu.entrepot.instantane import Instantane

pytestmark = pytest.mark.django_db

JOUR = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
COMPTE = {
    "type": "object",
    "properties": {"etablissements": {"type": "integer"}, "unites_legales": {"type": "integer"}},
    "required": ["etablissements", "unites_legales"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "mois": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
        "territoire": {"type": "string"},
        "source_au": JOUR,
        "perimetre": {"type": "string", "minLength": 20},
        "totaux": {
            "type": "object",
            "properties": dict.fromkeys(rules.TYPES_PUBLIES, COMPTE),
            "required": list(rules.TYPES_PUBLIES),
            "additionalProperties": False,
        },
        "evenements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "siret": {"type": "string", "pattern": r"^\d{14}$"},
                    "type": {"enum": list(rules.TYPES_PUBLIES)},
                    "date_effet": JOUR,
                    "connu_le": {"anyOf": [JOUR, {"type": "null"}]},
                },
                "required": ["siret", "type", "date_effet", "connu_le"],
                "additionalProperties": False,
            },
        },
        "solde": {"type": "object"},
        "interruptions_courtes": {"type": "integer"},
        "revisions": {"type": "array"},
    },
    "required": ["mois", "territoire", "source_au", "perimetre", "totaux", "evenements", "solde", "revisions"],
}


def appeler(commande: str, **options: Any) -> str:
    sortie = io.StringIO()
    call_command(commande, stdout=sortie, **options)
    return sortie.getvalue()


@pytest.mark.parametrize("secteurs", ["industrie-services", "tous"])
def test_le_json_de_flux_tient_son_contrat(registre: Instantane, secteurs: str) -> None:
    lu = json.loads(appeler("flux", mois="2026-10", secteurs=secteurs))
    validate(lu, SCHEMA)
    assert list(lu)[:6] == ["mois", "territoire", "source_au", "perimetre", "totaux", "evenements"]
    assert list(lu["totaux"]) == list(rules.TYPES_PUBLIES)
    assert (lu["mois"], lu["territoire"], lu["source_au"]) == ("2026-10", "Dijon Métropole", "2026-11-15")
    assert lu["totaux"]["creation_pure"]["etablissements"] == (2 if secteurs == "industrie-services" else 5)


def test_les_evenements_du_json_redonnent_ses_totaux(registre: Instantane) -> None:
    lu = json.loads(appeler("flux", mois="2026-10"))
    for type_, compte in lu["totaux"].items():
        sirets = {e["siret"] for e in lu["evenements"] if e["type"] == type_}
        assert compte == {"etablissements": len(sirets), "unites_legales": len({siret[:9] for siret in sirets})}


@pytest.mark.parametrize(
    ("format_", "debut"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")]
)
def test_chaque_format_s_ecrit_dans_un_fichier(
    registre: Instantane, tmp_path: Path, format_: str, debut: bytes
) -> None:
    for commande, periode in (("flux", {"mois": "2026-10"}), ("plus_de_50", {"semestre": "2026-S1"})):
        cible = tmp_path / f"{commande}.{format_}"
        assert appeler(commande, format=format_, sortie=str(cible), **periode) == ""
        assert cible.read_bytes().startswith(debut)


@pytest.mark.parametrize(
    ("commande", "options", "code", "message"),
    [
        ("flux", {"mois": "octobre"}, 2, "« octobre » n'est pas un mois"),
        ("flux", {"mois": "2027-01"}, 4, "postérieur aux données du registre, arrêtées au 15/11/2026"),
        ("flux", {"mois": "2026-10", "sortie": "/dossier-absent/x.json"}, 5, "le dossier n'existe pas"),
        ("plus_de_50", {"semestre": "2026-1"}, 2, "« 2026-1 » n'est pas un semestre"),
        ("plus_de_50", {"semestre": "2027-S1"}, 4, "postérieur aux données"),
    ],
)
def test_les_erreurs_se_lisent(
    registre: Instantane, commande: str, options: dict[str, str], code: int, message: str
) -> None:
    with pytest.raises(CommandError, match=message) as erreur:
        appeler(commande, **options)
    assert erreur.value.returncode == code


@pytest.mark.parametrize(
    ("commande", "options"), [("flux", {"mois": "2026-10"}), ("plus_de_50", {"semestre": "2026-S1"})]
)
def test_sans_registre_la_commande_dit_quoi_faire(dossier: Path, commande: str, options: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="Importez les fichiers SIRENE") as erreur:
        appeler(commande, **options)
    assert erreur.value.returncode == 3


def test_la_liste_en_json_dit_la_source_et_l_annee(registre: Instantane) -> None:
    lu = json.loads(appeler("plus_de_50", semestre="2026-S1"))
    assert [(e["identifiant"], e["source"], e["annee"]) for e in lu["etablissements"]] == [
        (petit.siret(53), "tranche", None), (petit.siret(51), "consulaire", 2026), (petit.siret(52), "tranche", 2024),
    ]  # fmt: skip
    assert "dirigeant" not in json.dumps(lu)


def test_les_digests_disent_combien_sont_partis() -> None:
    assert appeler("digests") == "Résumés déposés : 0 ; le facteur les remet.\n"

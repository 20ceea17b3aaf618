"""La CDAC : chaque cas de `cas/cdac.yaml`, et ce qui vaut de tout projet."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tissu.actions.observatoire_commerce.choices import NatureProjet, Qualification, SecteurProjet
from tissu.actions.observatoire_commerce.queries.droit import FICHIER, droit, qualifie, seuils_au
from tissu.actions.observatoire_commerce.rules.cdac import Projet, delais
from tissu.actions.observatoire_commerce.rules.droit_cdac import ReglesInvalides, lire_droit

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "cdac.yaml").read_text(encoding="utf-8"))
CHAMPS = {
    "existante": "surface_existante_m2", "creee": "surface_creee_m2", "ensemble": "dans_ensemble",
    "surface_ensemble": "surface_ensemble_m2", "ferme": "ferme_le", "rouvre": "reouvre_le",
    "disposition": "disposition_le", "plancher": "surface_plancher_m2", "ort": "en_ort", "demande": "demande_le",
}  # fmt: skip
OUI_NON = {"oui": True, "non": False}


def projet(decrit: dict[str, Any]) -> Projet:
    """Le projet d'un cas : « oui » et « non », surfaces en nombres."""
    champs = {"demande_le": date(2026, 3, 1)}
    for cle, valeur in decrit.items():
        nom = CHAMPS.get(cle, cle)
        if nom.endswith("_m2"):
            valeur = Decimal(str(valeur))
        champs[nom] = OUI_NON.get(valeur, valeur) if isinstance(valeur, str) else valeur
    return Projet(**champs)


def plats(textes: tuple[str, ...]) -> tuple[str, ...]:
    """Les phrases avec des espaces ordinaires, comme on les écrit ici."""
    return tuple(texte.replace("\u202f", " ") for texte in textes)


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["cas"])
def test_chaque_cas_de_la_loi(cas: dict[str, Any]) -> None:
    verdict = qualifie(projet(cas["projet"]))
    assert verdict.code == cas["attendu"], verdict
    assert verdict.motifs
    if "reference" in cas:
        assert verdict.references[0] == cas["reference"]
    if "manque" in cas:
        assert list(verdict.pieces_manquantes) == cas["manque"]
    assert bool(verdict.saisine) == cas.get("saisine", False)


def test_les_raisons_disent_les_surfaces_et_les_seuils() -> None:
    verdict = qualifie(projet({"nature": "extension", "secteur": "autre", "existante": 950.5, "creee": 100}))
    assert plats(verdict.motifs) == (
        "L'extension fait passer le magasin de 950,50 à 1 050,50 m² : il franchit 1 000 m².",
    )
    assert plats(verdict.reserves) == (
        "Dans le secteur d'une opération de revitalisation de territoire (ORT) qui comprend un centre-ville, et sans "
        "artificialiser de sols, le projet serait dispensé.",
        "Un projet qui artificialise des sols n'est autorisé que par dérogation.",
    )


def test_une_dispense_dit_ce_qu_il_en_serait_sans_elle() -> None:
    verdict = qualifie(projet({"nature": "creation", "secteur": "pharmacie", "creee": 1400, "ensemble": "non"}))
    assert plats(verdict.motifs) == (
        "Les pharmacies ne sont pas soumises, quelle que soit leur surface.",
        "Sans cette dispense, il le serait. Le magasin créé aurait 1 400 m² de surface de vente, plus que 1 000 m².",
    )


def test_l_artificialisation_se_dit_d_un_projet_soumis() -> None:
    grand = {"nature": "creation", "secteur": "autre", "ensemble": "non", "ort": "non", "artificialisation": "oui"}
    assert plats(qualifie(projet(grand | {"creee": 2000})).attentions) == (
        "Le projet artificialise des sols : l'autorisation est interdite, sauf dérogation motivée "
        "(moins de 10 000 m²).",
    )
    assert plats(qualifie(projet(grand | {"creee": 10000})).attentions) == (
        "Le projet artificialise des sols et atteint 10 000 m² : aucune dérogation n'est possible.",
    )
    assert qualifie(projet(grand | {"creee": 2000, "demande": date(2022, 10, 14)})).attentions == ()


SURFACES = st.one_of(st.none(), st.decimals(0, 20_000, places=2))
BOOLEENS = st.one_of(st.none(), st.booleans())
PROJETS = st.builds(
    Projet,
    nature=st.sampled_from(NatureProjet.values),
    secteur=st.sampled_from(SecteurProjet.values),
    demande_le=st.dates(date(2000, 1, 1), date(2035, 1, 1)),
    surface_existante_m2=SURFACES, surface_creee_m2=SURFACES, surface_ensemble_m2=SURFACES,
    surface_plancher_m2=SURFACES, secteur_avant=st.sampled_from(["", "alimentaire", "autre"]),
    dans_ensemble=BOOLEENS, redressement=BOOLEENS, drive_integre=BOOLEENS, en_ort=BOOLEENS, ort_soumet=BOOLEENS,
    artificialisation=BOOLEENS, permis=BOOLEENS, habitants=st.one_of(st.none(), st.integers(0, 500_000)),
    ferme_le=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2035, 1, 1))),
    reouvre_le=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2035, 1, 1))),
)  # fmt: skip


@given(PROJETS)
def test_tout_projet_a_une_reponse_motivee(un: Projet) -> None:
    verdict = qualifie(un)
    assert verdict.motifs and all(motif and "{" not in motif for motif in verdict.motifs)
    if verdict.code == Qualification.SOUMIS:
        assert verdict.references and not verdict.saisine
    if verdict.code == Qualification.A_PRECISER and un.demande_le >= droit().depuis:
        assert verdict.pieces_manquantes


@given(PROJETS, st.decimals(0, 5_000, places=2))
def test_agrandir_ne_dispense_jamais_de_l_autorisation(un: Projet, de_plus: Decimal) -> None:
    """Une surface créée plus grande ne fait jamais passer de soumis à non soumis."""
    if un.surface_creee_m2 is None or qualifie(un).code != Qualification.SOUMIS:
        return
    # La convention d'une ORT est lue à part au-delà de son seuil : elle peut dispenser plus grand, par son seul texte.
    ferme = replace(un, ort_soumet=None)
    if qualifie(ferme).code == Qualification.SOUMIS:
        assert qualifie(replace(ferme, surface_creee_m2=un.surface_creee_m2 + de_plus)).code == Qualification.SOUMIS


@given(PROJETS)
def test_un_drive_depuis_2014_est_soumis_ou_integre(un: Projet) -> None:
    drive = replace(un, nature=NatureProjet.DRIVE, secteur=SecteurProjet.ALIMENTAIRE, demande_le=date(2020, 1, 1))
    petit_integre = drive.drive_integre is True and (drive.surface_plancher_m2 or Decimal(99)) <= 20
    if drive.surface_plancher_m2 == 0:
        petit_integre = drive.drive_integre is True
    assert qualifie(drive).code == (Qualification.NON_SOUMIS if petit_integre else Qualification.SOUMIS)


def test_les_delais_partent_du_depot_et_de_la_decision() -> None:
    seuils = seuils_au(date(2026, 3, 1))
    reponse, recours = delais(seuils, saisine=False, depot_le=date(2025, 12, 31), decision_le=None)
    assert (reponse.duree_mois, reponse.echeance) == (2, date(2026, 2, 28))
    assert (recours.duree_mois, recours.echeance) == (1, None)
    assert delais(seuils, saisine=True, depot_le=date(2026, 3, 1), decision_le=None)[0].echeance == date(2026, 4, 1)


def test_chaque_seuil_nomme_par_une_regle_est_un_parametre_en_vigueur_avec_elle() -> None:
    for regle in droit().regles:
        connus = seuils_au(regle.debut)
        for condition in regle.conditions:
            assert {condition.seuil, condition.seuil_alimentaire} - {""} <= set(connus), regle.code


@pytest.mark.parametrize(
    ("defaut", "message"),
    [
        ({"conditions": [{"fait": "inconnu", "signe": ">", "valeur": 1}]}, "le fait « inconnu » n'existe pas"),
        ({"conditions": [{"fait": "habitants", "signe": "≥", "valeur": 1}]}, "le signe « ≥ » n'existe pas"),
        ({"conditions": [{"fait": "habitants", "signe": ">"}]}, "à une valeur ou à un seuil, pas aux deux"),
        ({"natures": ["vente"]}, "natures : vente n'existe pas"),
    ],
)
def test_une_regle_mal_ecrite_est_nommee(defaut: dict[str, Any], message: str) -> None:
    contenu = yaml.safe_load(FICHIER.read_text(encoding="utf-8"))
    contenu["regles"][0] |= defaut
    with pytest.raises(ReglesInvalides, match=message):
        lire_droit(contenu)

"""Croisements : des petits fichiers officiels aux tables de l'instantané, cas écrits en YAML."""

import dataclasses
from datetime import date

import pytest

from tissu.registre.tests.fabrique import CONTEXTE, composer, etablissement, par, periode, unite
from tissu.registre.tests.test_rules import lire_cas, periodes_du_cas

FERMETURES = lire_cas("fermetures.yaml")
EVENEMENTS = lire_cas("evenements.yaml")


# --- Fermetures : la composition dit comme la règle pure ---


@pytest.fixture(scope="module")
def registre_des_fermetures():
    historique, stock = [], []
    for rang, cas in enumerate(FERMETURES):
        siret = f"{rang:09d}00011"
        lues = list(periodes_du_cas(cas))
        for debut, etat, change in lues:
            historique.append(
                periode(
                    siret, debut or "1900-01-01", etat,
                    changementEtatAdministratifEtablissement=None if change is None else str(change).lower(),
                )
            )  # fmt: skip
        etat = [etat for _, etat, _ in lues if etat][-1]
        stock.append(etablissement(siret, dateDebut=lues[-1][0], etatAdministratifEtablissement=etat))
    return composer(sirene_etablissements=stock, sirene_historique=historique)


@pytest.mark.parametrize("rang", range(len(FERMETURES)), ids=[cas["cas"] for cas in FERMETURES])
def test_date_de_fermeture_composee(registre_des_fermetures, rang):
    ligne = par(registre_des_fermetures["etablissements"], "siret")[f"{rang:09d}00011"]
    assert ligne["date_fermeture"] == FERMETURES[rang]["fermeture"]


# --- Événements ---


def lignes_du_cas(rang, cas):
    """Les fichiers officiels d'un cas. Un SIREN pour l'unité du cas, un autre pour « autre »."""
    sirens = {"": f"{100 + rang:06d}001", "autre": f"{100 + rang:06d}002"}

    def siret(nic):
        unite_, _, numero = nic.rpartition(":")
        return sirens[unite_] + numero

    lignes = {nom: [] for nom in ("sirene_etablissements", "sirene_unites_legales", "sirene_historique")}
    lignes |= {"sirene_successions": [], "bodacc": []}
    for cle, siren in (("unite", sirens[""]), ("autre", sirens["autre"])):
        if cle in cas:
            lignes["sirene_unites_legales"].append(
                unite(
                    siren,
                    dateCreationUniteLegale=cas[cle]["creation"],
                    nicSiegeUniteLegale=cas[cle].get("siege", "00011"),
                    etatAdministratifUniteLegale=cas[cle].get("etat", "A"),
                    dateDebut=cas[cle].get("debut", cas[cle]["creation"]),
                )
            )
    for decrit in cas["etablissements"]:
        numero = siret(decrit["nic"])
        naf = decrit.get("naf", "62.01Z")
        for debut, etat in decrit["periodes"]:
            lignes["sirene_historique"].append(periode(numero, debut, etat, activitePrincipaleEtablissement=naf))
        if "dehors" not in decrit:
            debut, etat = decrit["periodes"][-1]
            lignes["sirene_etablissements"].append(
                etablissement(
                    numero,
                    dateCreationEtablissement=decrit["creation"],
                    etablissementSiege=None,
                    libelleVoieEtablissement=decrit.get("voie", "DES TANNEURS"),
                    activitePrincipaleEtablissement=naf,
                    dateDebut=debut,
                    etatAdministratifEtablissement=etat,
                )
            )
    for lien in cas.get("liens", ()):
        lignes["sirene_successions"].append(
            {
                "siretEtablissementPredecesseur": siret(lien["de"]),
                "siretEtablissementSuccesseur": siret(lien["vers"]),
                "dateLienSuccession": str(lien["le"]),
                "transfertSiege": str(lien.get("siege") == "oui").lower(),
                "continuiteEconomique": str(lien.get("continuite") == "oui").lower(),
            }
        )
    for annonce in cas.get("annonces", ()):
        lignes["bodacc"].append(
            {
                "id": f"{annonce['id']}-{rang}",
                "siren": sirens[""],
                "famille": "collective",
                "type_avis": annonce.get("avis", "annonce"),
                "date_parution": annonce["parution"],
                "date_effet": annonce.get("effet"),
                "annulee": False,
                "evenement": annonce.get("evenement"),
                "id_precedent": f"{annonce['vise']}-{rang}" if "vise" in annonce else None,
                "nature": "Nature",
            }
        )
    attendu = {(siret(nic), type_, jour, siret(lie[0]) if lie else None) for nic, type_, jour, *lie in cas["attendu"]}
    return lignes, attendu, set(sirens.values())


@pytest.fixture(scope="module")
def registre_des_evenements():
    toutes, attendus = {}, []
    for rang, cas in enumerate(EVENEMENTS):
        lignes, attendu, sirens = lignes_du_cas(rang, cas)
        attendus.append((attendu, sirens))
        for nom, contenu in lignes.items():
            toutes.setdefault(nom, []).extend(contenu)
    return composer(**toutes), attendus


@pytest.mark.parametrize("rang", range(len(EVENEMENTS)), ids=[cas["cas"] for cas in EVENEMENTS])
def test_evenements(registre_des_evenements, rang):
    tables, attendus = registre_des_evenements
    attendu, sirens = attendus[rang]
    obtenus = [evenement for evenement in tables["evenements"] if evenement["siren"] in sirens]
    assert {(e["siret"], e["type"], e["date_effet"], e["siret_lie"]) for e in obtenus} == attendu
    assert len(obtenus) == len(attendu)
    assert [evenement for evenement in obtenus if not evenement["motif"]] == []
    for type_, motif in EVENEMENTS[rang].get("motif", {}).items():
        assert [e["motif"] for e in obtenus if e["type"] == type_] == [motif]


def test_une_radiation_ne_ferme_rien_et_dit_le_desaccord(registre_des_evenements):
    tables, _ = registre_des_evenements
    desaccords = {annonce["id"].partition("-")[0] for annonce in tables["annonces"] if annonce["desaccord_sirene"]}
    assert desaccords == {"B202300010001"}
    siren = next(annonce["siren"] for annonce in tables["annonces"] if annonce["desaccord_sirene"])
    etats = [ligne["etat"] for ligne in tables["etablissements"] if ligne["siren"] == siren]
    assert etats == ["A", "A"]


def test_annonces_remplacees(registre_des_evenements):
    tables, _ = registre_des_evenements
    annulees = {annonce["id"].partition("-")[0] for annonce in tables["annonces"] if annonce["annulee"]}
    assert annulees == {"A202300020001", "B202300020003"}


def test_le_porteur_hors_siege_est_dit(registre_des_evenements):
    tables, _ = registre_des_evenements
    motifs = {
        evenement["type"]: evenement["motif"]
        for evenement in tables["evenements"]
        if "porté par le premier établissement d'ici" in evenement["motif"]
    }
    assert motifs == {
        "procedure_collective": "BODACC le 10/02/2023 : Nature. Le siège est hors du territoire : l'événement est "
        "porté par le premier établissement d'ici."
    }


def test_sans_adresses_aucun_transfert_n_est_deduit():
    cas = next(cas for cas in EVENEMENTS if cas["cas"].startswith("Transfert déduit"))
    lignes, _, _ = lignes_du_cas(0, cas)
    tables = composer(dataclasses.replace(CONTEXTE, adresses_connues=False), **lignes)
    assert [evenement["type"] for evenement in par_date(tables["evenements"])] == [
        "creation_pure",
        "fermeture_etablissement",
        "etablissement_secondaire",
    ]


def par_date(evenements):
    return sorted(evenements, key=lambda evenement: (evenement["date_effet"], evenement["siret"], evenement["type"]))


def test_le_solde_des_evenements_est_celui_des_ouverts(registre_des_evenements):
    """Entrées moins sorties égalent les établissements ouverts, aux interruptions courtes près."""
    tables, _ = registre_des_evenements
    entrees = {"creation_pure", "reprise", "reactivation", "etablissement_secondaire", "transfert_entrant"}
    entrees |= {"interruption_courte"}
    sorties = {"fermeture_etablissement", "transfert_sortant"}
    types = [evenement["type"] for evenement in tables["evenements"]]
    dates_inconnues = 1
    ouverts = sum(ligne["etat"] == "A" for ligne in tables["etablissements"])
    solde = sum(type_ in entrees for type_ in types) - sum(type_ in sorties for type_ in types)
    assert solde + dates_inconnues == ouverts


# --- Date de connaissance ---


def test_connu_le():
    siret = "00000000000011"
    fichiers = {
        "sirene_etablissements": [
            etablissement(
                siret, dateDebut="2026-09-30", etatAdministratifEtablissement="F",
                dateDernierTraitementEtablissement="2026-10-05T08:00:00",
            )
        ],
        "sirene_unites_legales": [unite("000000000")],
        "sirene_historique": [periode(siret, "2015-03-02", "A"), periode(siret, "2026-09-30", "F")],
    }  # fmt: skip
    tables = composer(**fichiers)
    assert {e["type"]: e["connu_le"] for e in tables["evenements"]} == {
        "creation_pure": None,
        "fermeture_etablissement": date(2026, 10, 5),
    }
    precedent = [
        {"siret": siret, "type": type_, "date_effet": effet, "connu_le": connu}
        for type_, effet, connu in (
            ("fermeture_etablissement", date(2026, 9, 30), date(2026, 10, 1)),
            ("creation_pure", date(2015, 3, 2), date(2015, 3, 9)),
        )
    ]
    tables = composer(**fichiers, connu_le_precedent=precedent)
    assert {e["type"]: e["connu_le"] for e in tables["evenements"]} == {
        "creation_pure": date(2015, 3, 9),
        "fermeture_etablissement": date(2026, 10, 1),
    }


def test_une_fermeture_a_venir_n_est_pas_connue_d_avance_a_une_date_inventee():
    siret = "00000000000011"
    tables = composer(
        sirene_etablissements=[
            etablissement(siret, dateDebut="2026-12-31", etatAdministratifEtablissement="F")
        ],
        sirene_historique=[periode(siret, "2015-03-02", "A"), periode(siret, "2026-12-31", "F")],
    )  # fmt: skip
    fermeture = next(e for e in tables["evenements"] if e["type"] == "fermeture_etablissement")
    assert (fermeture["date_effet"], fermeture["connu_le"]) == (date(2026, 12, 31), None)

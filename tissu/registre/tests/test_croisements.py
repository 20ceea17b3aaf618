"""Croisements : des petits fichiers officiels aux tables de l'instantané, cas écrits en YAML et propriétés."""

import dataclasses
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tissu.registre import rules
from tissu.registre.croisements import SCHEMAS, SORTIES, Contexte
from tissu.registre.tests.fabrique import CONTEXTE, SOURCE_AU, composer, etablissement, periode, unite
from tissu.registre.tests.test_rules import LIGNE, lire_cas, periodes_du_cas

FERMETURES = lire_cas("fermetures.yaml")
DIFFUSION = lire_cas("diffusion.yaml")
EVENEMENTS = lire_cas("evenements.yaml")


def par(lignes, cle):
    return {ligne[cle]: ligne for ligne in lignes}


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


# --- Diffusion ---

# Champs du stock pour chaque valeur de la ligne modèle de `test_rules`.
MARQUE = {
    "trancheEffectifsEtablissement": "21",
    "complementAdresseEtablissement": "BATIMENT B",
    "indiceRepetitionEtablissement": "B",
}


@pytest.fixture(scope="module")
def registre_de_la_diffusion():
    stock, unites, geolocalisation, historique, annonces = [], [], [], [], []
    for rang, cas in enumerate(DIFFUSION):
        siren = f"{rang:09d}"
        siret = f"{siren}00011"
        stock.append(etablissement(siret, statutDiffusionEtablissement=cas["etablissement"], **MARQUE))
        unites.append(
            unite(siren, statutDiffusionUniteLegale=cas["unite"], categorieJuridiqueUniteLegale=cas["categorie"])
        )
        geolocalisation.append({"siret": siret, "qualite_xy": "11", "x_longitude": "5.04", "y_latitude": "47.32"})
        historique.append(periode(siret, "2015-03-02", "A"))
        annonces.append(
            {"id": f"B{rang}", "siren": siren, "famille": "radiation", "type_avis": "annonce",
             "date_parution": date(2026, 1, 5), "annulee": False, "nature": "Radiations", "texte": "M. DUPONT",
             "evenement": "radiation_rcs"}
        )  # fmt: skip
    consulaire = [{"siret": ligne["siret"], "effectif": "12", "capital_eur": "500"} for ligne in stock]
    return composer(
        sirene_etablissements=stock,
        sirene_unites_legales=unites,
        sirene_geolocalisation=geolocalisation,
        sirene_historique=historique,
        consulaire=consulaire,
        bodacc=annonces,
    )


@pytest.mark.parametrize("rang", range(len(DIFFUSION)), ids=[cas["cas"] for cas in DIFFUSION])
def test_diffusion_composee(registre_de_la_diffusion, rang):
    cas = DIFFUSION[rang]
    ligne = par(registre_de_la_diffusion["etablissements"], "siret")[f"{rang:09d}00011"]
    assert [champ for champ in cas["visibles"] if ligne[champ] is None] == []
    assert [champ for champ in cas["caches"] if ligne[champ] is not None] == []
    assert ligne["diffusion"] == ("P" if cas["caches"] else "O")
    assert (ligne["section"], ligne["effectif_cci"], ligne["site_cci"]) == ("J", 12, True)


def test_la_composition_masque_comme_la_regle(registre_de_la_diffusion):
    """Remasquer une ligne déjà composée n'ôte rien : la composition et `rules.masquer` disent la même chose."""
    for nom in ("etablissements", "unites_legales"):
        for ligne in registre_de_la_diffusion[nom]:
            assert rules.masquer(ligne) == ligne
    for cas, ligne in zip(DIFFUSION, registre_de_la_diffusion["etablissements"], strict=True):
        regle = rules.masquer(
            LIGNE
            | {"diffusion_unite": cas["unite"], "diffusion": cas["etablissement"]}
            | {"categorie_juridique": cas["categorie"]}
        )
        compares = [champ for champ in regle if champ in ligne and champ not in ("diffusion", "diffusion_unite")]
        vides = {champ for champ in compares if regle[champ] is None}
        assert {champ for champ in compares if ligne[champ] is None} - {"chiffre_affaires_eur"} == vides - {
            "chiffre_affaires_eur"
        }


def test_rien_de_protege_ne_sort_d_aucune_table(registre_de_la_diffusion):
    """Aucune table de l'instantané ne porte un nom, une voie ou un point d'une personne protégée."""
    proteges = {f"{rang:09d}" for rang, cas in enumerate(DIFFUSION) if cas["unite"] != "O" and "nom" in cas["caches"]}
    secrets = ("LA SOCIETE", "SGL", "ENSEIGNE", "USUEL", "TANNEURS", "21000", "BATIMENT", "5.04", "47.32", "DUPONT")
    assert len(proteges) == 6
    for nom in SORTIES:
        for ligne in registre_de_la_diffusion[nom]:
            if ligne["siret"][:9] in proteges if "siret" in ligne else ligne.get("siren") in proteges:
                assert [secret for secret in secrets if secret in str(ligne)] == [], nom
    visibles = str(registre_de_la_diffusion["etablissements"][0])
    assert [secret for secret in secrets if secret not in visibles] == ["DUPONT"]


def test_sans_fichier_des_unites_un_non_diffusible_est_protege_comme_une_personne():
    tables = composer(
        sirene_etablissements=[
            etablissement("00000000000011", statutDiffusionEtablissement="P"),
            etablissement("00000000100011"),
        ]
    )
    protege, libre = tables["etablissements"]
    assert [protege[champ] for champ in ("nom", "enseigne", "denomination_usuelle", "adresse", "lon")] == [None] * 5
    assert (libre["nom"], libre["diffusion_unite"], libre["adresse"]) == (
        "LE NOM USUEL",
        None,
        "12 RUE DES TANNEURS 21000 Dijon",
    )


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


# --- Fichiers incomplets ---


def test_sans_historique_la_periode_courante_suffit():
    tables = composer(
        sirene_etablissements=[
            etablissement("00000000000011", dateCreationEtablissement=None, dateDebut="2019-04-01"),
            etablissement("00000000100011", dateDebut="1900-01-01", dateCreationEtablissement="1900-01-01"),
        ]
    )
    assert [(p["siret"], p["date_debut"], p["date_fin"], p["etat"]) for p in tables["periodes"]] == [
        ("00000000000011", date(2019, 4, 1), None, "A"),
        ("00000000100011", None, None, "A"),
    ]
    premier, second = tables["etablissements"]
    assert (premier["date_creation"], second["date_creation"]) == (date(2019, 4, 1), None)
    assert [(e["siret"], e["type"], e["date_effet"]) for e in tables["evenements"]] == [
        ("00000000000011", "creation_pure", date(2019, 4, 1))
    ]


def test_une_periode_courante_plus_recente_que_l_historique_s_ajoute():
    siret = "00000000000011"
    tables = composer(
        sirene_etablissements=[etablissement(siret, dateDebut="2026-10-01", etatAdministratifEtablissement="F")],
        sirene_historique=[periode(siret, "2015-03-02", "A")],
    )
    assert [(p["date_debut"], p["date_fin"], p["etat"], p["changement_etat"]) for p in tables["periodes"]] == [
        (date(2015, 3, 2), date(2026, 9, 30), "A", False),
        (date(2026, 10, 1), None, "F", True),
    ]
    assert tables["etablissements"][0]["date_fermeture"] == date(2026, 10, 1)


def test_colonnes_exactes_meme_sans_rien():
    tables = composer(
        sirene_etablissements=[
            {"siret": "00000000000011", "codeCommuneEtablissement": "21231", "dateDebut": "2020-01-01"}
        ]
    )
    assert set(SCHEMAS) == set(SORTIES)
    ligne = tables["etablissements"][0]
    assert list(ligne) == list(SCHEMAS["etablissements"])
    assert (ligne["etat"], ligne["siege"], ligne["corrections"], ligne["site_cci"]) == (None, None, [], False)
    assert list(tables["evenements"][0]) == list(SCHEMAS["evenements"])


def test_les_etablissements_hors_du_territoire_ne_sont_que_dans_leur_table():
    siret = "00000000000029"
    tables = composer(
        sirene_etablissements=[
            etablissement("00000000000011"),
            etablissement(siret, codeCommuneEtablissement="69384"),
        ],
        sirene_historique=[periode(siret, "2018-01-01", "A"), periode(siret, "2020-01-01", "F")],
    )
    assert [ligne["siret"] for ligne in tables["etablissements"]] == ["00000000000011"]
    assert {ligne["siret"] for ligne in tables["periodes"]} == {"00000000000011"}
    assert tables["etablissements_hors"] == [
        {
            "siret": siret, "siren": "000000000", "etat": "F", "date_premiere": date(2018, 1, 1),
            "date_fermeture": date(2020, 1, 1), "naf": "62.01Z",
        }
    ]  # fmt: skip


# --- Activité, noms, corrections, positions ---


def test_les_agregats_ne_valent_que_pour_la_naf_rev2():
    tables = composer(
        sirene_etablissements=[
            etablissement(f"{rang:09d}00011", activitePrincipaleEtablissement=code,
                          nomenclatureActivitePrincipaleEtablissement=nomenclature)
            for rang, (code, nomenclature) in enumerate(
                [("62.01Z", "NAFRev2"), ("62.01Z", "NAF2025"), ("62.01Z", "NAF1993"), ("62.01Z", None),
                 ("6201Z", "NAFRev2"), ("72.2C", "NAFRev1")]
            )
        ]
    )  # fmt: skip
    lus = sorted((e["siret"], e["section"], e["division"], e["a10"]) for e in tables["etablissements"])
    assert [valeurs[1:] for valeurs in lus] == [
        ("J", "62", "JZ"),
        *[(None, None, None)] * 3,
        ("J", "62", "JZ"),
        (None, None, None),
    ]


def test_une_nomenclature_2025_a_ses_propres_agregats():
    """En 2027, le même code change de section : chaque nomenclature garde la sienne."""
    naf = [
        {"code": "62.01Z", "nomenclature": "NAFRev2", "section": "J", "division": "62"},
        {"code": "62.01Z", "nomenclature": "NAF2025", "section": "K", "division": "62"},
    ]
    tables = composer(
        naf=naf,
        sirene_etablissements=[
            etablissement("00000000000011", activitePrincipaleNAF25Etablissement="62.10Y"),
            etablissement("00000000100011", nomenclatureActivitePrincipaleEtablissement="NAF2025"),
        ],
    )
    lus = par(tables["etablissements"], "siret")
    assert [(e["section"], e["naf25"]) for _, e in sorted(lus.items())] == [("J", "62.10Y"), ("K", None)]


def test_agregats_reduits_aux_divisions():
    tables = composer(
        naf=[{"code": "62", "section": "J", "division": "62", "a10": "JZ"}],
        sirene_etablissements=[etablissement("00000000000011")],
    )
    ligne = tables["etablissements"][0]
    assert (ligne["section"], ligne["division"], ligne["a10"], ligne["a138"]) == ("J", "62", "JZ", None)


def test_nom():
    personne = {"denominationUniteLegale": None, "categorieJuridiqueUniteLegale": "1000", "nomUniteLegale": "Durand"}
    cas = [
        ({"denominationUniteLegale": "LA SOCIETE"}, "LA SOCIETE"),
        ({"denominationUniteLegale": None, "denominationUsuelle1UniteLegale": "USUELLE"}, "USUELLE"),
        (personne | {"prenom1UniteLegale": "MARIE", "prenomUsuelUniteLegale": "ANNE-LISE"}, "Anne-Lise DURAND"),
        (personne | {"prenom1UniteLegale": "MARIE", "nomUsageUniteLegale": "LE GOFF"}, "Marie LE GOFF"),
        (personne, "DURAND"),
        ({"denominationUniteLegale": None}, "LE NOM USUEL"),
    ]
    sirens = [f"{rang:09d}" for rang in range(len(cas))]
    tables = composer(
        sirene_etablissements=[etablissement(f"{siren}00011") for siren in sirens],
        sirene_unites_legales=[unite(siren, **champs) for siren, (champs, _) in zip(sirens, cas, strict=True)],
    )
    etablissements = par(tables["etablissements"], "siren")
    assert [etablissements[siren]["nom"] for siren in sirens] == [nom for _, nom in cas]
    unites = par(tables["unites_legales"], "siren")
    assert [unites[siren]["nom"] for siren in sirens] == [nom for _, nom in cas[:-1]] + [None]


def test_corrections():
    siret, protege = "00000000000011", "00000000100011"
    tables = composer(
        sirene_etablissements=[etablissement(siret), etablissement(protege, statutDiffusionEtablissement="P")],
        corrections=[
            {"siret": siret, "champ": "enseigne", "valeur": "AU BON COIN"},
            {"siret": siret, "champ": "naf", "valeur": "56.10A"},
            {"siret": siret, "champ": "lon", "valeur": "5.01"},
            {"siret": siret, "champ": "lat", "valeur": "47.30"},
            {"siret": siret, "champ": "denomination_usuelle", "valeur": ""},
            {"siret": siret, "champ": "siren", "valeur": "999999999"},
            {"siret": protege, "champ": "lon", "valeur": "5.01"},
            {"siret": protege, "champ": "lat", "valeur": "47.30"},
        ],
    )
    lignes = par(tables["etablissements"], "siret")
    corrige = lignes[siret]
    assert (corrige["enseigne"], corrige["naf"], corrige["section"]) == ("AU BON COIN", "56.10A", "I")
    assert (corrige["lon"], corrige["lat"], corrige["origine_position"]) == (5.01, 47.30, "correction")
    assert (corrige["denomination_usuelle"], corrige["siren"]) == (None, "000000000")
    assert corrige["corrections"] == ["denomination_usuelle", "enseigne", "lat", "lon", "naf"]
    assert (lignes[protege]["lon"], lignes[protege]["origine_position"]) == (None, None)


def test_le_point_de_l_insee_prime_et_le_point_au_hasard_ne_compte_pas():
    sirets = [f"{rang:09d}00011" for rang in range(3)]
    tables = composer(
        sirene_etablissements=[etablissement(siret) for siret in sirets[:2]]
        + [etablissement(sirets[2], coordonneeLambertAbscisseEtablissement=None)],
        sirene_geolocalisation=[
            {"siret": sirets[0], "qualite_xy": "11", "x_longitude": "5.01", "y_latitude": "47.30"},
            {"siret": sirets[1], "qualite_xy": "33", "x_longitude": "5.90", "y_latitude": "47.90"},
            {"siret": sirets[2], "qualite_xy": "33", "x_longitude": "5.90", "y_latitude": "47.90"},
        ],
    )
    lignes = par(tables["etablissements"], "siret")
    assert [lignes[siret]["origine_position"] for siret in sirets] == ["geolocalisation_insee", "lambert_sirene", None]
    assert [lignes[siret]["qualite_xy"] for siret in sirets] == ["11", None, None]
    assert (lignes[sirets[0]]["lon"], lignes[sirets[2]]["lon"]) == (5.01, None)
    assert (round(lignes[sirets[1]]["lon"], 2), round(lignes[sirets[1]]["lat"], 2)) == (5.04, 47.32)


def test_siege_deduit_de_l_unite():
    tables = composer(
        sirene_etablissements=[
            etablissement("00000000000011", etablissementSiege=None),
            etablissement("00000000000029", etablissementSiege=None),
        ],
        sirene_unites_legales=[unite("000000000", nicSiegeUniteLegale="00029")],
    )
    assert {e["siret"]: e["siege"] for e in tables["etablissements"]} == {
        "00000000000011": False,
        "00000000000029": True,
    }


@pytest.mark.django_db
def test_contexte_aux_reglages_du_jour():
    contexte = Contexte.du_territoire(communes=CONTEXTE.communes, source_au=SOURCE_AU, adresses_connues=True)
    assert contexte == CONTEXTE


# --- Propriétés, sur des histoires tirées au hasard ---

JOURS = st.integers(min_value=0, max_value=60).map(lambda rang: date(2015, 1, 1) + timedelta(days=97 * rang))
HISTOIRE = st.lists(
    st.tuples(st.one_of(JOURS, JOURS, JOURS, st.none()), st.sampled_from(["A", "F", "A", "F", None])),
    min_size=1, max_size=7, unique_by=lambda ligne: ligne[0],
)  # fmt: skip
ENTREES = {"creation_pure", "etablissement_secondaire"}


def mouvements_attendus(histoire):
    """Recompte naïf : passages de A à F, et de F à A avec leur durée, l'état vide ignoré."""
    connues = [ligne for ligne in sorted(histoire, key=lambda ligne: ligne[0] or date.min) if ligne[1]]
    fermetures, reouvertures, fermee_le = [], [], None
    for (_, avant), (jour, etat) in pairwise(connues):
        if (avant, etat) == ("A", "F"):
            fermetures.append(jour)
            fermee_le = jour
        elif (avant, etat) == ("F", "A"):
            debut = fermee_le or next(jour_f for jour_f, etat_f in connues if etat_f == "F")
            limite = debut.replace(year=debut.year + 1) if debut else None
            reouvertures.append((jour, "reactivation" if limite is None or jour > limite else "interruption_courte"))
            fermee_le = None
    return fermetures, reouvertures


# Sans réduction : une seule composition dure une seconde, et l'histoire fautive se lit telle quelle.
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate], print_blob=False)
@given(st.lists(HISTOIRE, min_size=15, max_size=40))
def test_proprietes_des_periodes(histoires):
    stock, historique = [], []
    for rang, histoire in enumerate(histoires):
        siret = f"{rang:09d}00011"
        for jour, etat in histoire:
            historique.append(periode(siret, jour or "1900-01-01", etat))
        dernier = max(histoire, key=lambda ligne: ligne[0] or date.min)
        stock.append(
            etablissement(siret, dateDebut=dernier[0], etatAdministratifEtablissement=dernier[1],
                          dateCreationEtablissement="2014-01-01")
        )  # fmt: skip
    tables = composer(sirene_etablissements=stock, sirene_historique=historique)
    for rang, histoire in enumerate(histoires):
        siret = f"{rang:09d}00011"
        _verifier_periodes([p for p in tables["periodes"] if p["siret"] == siret], histoire)
        obtenus = [e for e in tables["evenements"] if e["siret"] == siret]
        fermetures, reouvertures = mouvements_attendus(histoire)
        assert sorted(e["date_effet"] for e in obtenus if e["type"] == "fermeture_etablissement") == fermetures
        assert sorted(
            (e["date_effet"], e["type"]) for e in obtenus if e["type"] in ("reactivation", "interruption_courte")
        ) == sorted(reouvertures)
        ligne = par(tables["etablissements"], "siret")[siret]
        attendue = rules.date_fermeture([rules.Periode(*valeurs) for valeurs in histoire])
        assert ligne["date_fermeture"] == attendue
        assert ligne["nombre_periodes"] == len(histoire)


def _verifier_periodes(periodes, histoire):
    """Aucune ne manque, aucune ne se chevauche, chacune finit la veille de la suivante."""
    ordonnees = sorted(periodes, key=lambda p: p["date_debut"] or date.min)
    assert {(p["date_debut"], p["etat"]) for p in ordonnees} == set(histoire)
    for avant, apres in pairwise(ordonnees):
        assert avant["date_fin"] == apres["date_debut"] - timedelta(days=1)
    assert ordonnees[-1]["date_fin"] is None

"""Les figures, sur des tables de quelques lignes."""

from collections.abc import Callable
from datetime import date

from tissu.actions.fichier_entreprises import analyses, rules
from tissu.actions.fichier_entreprises.tests import registre as petit
from tissu.entrepot.instantane import Instantane

TOUS = rules.perimetre_tous()
OCTOBRE = (date(2026, 10, 1), date(2026, 10, 31))


def test_les_bornes_du_mois_sont_comprises(publier: Callable[..., Instantane]) -> None:
    jours = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]
    instantane = publier(evenements=[petit.evenement(n, "creation_pure", jour) for n, jour in enumerate(jours)])
    lignes = instantane.executer(analyses.entre(instantane.table("evenements"), *OCTOBRE).order_by("date_effet"))
    assert [ligne["date_effet"] for ligne in lignes] == [date(2026, 10, 1), date(2026, 10, 31)]


def test_deux_comptes_cote_a_cote(publier: Callable[..., Instantane]) -> None:
    instantane = publier(
        evenements=[
            petit.evenement(1, "etablissement_secondaire", OCTOBRE[0]),
            petit.evenement(1, "etablissement_secondaire", OCTOBRE[0], nic=2),
            petit.evenement(2, "creation_pure", OCTOBRE[0]),
        ]
    )
    assert instantane.executer(analyses.comptes_par_type(instantane.table("evenements"))) == [
        {"type": "creation_pure", "etablissements": 1, "unites_legales": 1},
        {"type": "etablissement_secondaire", "etablissements": 2, "unites_legales": 1},
    ]


def test_une_connaissance_sans_date_vaut_connue(publier: Callable[..., Instantane]) -> None:
    instantane = publier(
        evenements=[
            petit.evenement(1, "creation_pure", OCTOBRE[0], connu_le=date(2026, 11, 10)),
            petit.evenement(2, "creation_pure", OCTOBRE[0], connu_le=date(2026, 11, 11)),
            petit.evenement(3, "creation_pure", OCTOBRE[0], connu_le=None),
        ]
    )
    connus = analyses.connus_au(instantane.table("evenements"), date(2026, 11, 10)).order_by("siret")
    assert [ligne["siret"] for ligne in instantane.executer(connus)] == [petit.siret(1), petit.siret(3)]


def test_le_perimetre_garde_un_naf_absent_hors_des_exclusions(publier: Callable[..., Instantane]) -> None:
    champ = rules.Perimetre("essai", "", ("J", "L"), ("6540",), ("64.20Z",), ("68.20A",))
    lignes = [
        petit.evenement(1, "creation_pure", OCTOBRE[0]),
        petit.evenement(2, "creation_pure", OCTOBRE[0], section="G"),
        petit.evenement(3, "creation_pure", OCTOBRE[0], section=None, naf=None),
        petit.evenement(4, "creation_pure", OCTOBRE[0], section="L", naf="68.20A", personne_physique=True),
        petit.evenement(5, "creation_pure", OCTOBRE[0], section="L", naf="68.20A", personne_physique=False),
        petit.evenement(6, "creation_pure", OCTOBRE[0], section="L", naf="68.20B", categorie_juridique="6540"),
        petit.evenement(7, "creation_pure", OCTOBRE[0], naf=None, categorie_juridique=None, personne_physique=None),
    ]
    instantane = publier(evenements=lignes)
    gardes = analyses.dans_le_perimetre(instantane.table("evenements"), champ).order_by("siret")
    assert [ligne["siret"] for ligne in instantane.executer(gardes)] == [petit.siret(n) for n in (1, 5, 7)]


def test_la_ventilation_s_additionne_et_nomme_l_inconnu(publier: Callable[..., Instantane]) -> None:
    instantane = publier(
        evenements=[
            petit.evenement(1, "creation_pure", OCTOBRE[0], tranche_effectif="11"),
            petit.evenement(2, "transfert_entrant", OCTOBRE[0], tranche_effectif=None),
            petit.evenement(3, "fermeture_etablissement", OCTOBRE[0], tranche_effectif="11"),
            petit.evenement(4, "transfert_interne", OCTOBRE[0], tranche_effectif="11"),
            petit.evenement(5, "interruption_courte", OCTOBRE[0], tranche_effectif="12"),
        ]
    )
    lignes = instantane.executer(analyses.ventilation(instantane.table("evenements"), "tranche_effectif"))
    assert [
        (ligne["cle"], ligne["creations"], ligne["autres_entrees"], ligne["sorties"], ligne["solde"])
        for ligne in lignes
    ] == [
        ("11", 1, 0, 1, 0),
        ("inconnu", 0, 1, 0, 1),
    ]


def test_un_etablissement_de_deux_zones_y_est_deux_fois(publier: Callable[..., Instantane]) -> None:
    instantane = publier(
        evenements=[petit.evenement(1, "creation_pure", OCTOBRE[0]), petit.evenement(2, "creation_pure", OCTOBRE[0])],
        etablissements_zones=[{"siret": petit.siret(1), "zone_id": zone} for zone in ("a", "b")],
    )
    zones = instantane.table("etablissements_zones")
    par_zone = analyses.ventilation(analyses.avec_zones(instantane.table("evenements"), zones), "zone")
    assert [(ligne["cle"], ligne["creations"]) for ligne in instantane.executer(par_zone)] == [
        ("a", 1), ("b", 1), ("hors_zone", 1),
    ]  # fmt: skip
    hors = analyses.dans_la_zone(instantane.table("evenements"), zones, "hors_zone")
    assert [ligne["siret"] for ligne in instantane.executer(hors)] == [petit.siret(2)]


def test_seule_une_unite_active_fait_un_desaccord(publier: Callable[..., Instantane]) -> None:
    instantane = publier(
        evenements=[petit.evenement(n, "radiation_rcs", OCTOBRE[0]) for n in (1, 2)],
        unites_legales=[petit.unite(1, etat="A"), petit.unite(2, etat="C")],
    )
    trouves = instantane.executer(
        analyses.desaccords(instantane.table("evenements"), instantane.table("unites_legales"))
    )
    assert trouves == [{"siren": petit.siret(1)[:9], "radiee_le": OCTOBRE[0], "siret": petit.siret(1)}]

"""Les lectures : flux d'un mois, lignes derrière un chiffre, liste semestrielle."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tissu.actions.fichier_entreprises.models import FiliereExcellence
from tissu.actions.fichier_entreprises.queries import cadre, flux, grands
from tissu.actions.fichier_entreprises.queries.lignes import Criteres, lignes_filtrees
from tissu.actions.fichier_entreprises.tests import registre as petit
from tissu.entrepot.instantane import Instantane, RegistreAbsent
from tissu.registre.models import EditionConsulaire, EffectifConsulaire, Zone
from tissu.socle.periodes import PeriodeInvalide

pytestmark = pytest.mark.django_db


def en_etablissements(totaux: dict[str, dict[str, int]]) -> dict[str, int]:
    return {type_: compte["etablissements"] for type_, compte in totaux.items()}


ATTENDU = {
    "creation_pure": 2, "reprise": 1, "reactivation": 1, "etablissement_secondaire": 2, "transfert_entrant": 1,
    "transfert_interne": 1, "transfert_sortant": 1, "fermeture_etablissement": 1, "cessation_unite": 1,
    "radiation_rcs": 1, "procedure_collective": 1,
}  # fmt: skip


def test_les_flux_d_octobre(registre: Instantane) -> None:
    resultat = flux.flux("2026-10")
    assert en_etablissements(resultat.totaux) == ATTENDU
    assert resultat.totaux["etablissement_secondaire"]["unites_legales"] == 1
    assert resultat.solde["etablissements"] == {"entrees": 7, "sorties": 2, "solde": 5}
    assert resultat.solde["unites_legales"] == {"entrees": 4, "sorties": 1, "solde": 3}
    assert (resultat.interruptions_courtes, resultat.provisoire, resultat.bodacc) == (1, False, True)
    assert len(resultat.evenements) == sum(ATTENDU.values())


def test_toutes_activites_ne_retire_rien(registre: Instantane) -> None:
    assert flux.flux("2026-10", "tous").totaux["creation_pure"]["etablissements"] == 5


def test_la_premiere_valeur_ignore_ce_qui_n_etait_pas_connu(registre: Instantane) -> None:
    assert flux.flux("2026-10", connu=date(2026, 11, 10)).totaux["creation_pure"]["etablissements"] == 1


def test_la_tendance_finit_au_mois_et_commence_un_an_plus_tot(registre: Instantane) -> None:
    resultat = flux.flux("2026-10")
    points = flux.serie(resultat.periode, resultat.perimetre)
    creations = [(point.mois, point.totaux["creation_pure"]["etablissements"]) for point in points]
    assert (creations[0], creations[-2], creations[-1], len(creations)) == (
        ("2025-10", 1), ("2026-09", 1), ("2026-10", 2), 13,
    )  # fmt: skip
    assert points[-1].totaux == resultat.totaux


@pytest.mark.parametrize("cle", ["commune", "activite", "tranche"])
def test_chaque_ventilation_redonne_le_total(registre: Instantane, cle: str) -> None:
    resultat = flux.flux("2026-10")
    lignes = flux.ventilations(resultat.periode, resultat.perimetre)[cle].lignes
    assert sum(ligne["solde"] for ligne in lignes) == 5
    assert sum(ligne["creations"] for ligne in lignes) == 2


def test_la_ventilation_par_zone_ne_retient_que_les_zones_connues(registre: Instantane, zone_valmy: Zone) -> None:
    resultat = flux.flux("2026-10")
    lignes = flux.ventilations(resultat.periode, resultat.perimetre)["zone"].lignes
    assert [(ligne["libelle"], ligne["creations"], ligne["sorties"]) for ligne in lignes] == [
        ("Valmy", 1, 1), ("Hors de toute zone", 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("criteres", "numeros"),
    [
        ({"types": ("creation_pure",)}, [1, 2]),
        ({"types": ("creation_pure",), "commune": "21166"}, [2]),
        ({"zone": "valmy"}, [1, 9, 9]),
        ({"types": ("creation_pure",), "zone": "hors_zone"}, [2]),
        ({"activite": "C1"}, [5]),
        ({"tranche": "99"}, []),
    ],
)
def test_chaque_chiffre_s_ouvre_sur_ses_lignes(
    registre: Instantane, zone_valmy: Zone, criteres: dict[str, Any], numeros: list[int]
) -> None:
    trouvees = lignes_filtrees("2026-10", Criteres(secteurs="industrie-services", **criteres)).lignes
    assert sorted(ligne["siret"][:9] for ligne in trouvees) == [petit.siret(n)[:9] for n in numeros]


def test_une_ligne_protegee_est_comptee_sans_nom(registre: Instantane) -> None:
    resultat = lignes_filtrees("2026-10", Criteres("industrie-services", types=("fermeture_etablissement",)))
    ligne = resultat.lignes[0]
    assert (ligne["nom_affiche"], ligne["adresse"], resultat.masquees) == ("Non diffusible", None, 1)


def test_la_radiation_d_une_unite_active_est_un_desaccord(registre: Instantane) -> None:
    ligne = lignes_filtrees("2026-10", Criteres("industrie-services", types=("radiation_rcs",))).lignes[0]
    assert (ligne["radiation_le"], ligne["desaccord"]) == (date(2026, 10, 15), "Radiée du RCS, active dans Sirene")


def test_les_erreurs_sont_en_clair(dossier: Any) -> None:
    with pytest.raises(PeriodeInvalide, match=r"« 2026-13 » n'est pas un mois"):
        flux.flux("2026-13")
    with pytest.raises(RegistreAbsent, match="Le registre est vide"):
        flux.flux("2026-10")


def test_un_mois_posterieur_aux_donnees_est_refuse(registre: Instantane) -> None:
    with pytest.raises(cadre.MoisHorsDesDonnees, match="2026-12 est postérieur aux données"):
        flux.flux("2026-12")


def test_la_liste_des_plus_de_50(registre: Instantane) -> None:
    liste = grands.liste("2026-S1")
    assert [(ligne.nom, ligne.source, ligne.mention) for ligne in liste.etablissements] == [
        ("Sans année", "tranche", "50 et plus, tranche, millésime inconnu"),
        ("Cinquante et un", "consulaire", "plus de 50"),
        ("Par tranche", "tranche", "50 et plus, tranche, millésime 2024"),
    ]
    assert [ligne.identifiant for ligne in liste.unites_legales] == [petit.siret(n)[:9] for n in (53, 51, 52)]


def test_la_liste_d_un_semestre_ignore_un_effectif_posterieur(registre: Instantane) -> None:
    edition = EditionConsulaire.objects.create(
        nom="essai", fichier="x", sha256="x", octets=1, date_source=date(2026, 9, 1), deposee_le="2026-09-01T00:00Z"
    )
    for valeur, jour in ((80, date(2026, 2, 1)), (20, date(2026, 9, 1))):
        EffectifConsulaire.objects.create(
            siret=petit.siret(54),
            valeur=valeur,
            date=jour,
            source="Essai",
            saisi_le="2026-09-01T00:00Z",
            edition=edition,
        )
    premier = [ligne.nom for ligne in grands.liste("2026-S1").etablissements]
    second = [ligne.nom for ligne in grands.liste("2026-S2").etablissements]
    assert ("Trop petit" in premier, "Trop petit" in second) == (False, False)
    EffectifConsulaire.objects.filter(valeur=20).delete()
    assert grands.effectifs_connus(registre, ("21",), date(2026, 6, 30))[petit.siret(54)].valeur == 80


def test_une_filiere_se_lit_sur_chaque_ligne(registre: Instantane) -> None:
    FiliereExcellence.objects.create(
        slug="n", nom="Numérique", codes_naf=["62"], sirets_ajoutes=[petit.siret(52)], sirets_retires=[petit.siret(53)]
    )
    filieres = {ligne.nom: ligne.filiere for ligne in grands.liste("2026-S1").etablissements}
    assert filieres == {"Sans année": "", "Cinquante et un": "Numérique", "Par tranche": "Numérique"}


def test_la_lecture_d_un_rapport_tient_en_peu_de_requetes(
    registre: Instantane, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(4):
        flux.rapport("2026-10")

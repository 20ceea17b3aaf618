"""L'import d'un fichier de ville : ce qui entre, ce qui est relevé, ce qu'une nouvelle édition change ou non."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from tissu.locaux.choices import CodeAnomalieLocaux, DecisionAnomalie, EtatImportLocaux, EtatLocal
from tissu.locaux.models import AnomalieLocaux, Campagne, ImportLocaux, LigneSource, Local, Occupation, PeriodeEtat
from tissu.locaux.operations import histoire, locaux
from tissu.locaux.operations.anomalies import decider
from tissu.locaux.operations.importation import appliquer_import
from tissu.locaux.queries.vacance import anomalies_en_place, vacance
from tissu.locaux.tests.fabrique import AU
from tissu.locaux.tests.fichiers import commerce, deposer_octets, geojson, importer, importer_fichier, vacant
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
PLUS_TARD = datetime(2025, 3, 1, 9, tzinfo=UTC)
AUJOURDHUI = PLUS_TARD.date()


def etats(local: Local) -> list[tuple[str, date | None, date | None]]:
    return list(local.etats.values_list("etat", "debut", "fin"))


def occupants(local: Local) -> list[tuple[str, date | None, date | None]]:
    return list(local.occupations.values_list("enseigne", "debut", "fin"))


def anomalies(importation: ImportLocaux) -> list[tuple[int, str]]:
    return list(importation.anomalies.order_by("ligne", "code").values_list("ligne", "code"))


def prevus(importation: ImportLocaux) -> dict[str, int]:
    return {cle: compte for cle, compte in importation.comptes["prevus"].items() if compte}


def test_un_local_occupe_et_un_vacant() -> None:
    importation = importer(commerce(), vacant(1, nom_enseigne="CAMAIEU", secteur_activite="Mode femme",
                                              rubrique="Habillement et chaussures"))  # fmt: skip
    plein, vide = Local.objects.all()
    assert (plein.reference, plein.numero, str(plein.voie), plein.quartier) == (
        "L000001", "1", "RUE DE LA LIBERTE", "Centre-Ville",
    )  # fmt: skip
    occupation = plein.occupations.get()
    assert (occupation.activite, occupation.activite_source, occupation.independance) == (
        "boulangerie", "Alimentation | Boulangerie", "independant",
    )  # fmt: skip
    assert (etats(plein), occupants(plein)) == ([("occupe", None, None)], [("Au Bon Pain 0", None, None)])
    # Constaté vacant ce jour-là : la durée se compte de là, et le dernier occupant est parti la veille au plus tard.
    assert etats(vide) == [("vacant", date(2022, 2, 10), None)]
    assert occupants(vide) == [("CAMAIEU", None, date(2022, 2, 9))]
    assert (importation.lignes, importation.cellules, prevus(importation)) == (2, 2, {"lignes": 2, "creee": 2})
    assert importation.campagne is not None
    assert (importation.campagne.nom, importation.campagne.debut) == (
        "Commerces de la ville de Dijon, édition du 10\xa0févr.\xa02022", date(2022, 2, 10),
    )  # fmt: skip


def test_chaque_defaut_est_releve_et_aucun_corrige() -> None:
    importation = importer(
        commerce(0),
        commerce(1, position=None),
        commerce(2, num_adresse=None),
        commerce(3, adresse=None),
        commerce(4, nom_quartier=None),
        commerce(5, secteur_activite=None),
        commerce(6, secteur_activite="Inconnu"),
        commerce(7, secteur_activite="Astrologie", rubrique="Ésotérisme"),
        commerce(8, nom_enseigne="?"),
        commerce(9, nom_enseigne=None),
        commerce(10, disponibilte="Vacant"),
        vacant(11, disponibilte="Vendu"),
        commerce(12, date_maj="1899-12-30T00:18:21+00:09"),
        commerce(13, date_maj="2031-01-01T00:00:00+01:00"),
        commerce(14, date_maj="hier"),
        commerce(15, surface=13082),
        commerce(16, surface="grande"),
        commerce(17, dashboard_vacance=None, disponibilte=None),
        commerce(18, num_adresse="1", nom_enseigne="AU BON PAIN  0 !"),
        commerce(19, position=[5.05, 47.32000001]),
        commerce(20, position=[5.05, 47.32000001]),
        commerce(21, independant_enseigne="Peut-être"),
    )
    assert anomalies(importation) == [
        (2, "sans_position"), (3, "sans_numero"), (4, "sans_voie"), (5, "sans_quartier"), (6, "sans_activite"),
        (7, "sans_activite"), (8, "activite_inconnue"), (9, "sans_enseigne"), (10, "sans_enseigne"),
        (11, "vacance_contradictoire"), (12, "vacance_contradictoire"), (13, "date_par_defaut"), (14, "date_future"),
        (15, "date_illisible"), (16, "surface_invraisemblable"), (17, "valeur_illisible"), (18, "vacance_inconnue"),
        (19, "doublon_enseigne"), (21, "doublon_position"), (22, "valeur_illisible"),
    ]  # fmt: skip
    comptes = vacance(AU.date())
    assert comptes == {
        "total": {"cellules": 22, "vacantes": 1},
        "par_quartier": {
            "Centre-Ville": {"cellules": 21, "vacantes": 1}, "Sans quartier": {"cellules": 1, "vacantes": 0},
        },
    }  # fmt: skip
    releves = list(anomalies_en_place())
    assert len(releves) == 20
    assert releves[9] == {
        "ligne": 11, "champ": "disponibilte", "motif": "Vacance contradictoire : « disponibilte » dit « Vacant », "
        "« dashboard_vacance » dit « En activité ». La seconde colonne fait foi.",
    }  # fmt: skip
    assert Local.objects.get(sources__ligne=16).surface_m2 == 13082
    assert Local.objects.get(sources__ligne=6).occupations.get().activite == "autre_alimentaire"


def test_une_ligne_refusee_est_en_quarantaine_avec_son_motif() -> None:
    importation = importer(
        commerce(0), {"type": "Feature", "geometry": None, "properties": None}, commerce(2, adresse=None, position=None)
    )
    assert (importation.lignes, importation.cellules, Local.objects.count()) == (3, 1, 1)
    refusees = importation.anomalies.filter(refusee=True)
    assert [(une.ligne, une.code, une.local) for une in refusees] == [
        (2, "ligne_illisible", None), (3, "sans_lieu", None),
    ]  # fmt: skip
    assert LigneSource.objects.get(ligne=3).brute["nom_enseigne"] == "Au Bon Pain 2"


def traces() -> list[int]:
    modeles = (Local, Occupation, PeriodeEtat, LigneSource, AnomalieLocaux, Campagne)
    historiques = (Local.historique, Occupation.historique, PeriodeEtat.historique)
    return [*(modele.objects.count() for modele in modeles), *(historique.count() for historique in historiques)]


def test_le_meme_fichier_ne_change_rien() -> None:
    entites = (commerce(), vacant(1), commerce(2, nom_quartier=None))
    premier, avant = importer(*entites), traces()
    assert importer(*entites, au=PLUS_TARD) == premier
    assert traces() == avant


def test_le_meme_contenu_dans_un_autre_ordre_ne_change_aucun_local() -> None:
    entites = [commerce(), vacant(1), commerce(2, num_adresse="1", nom_enseigne="Chez Léa")]
    importer(*entites)
    historiques = traces()[-3:]
    second = importer(*reversed(entites), au=PLUS_TARD)
    assert prevus(second) == {"lignes": 3, "inchangee": 3}
    assert traces()[-3:] == historiques


def test_une_nouvelle_edition_ecrit_l_histoire() -> None:
    importer(commerce(0), vacant(1), commerce(2), commerce(3))
    maj = "2024-09-15T10:00:00+02:00"
    second = importer(
        vacant(0, date_maj=maj),
        commerce(1, nom_enseigne="Chez Léa", secteur_activite="Restaurant", rubrique="CHR", date_maj=maj),
        commerce(2, nom_enseigne="La Mie d'Or", date_maj=maj),
        commerce(3, date_maj=maj, surface=75),
        au=PLUS_TARD,
    )
    un, deux, trois, quatre = Local.objects.all()
    veille = date(2024, 9, 14)
    jour = date(2024, 9, 15)
    assert (etats(un), occupants(un)) == (
        [("occupe", None, veille), ("vacant", jour, None)], [("Au Bon Pain 0", None, veille)],
    )  # fmt: skip
    assert (etats(deux), occupants(deux)) == (
        [("vacant", date(2022, 2, 10), veille), ("occupe", jour, None)],
        [("Au Bon Pain 1", None, date(2022, 2, 9)), ("Chez Léa", jour, None)],
    )  # fmt: skip
    assert (etats(trois), occupants(trois)) == (
        [("occupe", None, None)], [("Au Bon Pain 2", None, veille), ("La Mie d'Or", jour, None)],
    )  # fmt: skip
    assert (quatre.surface_m2, occupants(quatre), quatre.etats.get().releve_le) == (
        75, [("Au Bon Pain 3", None, None)], jour,
    )  # fmt: skip
    assert prevus(second) == {"lignes": 4, "modifiee": 4, "etats": 2, "occupants": 2}
    assert vacance(AUJOURDHUI)["total"] == {"cellules": 4, "vacantes": 1}
    assert vacance(AU.date())["total"] == {"cellules": 4, "vacantes": 1}


def test_une_faute_de_frappe_n_est_pas_un_nouvel_occupant() -> None:
    importer(commerce(nom_enseigne="Boulangerie Oudot"))
    importer(commerce(nom_enseigne="BOULANGERIE OUDOT", date_maj="2024-09-15T10:00:00+02:00"), au=PLUS_TARD)
    assert occupants(Local.objects.get()) == [("BOULANGERIE OUDOT", None, None)]


def test_une_correction_humaine_survit_a_la_nouvelle_edition() -> None:
    importer(commerce())
    local = Local.objects.get()
    locaux.modifier_local(local=local, version=local.version, valeurs={"surface_m2": 42}, auteur=None, au=AU)
    histoire.corriger_occupation(
        occupation=local.occupations.get(), version=local.version, auteur=None, au=AU,
        valeurs={"enseigne": "Aux Bons Pains", "activite": "epicerie"},
    )  # fmt: skip
    local.refresh_from_db()
    # L'édition suivante répète ses anciennes valeurs : rien à dire. Puis elle en dit de nouvelles : elles se signalent.
    repete = importer(commerce(date_maj="2024-09-15T10:00:00+02:00"), au=PLUS_TARD)
    assert anomalies(repete) == []
    change = importer(
        commerce(surface=90, rubrique="Services", secteur_activite="Pressing", date_maj="2024-10-15T10:00:00+02:00"),
        au=PLUS_TARD,
    )
    assert anomalies(change) == [(1, "tenu_par_une_personne"), (1, "tenu_par_une_personne")]
    local.refresh_from_db()
    occupation = local.occupations.get()
    assert (local.surface_m2, occupation.enseigne, occupation.activite) == (42, "Aux Bons Pains", "epicerie")


def test_un_fait_plus_ancien_que_ce_que_l_on_sait_ne_l_efface_pas() -> None:
    importer(commerce())
    local = Local.objects.get()
    histoire.changer_etat(
        local=local, version=local.version, etat=EtatLocal.TRAVAUX, le=date(2024, 5, 1), auteur=None, au=AU
    )
    second = importer(vacant(date_maj="2024-03-01T10:00:00+01:00"), au=PLUS_TARD)
    assert anomalies(second) == [(1, "plus_ancien")]
    assert etats(local) == [("occupe", None, date(2024, 4, 30)), ("travaux", date(2024, 5, 1), None)]


def test_un_local_absent_de_l_edition_est_a_decider_et_compte_encore() -> None:
    importer(commerce(0), commerce(1))
    second = importer(commerce(0), au=PLUS_TARD)
    absente = second.anomalies.get(code=CodeAnomalieLocaux.ABSENT_DU_FICHIER)
    assert (absente.local, absente.ligne) == (Local.objects.get(reference="L000002"), 0)
    assert vacance(AUJOURDHUI)["total"]["cellules"] == 2


def test_une_decision_ne_se_redemande_pas() -> None:
    premier = importer(commerce(0, nom_quartier=None))
    decider(anomalies=premier.anomalies.all(), decision=DecisionAnomalie.CONSERVER, auteur=None, au=AU)
    second = importer(commerce(0, nom_quartier=None), commerce(1), au=PLUS_TARD)
    assert second.anomalies.get().decision == DecisionAnomalie.CONSERVER


def test_un_doublon_fusionne_ne_compte_plus_et_la_decision_se_reprend() -> None:
    jumeaux = (commerce(0, surface=None), commerce(1, num_adresse="1", nom_enseigne="Au bon pain 0", surface=80))
    premier = importer(*jumeaux)
    doublon = premier.anomalies.filter(code=CodeAnomalieLocaux.DOUBLON_ENSEIGNE)
    decider(anomalies=doublon, decision=DecisionAnomalie.FUSIONNER, auteur=None, au=AU)
    assert vacance(AU.date())["total"]["cellules"] == 1
    assert Local.objects.get(ecarte_le__isnull=True).surface_m2 == 80
    # L'édition suivante redit les deux lignes : la décision tient.
    second = importer(*jumeaux, commerce(5), au=PLUS_TARD)
    assert (prevus(second)["ecartee"], vacance(AUJOURDHUI)["total"]["cellules"]) == (1, 2)
    decider(anomalies=doublon, decision=DecisionAnomalie.A_DECIDER, auteur=None, au=PLUS_TARD)
    assert vacance(AUJOURDHUI)["total"]["cellules"] == 3


def test_un_import_interrompu_laisse_l_etat_d_avant() -> None:
    importer(commerce(0))
    avant = traces()
    depose = deposer_octets(geojson(commerce(0), vacant(1)), au=PLUS_TARD)

    class Coupure(SansSuivi):
        def avancer(self, part: float, message: str = "") -> None:
            if part >= 0.8:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        appliquer_import(importation=depose, auteur=None, au=PLUS_TARD, suivi=Coupure())
    depose.refresh_from_db()
    assert (traces(), depose.etat) == (avant, EtatImportLocaux.DEPOSE)
    appliquer_import(importation=depose, auteur=None, au=PLUS_TARD, suivi=SansSuivi())
    assert Local.objects.count() == 2


def test_une_adresse_renumerotee_se_reconnait_a_sa_position() -> None:
    importer(commerce(0))
    importer(commerce(0, num_adresse="1 bis", date_maj="2024-09-15T10:00:00+02:00"), au=PLUS_TARD)
    assert Local.objects.get().numero == "1 bis"


def test_deux_cellules_d_une_adresse_ne_se_confondent_pas() -> None:
    un, deux = commerce(0, num_adresse="1"), commerce(1, num_adresse="1", nom_enseigne="Chez Léa")
    importer(un, deux)
    maj: dict[str, Any] = {"date_maj": "2024-09-15T10:00:00+02:00", "num_adresse": "1"}
    # Les positions ont glissé de quelques mètres ; l'enseigne départage.
    importer(
        commerce(0, position=[5.04005, 47.32], **maj),
        commerce(1, position=[5.04006, 47.32], nom_enseigne="Chez Léa", **maj),
        au=PLUS_TARD,
    )
    assert [occupants(local) for local in Local.objects.all()] == [
        [("Au Bon Pain 0", None, None)], [("Chez Léa", None, None)],
    ]  # fmt: skip


def test_un_geopackage_entre_comme_un_geojson(tmp_path: Path) -> None:
    entites = [commerce(), vacant(1, nom_enseigne="CAMAIEU"), commerce(2, position=None)]
    champs = list(entites[0]["properties"])
    points = [une["geometry"] and shapely.to_wkb(shapely.Point(une["geometry"]["coordinates"])) for une in entites]
    chemin = tmp_path / "releve.gpkg"
    pyogrio.raw.write(
        chemin, geometry=np.array(points, dtype=object), fields=champs, layer="locaux", driver="GPKG",
        field_data=[np.array([str(une["properties"][champ]) for une in entites], dtype=object) for champ in champs],
        geometry_type="Point", crs="EPSG:4326",
    )  # fmt: skip
    importation = importer_fichier(chemin)
    assert (importation.lignes, importation.cellules, prevus(importation)["creee"]) == (3, 3, 3)
    assert [(local.numero, local.lon, local.etats.get().etat) for local in Local.objects.all()] == [
        ("1", 5.04, "occupe"), ("2", 5.0401, "vacant"), ("3", None, "occupe"),
    ]  # fmt: skip

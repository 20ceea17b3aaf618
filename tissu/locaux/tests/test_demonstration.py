"""La démonstration : les mêmes défauts qu'un vrai fichier, les mêmes chemins qu'une vraie personne, rien de réel."""

from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import pytest

from tissu.comptes.demo import comptes_de_demonstration
from tissu.locaux.choices import EtatReleve
from tissu.locaux.demonstration import gestes
from tissu.locaux.demonstration.mots import QUARTIERS, enseigne, quartier_de, tirer_activite
from tissu.locaux.demonstration.ville import Cellule, abimer, en_entite, plus_tard
from tissu.locaux.models import Campagne, ContactLocal, ImportFiscal, Local, Photo, Releve, Transformation
from tissu.locaux.queries.avancement import avancement
from tissu.locaux.queries.vacance import vacance
from tissu.locaux.tests.fichiers import importer

AU = datetime(2026, 11, 26, 9, tzinfo=UTC)
EDITION = date(2024, 2, 7)


def ville(combien: int = 130) -> list[Cellule]:
    """Des cellules dans les neuf quartiers, le long de quelques rues inventées."""
    rng = np.random.default_rng(3)
    milieux = list(QUARTIERS.values())
    rendues = []
    for rang in range(combien):
        lon, lat = milieux[0] if rang % 3 else milieux[rang // 3 % 9]
        code = tirer_activite(rng)
        rendues.append(Cellule(
            numero=str(rang + 1), voie=f"RUE DES EXEMPLES {rang % 5}", code_commune="21231",
            lon=round(lon + rang * 1e-5, 7), lat=lat, surface=400 if rang % 20 == 0 else 50 + rang, activite=code,
            enseigne=enseigne(rng, code, reseau=rang % 4 == 0), independant=rang % 4 != 0, vacante=rang % 12 == 0,
            maj=EDITION,
        ))  # fmt: skip
    return rendues


@pytest.mark.django_db
def test_le_fichier_porte_chaque_sorte_de_defaut_et_s_importe_en_entier() -> None:
    entites = [en_entite(une) for une in ville()]
    abimer(entites)
    importation = importer(*entites, au=AU)
    assert (importation.lignes, importation.cellules) == (132, 132)
    codes = Counter(importation.anomalies.values_list("code", flat=True))
    assert {code: codes[code] for code in ("date_par_defaut", "sans_quartier", "sans_position", "doublon_enseigne",
                                           "vacance_contradictoire", "surface_invraisemblable", "date_future")} == {
        "date_par_defaut": 8, "sans_quartier": 4, "sans_position": 1, "doublon_enseigne": 2,
        "vacance_contradictoire": 1, "surface_invraisemblable": 1, "date_future": 1,
    }  # fmt: skip
    assert set(vacance(AU.date())["par_quartier"]) == {*QUARTIERS, "Sans quartier"}


def test_la_ville_change_d_une_edition_a_l_autre_toujours_de_la_meme_facon() -> None:
    avant = ville(600)
    apres = plus_tard(avant, cle="2026", depuis=EDITION, au=date(2026, 5, 12))
    assert apres == plus_tard(avant, cle="2026", depuis=EDITION, au=date(2026, 5, 12))
    changees = sum(une.enseigne != autre.enseigne for une, autre in zip(avant, apres, strict=True))
    videes = sum(not une.vacante and autre.vacante for une, autre in zip(avant, apres, strict=True))
    assert 5 <= changees <= 80
    assert 3 <= videes <= 40
    assert quartier_de(*QUARTIERS["Grésilles"]) == "Grésilles"


@pytest.mark.django_db
def test_les_gestes_passent_par_les_operations(settings: pytest.FixtureRequest, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    comptes_de_demonstration(au=AU)
    entites = [en_entite(une) for une in ville()]
    abimer(entites)
    importer(*entites, au=AU)
    gestes.installer(au=AU)
    assert Counter(Transformation.objects.values_list("nature", flat=True)) == {"scission": 2, "fusion": 2}
    releves = Counter(Releve.objects.values_list("etat", flat=True))
    assert (releves[EtatReleve.CONFLIT], releves[EtatReleve.APPLIQUE] > 20) == (2, True)
    fiscal = ImportFiscal.objects.get()
    assert (fiscal.retenues > 0, fiscal.lignes - fiscal.retenues, fiscal.rejets.count()) == (True, 1, 1)
    assert (Photo.objects.count(), ContactLocal.objects.exclude(nom__contains="Exemple").count()) == (10, 0)
    assert Local.objects.filter(remplace_par__isnull=False).count() == 1
    automne = Campagne.objects.get(nom="Relevé d'automne 2026")
    rues = [
        (rue.compte.part, rue.tournee.finie_le is not None, rue.dormante, rue.tournee.releveur is not None)
        for rue in sorted(avancement(automne, AU.date()).rues, key=lambda rue: rue.tournee.pk)
    ]
    assert [(part is not None and part > 0.6, part == 1, *dits) for part, *dits in rues] == [
        (True, True, True, False, True), (True, False, False, True, True), (True, False, False, False, True),
        (False, False, False, True, True), (False, False, False, True, False),
    ]  # fmt: skip
    assert (automne.etat, avancement(automne, AU.date()).total.nouveaux) == ("ouverte", frozenset())

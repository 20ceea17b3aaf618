"""Les indicateurs de la fiche 7, comparés à un compte fait à part."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tissu.actions.fichier_entreprises import indicateurs, operations
from tissu.actions.fichier_entreprises.models import EditionMensuelle, FiliereExcellence, Piste, RegleDePiste
from tissu.actions.fichier_entreprises.tests import conftest as decor
from tissu.comptes.models import Personne
from tissu.entrepot.instantane import Instantane
from tissu.socle.indicateurs import indicateurs as declares
from tissu.socle.periodes import exercice, mois, semestre

pytestmark = pytest.mark.django_db
AU = decor.AU
A_TEMPS = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_la_porte_promet_les_cinq_indicateurs() -> None:
    siens = sorted(code for code in declares() if code.startswith("fichier_entreprises."))
    assert siens == [
        f"fichier_entreprises.{nom}"
        for nom in ("creations_signalees", "listes_remises", "pistes_traitees", "rapports_a_temps", "rapports_remis")
    ]


def test_un_rapport_compte_quand_il_est_fige(registre: Instantane, mission: Personne) -> None:
    assert indicateurs.rapports_remis(mois("2026-10"), au=AU).valeur == 0
    assert indicateurs.rapports_remis(mois("2026-11"), au=AU).valeur is None
    operations.publier_mois(mois="2026-10", auteur=mission, au=A_TEMPS)
    releve = indicateurs.rapports_remis(mois("2026-10"), au=AU)
    assert (releve.valeur, releve.source_au) == (1, decor.SOURCE)
    assert [ligne["adresse"] for ligne in releve.preuves.lignes] == ["/fichier-entreprises/flux/2026-10/"]
    # Vu d'avant la publication, il ne compte pas encore.
    assert indicateurs.rapports_remis(mois("2026-10"), au=datetime(2026, 11, 15, tzinfo=UTC)).valeur == 0


def test_le_delai_se_compte_sur_les_rapports_dus(registre: Instantane, mission: Personne) -> None:
    operations.publier_mois(mois="2026-10", auteur=mission, au=A_TEMPS)
    apres = datetime(2026, 11, 30, tzinfo=UTC)
    releve = indicateurs.rapports_a_temps(exercice(2026), au=apres)
    # Dix mois dus (janvier à octobre), un seul figé, dans ses 25 jours.
    assert (releve.numerateur, releve.denominateur, releve.valeur) == (1, 10, 10)
    EditionMensuelle.objects.update(publiee_le=datetime(2026, 11, 26, tzinfo=UTC))
    assert indicateurs.rapports_a_temps(exercice(2026), au=apres).numerateur == 0


def test_les_listes_semestrielles(registre: Instantane, mission: Personne) -> None:
    assert indicateurs.listes_remises(semestre("2026-S2"), au=AU).valeur is None
    assert indicateurs.listes_remises(semestre("2026-S1"), au=AU).valeur == 0
    operations.publier_semestre(semestre="2026-S1", auteur=mission, au=AU)
    assert indicateurs.listes_remises(semestre("2026-S1"), au=AU).valeur == 1


def test_les_creations_sont_celles_des_rapports_et_ne_nomment_personne(registre: Instantane, mission: Personne) -> None:
    assert indicateurs.creations_signalees(mois("2026-10"), au=AU).valeur is None
    edition = operations.publier_mois(mois="2026-10", auteur=mission, au=A_TEMPS)
    releve = indicateurs.creations_signalees(mois("2026-10"), au=AU)
    a_part = {evenement[0] for evenement in edition.evenements if evenement[1] == "creation_pure"}
    assert (releve.valeur, {ligne["siret"] for ligne in releve.preuves.lignes}) == (len(a_part), a_part)
    assert {cle for ligne in releve.preuves.lignes for cle in ligne} == {"siret", "date_effet", "connu_le", "adresse"}


def piste(regle: RegleDePiste, numero: int, filiere: FiliereExcellence | None, etat: str, **champs: Any) -> Piste:
    fermee = {"fermee_le": AU} if etat == "fermee" else {}
    return Piste.objects.create(
        siret=f"9000001{numero:02d}00001", siren=f"9000001{numero:02d}", regle=regle, filiere=filiere, etat=etat,
        score=50,
        type_evenement="creation_pure", date_evenement=date(2026, 3, 1), prochaine_action="Appeler Ada au 06 00 00 00",
        creee_le=datetime(2026, 3, 2, tzinfo=UTC), **fermee, **champs,
    )  # fmt: skip


def test_les_pistes_traitees_par_filiere_taisent_les_petites(regle_valmy: RegleDePiste) -> None:
    numerique = regle_valmy.filiere
    for numero, etat in enumerate(("nouvelle", "contactee", "fermee", "prise")):
        piste(regle_valmy, numero, numerique, etat)
    piste(regle_valmy, 10, None, "fermee")
    releve = indicateurs.pistes_traitees(exercice(2026), au=AU)
    assert (releve.numerateur, releve.denominateur, releve.valeur) == (3, 5, 60)
    # Une seule filière tue se retrouverait par différence : l'autre l'est aussi.
    assert releve.ventilation == [("Numérique", None), ("Sans filière", None)]
    assert "Ada" not in str(releve.preuves)
    for numero in (11, 12):
        piste(regle_valmy, numero, None, "nouvelle")
    parts = dict(indicateurs.pistes_traitees(exercice(2026), au=AU).ventilation)
    assert parts["Numérique"] == Decimal(50)
    assert indicateurs.pistes_traitees(exercice(2025), au=AU).valeur is None

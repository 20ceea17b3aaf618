"""Une revue se fige à deux ; ce qui est figé ne bouge plus, même si la source disparaît, même pour l'administrateur."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatRevue, EtatTemps, TypeRevue
from tissu.programme.models import CoutDirect, Critere, Fiche, FigureFigee, JourPasse, Mesure, Revue
from tissu.programme.operations import revues
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.publications.revue import document_revue
from tissu.programme.queries import photographie
from tissu.programme.tests import fabrique

# La mesure vient avant la revue, qui la photographie.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mesure")]
AU, LE = fabrique.FIN_2024, fabrique.LE_BILAN
PREUVES = {"colonnes": [["nom", "Entreprise"]], "lignes": [{"nom": "Atelier d'essai"}]}


@pytest.fixture
def mesure(fiche: Fiche, critere: Critere) -> Mesure:
    """Sept entreprises sur dix, et une demi-journée validée."""
    JourPasse.objects.create(
        personne=fabrique.personne("charge_mission"), ligne=fiche.lignes.get(libelle="Entretiens"),
        jour=date(2024, 5, 2), duree_jours=Decimal("0.5"), etat=EtatTemps.VALIDE,
    )  # fmt: skip
    return Mesure.objects.create(
        critere=critere, periode="2024", debut=date(2024, 1, 1), fin=AU, valeur=Decimal(7),
        preuves=PREUVES, source="Suivi d'essai", source_au=date(2024, 12, 15), version_methode="2",
        origine="calculee", etablie_le=datetime(2024, 12, 20, 9, 0, tzinfo=UTC),
    )  # fmt: skip


def figure(revue: Revue, cle: str) -> FigureFigee:
    return revue.figures.get(cle=cle)


def test_la_photographie_garde_valeur_source_version_et_lignes(revue: Revue) -> None:
    critere = figure(revue, "f01.critere.entreprises")
    assert (critere.valeur, critere.cible, critere.version_methode, critere.source_au) == (
        Decimal(7), Decimal(10), "2", date(2024, 12, 15))  # fmt: skip
    assert critere.lignes["lignes"] == [{"nom": "Atelier d'essai", "_periode": "2024"}]
    assert figure(revue, "f01.depense").valeur == Decimal(350)
    assert figure(revue, "total.total_declare").valeur == figure(revue, "f01.total_declare").valeur == Decimal(9100)


def mesurer(critere: Critere, valeur: int, **champs: Any) -> Mesure:
    """Une mesure de plus du même critère, établie en janvier ; celle de la période est remplacée."""
    Mesure.objects.filter(critere=critere, periode=champs.get("periode", "2024")).update(remplacee=True)
    defauts = {"periode": "2024", "debut": date(2024, 1, 1), "fin": AU, "origine": "manuelle",
               "etablie_le": datetime(2025, 1, 15, 9, 0, tzinfo=UTC)}  # fmt: skip
    return Mesure.objects.create(critere=critere, valeur=Decimal(valeur), **(defauts | champs))


def test_le_bilan_compte_ce_qui_se_saisit_en_janvier_de_l_annee_finie(
    revue: Revue, critere: Critere, mission_cci: Personne
) -> None:
    assert figure(revue, "f01.critere.entreprises").valeur == Decimal(7)
    mesurer(critere, 9)
    changees = revues.rafraichir(revue=revue, auteur=mission_cci)
    assert "f01.critere.entreprises" in {une.cle for une in changees}
    assert figure(revue, "f01.critere.entreprises").valeur == Decimal(9)
    assert figure(revue, "f01.avancement.entreprises").valeur == Decimal("0.9")


def test_un_point_a_mi_parcours_ignore_ce_qui_parle_d_apres_sa_date(
    fiche: Fiche, critere: Critere, mission_cci: Personne
) -> None:
    Mesure.objects.all().delete()
    printemps = {"periode": "2024-T2", "debut": date(2024, 4, 1), "fin": date(2024, 6, 30)}
    ete = {"periode": "2024-T3", "debut": date(2024, 7, 1), "fin": date(2024, 9, 30)}
    mesurer(critere, 3, **printemps, source_au=date(2024, 7, 8))
    mesurer(critere, 4, **ete, source_au=date(2024, 9, 30))
    point = fabrique.ouvrir_revue(fiche.convention, mission_cci, type_=TypeRevue.MI_PARCOURS, au=date(2024, 6, 30))
    assert figure(point, "f01.critere.entreprises").valeur == Decimal(3)


def test_une_correction_apres_le_verrou_se_voit_comme_un_ecart(
    revue: Revue, critere: Critere, mission_cci: Personne, mission_metropole: Personne
) -> None:
    verrouillee = fabrique.verrouiller(revue, mission_cci, mission_metropole)
    assert revues.differences(verrouillee) == []
    mesurer(critere, 8, etablie_le=datetime(2025, 3, 2, 9, 0, tzinfo=UTC))
    ecarts = {une.cle: une for une in revues.differences(verrouillee, fiche=critere.fiche)}
    ecart = ecarts["f01.critere.entreprises"]
    assert ecart.figee and ecart.actuelle
    assert (ecart.figee.valeur, ecart.actuelle.valeur) == (Decimal(7), Decimal(8))
    assert figure(verrouillee, "f01.critere.entreprises").valeur == Decimal(7)


def test_soixante_quarante_au_centime_somme_a_la_depense_validee(
    fiche: Fiche, critere: Critere, mission_cci: Personne
) -> None:
    fabrique.contribution(fiche, "Métropole", 5460)
    fabrique.contribution(fiche, "CCI", 3640)
    JourPasse.objects.update(duree_jours=Decimal("0.25"))
    CoutDirect.objects.create(
        ligne=fiche.lignes.get(libelle="Restitution"), date_facture=date(2024, 3, 1), fournisseur="Imprimerie",
        libelle="Tirage", montant_eur=Decimal("33.33"), etat=EtatTemps.VALIDE, saisi_le=LE,
    )  # fmt: skip
    revue = fabrique.ouvrir_revue(fiche.convention, mission_cci)
    parts = [figure(revue, f"f01.financeur_{rang}.porte").valeur for rang in (1, 2)]
    assert parts == [Decimal("125.00"), Decimal("83.33")]
    assert sum(parts) == figure(revue, "f01.depense").valeur == Decimal("208.33")


def test_deux_organisations_verrouillent_et_la_fiche_se_clot(
    revue: Revue, fiche: Fiche, mission_cci: Personne, mission_metropole: Personne
) -> None:
    verrouillee = fabrique.verrouiller(revue, mission_cci, mission_metropole)
    fiche.refresh_from_db()
    assert (verrouillee.etat, fiche.etat) == (EtatRevue.VERROUILLEE, "close")


def test_deux_personnes_d_une_meme_organisation_ne_verrouillent_pas(revue: Revue, mission_cci: Personne) -> None:
    collegue = fabrique.personne("charge_mission", organisation="cci", cle="collegue")
    arretee = revues.arreter(revue=revue, auteur=mission_cci, au=LE)
    revues.donner_accord(revue=revue, empreinte=arretee.empreinte, auteur=mission_cci, au=LE)
    with pytest.raises(ModificationRefusee, match="déjà donné son accord"):
        revues.donner_accord(revue=revue, empreinte=arretee.empreinte, auteur=collegue, au=LE)
    revue.refresh_from_db()
    assert revue.etat == EtatRevue.ARRETEE


def test_un_contenu_change_depuis_la_lecture_refuse_l_accord(
    revue: Revue, mission_cci: Personne, mission_metropole: Personne
) -> None:
    lue = revues.arreter(revue=revue, auteur=mission_cci, au=LE).empreinte
    revues.donner_accord(revue=revue, empreinte=lue, auteur=mission_cci, au=LE)
    revues.rouvrir(revue=revue, motif="une phrase manque", auteur=mission_metropole)
    revues.commenter(revue=revue, fiche=None, texte="Ajout.", revision=0, auteur=mission_metropole, au=LE)
    revues.arreter(revue=revue, auteur=mission_cci, au=LE)
    with pytest.raises(ModificationRefusee, match="a changé depuis"):
        revues.donner_accord(revue=revue, empreinte=lue, auteur=mission_metropole, au=LE)
    assert revue.accords.count() == 0
    motifs = list(revue.historique.values_list("history_change_reason", flat=True))
    assert any("Accord annulé : Chambre d'essai" in motif for motif in motifs)


def test_seul_un_charge_de_mission_d_un_partenaire_agit(
    revue: Revue, elue: Personne, administratrice: Personne
) -> None:
    tierce = fabrique.personne("charge_mission", organisation="agence")
    limitee = fabrique.personne("charge_mission", organisation="metropole", cle="limitee", action="action_1")
    for personne in (elue, administratrice, tierce, limitee):
        with pytest.raises(ModificationRefusee, match="Seul un chargé de mission"):
            revues.arreter(revue=revue, auteur=personne, au=LE)


def test_deux_ecritures_du_meme_commentaire_se_voient(revue: Revue, fiche: Fiche, mission_cci: Personne) -> None:
    revues.commenter(revue=revue, fiche=fiche, texte="Le premier.", revision=0, auteur=mission_cci, au=LE)
    with pytest.raises(ConflitDeSaisie) as conflit:
        revues.commenter(revue=revue, fiche=fiche, texte="Le second.", revision=0, auteur=mission_cci, au=LE)
    assert (conflit.value.ancien, conflit.value.nouveau) == ({"texte": "Le premier."}, {"texte": "Le second."})


def test_la_source_effacee_apres_le_verrou_laisse_la_valeur_et_ses_lignes(
    revue: Revue, mesure: Mesure, mission_cci: Personne, mission_metropole: Personne
) -> None:
    verrouillee = fabrique.verrouiller(revue, mission_cci, mission_metropole)
    publie = document_revue(verrouillee)
    assert mesure.delete()[0] == 1
    assert JourPasse.objects.all().delete()[0] == 1
    assert document_revue(verrouillee) == publie
    critere = figure(revue, "f01.critere.entreprises")
    assert (critere.valeur, critere.lignes["lignes"][0]["nom"]) == (Decimal(7), "Atelier d'essai")
    assert figure(revue, "f01.depense").valeur == Decimal(350)
    changees = {une.cle for une in revues.differences(revue)}
    assert {"f01.critere.entreprises", "f01.depense", "total.depense"} <= changees


def test_une_rectification_se_lit_a_cote(revue: Revue, mission_cci: Personne, mission_metropole: Personne) -> None:
    critere = figure(revue, "f01.critere.entreprises")
    donnees = {"figure": critere, "valeur": Decimal(8), "motif": "Une entreprise oubliée", "source_au": AU}
    with pytest.raises(ModificationRefusee, match="pas verrouillée"):
        revues.rectifier(**donnees, auteur=mission_cci, au=LE)
    fabrique.verrouiller(revue, mission_cci, mission_metropole)
    revues.rectifier(**donnees, auteur=mission_cci, au=LE)
    critere.refresh_from_db()
    assert (critere.valeur, critere.rectifications.get().valeur) == (Decimal(7), Decimal(8))


def test_une_erreur_de_budget_sans_decision_empeche_d_arreter(
    revue: Revue, fiche: Fiche, mission_cci: Personne
) -> None:
    Fiche.objects.filter(pk=fiche.pk).update(total_declare_eur=Decimal(8400))
    with pytest.raises(ModificationRefusee, match="sans décision"):
        revues.arreter(revue=revue, auteur=mission_cci, au=LE)


ORDRES = (
    "UPDATE programme_figurefigee SET valeur = 99",
    "DELETE FROM programme_figurefigee",
    "UPDATE programme_commentaire SET texte = 'autre'",
    "DELETE FROM programme_commentaire",
    "UPDATE programme_proposition SET suite = 'arreter'",
    "DELETE FROM programme_proposition",
    "UPDATE programme_accordderevue SET empreinte = ''",
    "DELETE FROM programme_accordderevue",
    "UPDATE programme_revue SET etat = 'ouverte'",
    "DELETE FROM programme_revue",
    "UPDATE programme_rectification SET valeur = 1",
    "DELETE FROM programme_rectification",
    "DELETE FROM programme_versiondefiche",
    "INSERT INTO programme_commentaire (revue_id, organisation_id, texte, revision, ecrit_le) "
    "SELECT revue_id, organisation_id, 'intrus', 1, ecrit_le FROM programme_commentaire",
)


@pytest.mark.parametrize("ordre", ORDRES)
def test_la_base_refuse_de_changer_ce_qui_est_verrouille(
    ordre: str, gardes: None, revue: Revue, fiche: Fiche, mission_cci: Personne, mission_metropole: Personne
) -> None:
    revues.commenter(revue=revue, fiche=fiche, texte="Vu.", revision=0, auteur=mission_cci, au=LE)
    revues.proposer(
        revue=revue, fiche=fiche, suite="reconduire", texte="", total_eur=None, cibles={}, revision=0,
        auteur=mission_cci, au=LE,
    )  # fmt: skip
    fabrique.verrouiller(revue, mission_cci, mission_metropole)
    revues.rectifier(
        figure=revue.figures.first(), valeur=Decimal(8), motif="Su depuis", source_au=AU, auteur=mission_cci, au=LE
    )
    with pytest.raises(DatabaseError, match="figee"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)


def test_une_figure_n_entre_pas_dans_une_revue_verrouillee(
    gardes: None, revue: Revue, fiche: Fiche, mission_cci: Personne, mission_metropole: Personne
) -> None:
    fabrique.verrouiller(revue, mission_cci, mission_metropole)
    fabrique.fiche(numero=1, annee=2025)
    autre = revues.ouvrir(
        convention=fiche.convention, annee=2025, type=TypeRevue.MI_PARCOURS, au=AU, auteur=mission_cci, le=LE
    )
    intruse = autre.figures.get(cle="total.depense")
    with pytest.raises(DatabaseError, match="figee"), transaction.atomic():
        FigureFigee.objects.filter(pk=intruse.pk).update(revue=revue, cle="total.intruse")
    revues.rafraichir(revue=autre, auteur=mission_cci)


def test_la_photographie_coute_autant_pour_une_fiche_que_pour_trois(
    fiche: Fiche,
) -> None:
    revue = Revue(convention=fiche.convention, annee=2024, type=TypeRevue.BILAN_ANNUEL, au=AU)
    with CaptureQueriesContext(connection) as une:
        photographie.figures(revue)
    for numero in (2, 3):
        fabrique.critere(fabrique.fiche(numero=numero))
    with CaptureQueriesContext(connection) as trois:
        photographie.figures(revue)
    assert len(une) == len(trois)

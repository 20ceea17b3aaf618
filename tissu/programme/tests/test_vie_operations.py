"""Échéances, réunions, livrables : ce que les opérations écrivent, refusent, et gardent."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tissu.programme.choices import EtatEcheance, EtatFiche, EtatReunion
from tissu.programme.models import AbonnementCalendrier, Echeance, Reunion
from tissu.programme.operations import abonnements, echeances, livrables, reunions, series
from tissu.programme.operations.conflits import ConflitDeSaisie
from tissu.programme.operations.vie import VieRefusee
from tissu.programme.queries.vie import ChoseOuverte, Retards, choses_ouvertes, prochaine, retards
from tissu.programme.rules.jetons import empreinte_du_jeton
from tissu.programme.tests import fabrique
from tissu.programme.tests.fabrique import AU, JOUR

PARIS = ZoneInfo("Europe/Paris")
pytestmark = pytest.mark.django_db


def tache(fiche: Any, auteur: Any, **champs: Any) -> Echeance:
    defauts = {"type": "tache", "titre": "Rédiger le bilan", "echeance": date(2024, 6, 20)}
    return echeances.creer_echeance(fiche=fiche, auteur=auteur, au=AU, **(defauts | champs))


def contenu(debut: datetime = datetime(2024, 3, 12, 14, tzinfo=PARIS), **champs: Any) -> reunions.ContenuDeReunion:
    return reunions.ContenuDeReunion(titre="Réunion technique", debut=debut, **champs)


def pdf(nom: str = "note.pdf", suite: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, b"%PDF-1.7 essai" + suite, content_type="application/pdf")


def test_deplacer_garde_la_premiere_date_et_le_motif(fiche: Any, mission_cci: Any) -> None:
    une = tache(fiche, mission_cci)
    for le, motif in ((date(2024, 7, 1), "Données en retard"), (date(2024, 7, 15), "Congés")):
        echeances.modifier_echeance(
            echeance=une, revision=une.revision, titre=une.titre, detail="", le=le, responsable=None, motif=motif,
            auteur=mission_cci, au=AU,
        )  # fmt: skip
    une.refresh_from_db()
    assert (une.echeance, une.echeance_initiale, une.motif, une.revision) == (
        date(2024, 7, 15), date(2024, 6, 20), "Congés", 3,
    )  # fmt: skip
    assert [trace.history_user for trace in une.historique.all()] == [mission_cci] * 3


def test_deplacer_sans_motif_est_refuse(fiche: Any, mission_cci: Any) -> None:
    une = tache(fiche, mission_cci)
    with pytest.raises(VieRefusee, match="pourquoi"):
        echeances.modifier_echeance(
            echeance=une, revision=1, titre="x", detail="", le=date(2024, 9, 1), responsable=None, motif=" ",
            auteur=mission_cci, au=AU,
        )  # fmt: skip


def test_faire_rouvrir_abandonner(fiche: Any, mission_cci: Any) -> None:
    une = tache(fiche, mission_cci)
    echeances.terminer_echeance(echeance=une, revision=1, le=JOUR, auteur=mission_cci, au=AU)
    assert (une.etat, une.faite_le) == (EtatEcheance.FAITE, JOUR)
    echeances.rouvrir_echeance(echeance=une, revision=2, auteur=mission_cci, au=AU)
    assert (une.etat, une.faite_le) == (EtatEcheance.A_FAIRE, None)
    with pytest.raises(VieRefusee, match="pourquoi"):
        echeances.abandonner_echeance(echeance=une, revision=3, motif="", auteur=mission_cci, au=AU)
    echeances.abandonner_echeance(echeance=une, revision=3, motif="Sans objet", auteur=mission_cci, au=AU)
    assert Echeance.objects.get(pk=une.pk).motif == "Sans objet"


def test_la_tache_d_un_partenaire_n_est_pas_a_l_autre(fiche: Any, mission_cci: Any, mission_metropole: Any) -> None:
    une = tache(fiche, mission_cci)
    with pytest.raises(VieRefusee, match="Chambre d'essai"):
        echeances.terminer_echeance(echeance=une, revision=1, le=JOUR, auteur=mission_metropole, au=AU)
    # Un jalon sans organisation est commun ; une tâche confiée se termine par qui l'a reçue.
    commun = tache(fiche, mission_cci, type="jalon")
    confiee = tache(fiche, mission_cci, responsable=mission_metropole, organisation=mission_cci.organisation)
    for possible in (commun, confiee):
        echeances.terminer_echeance(echeance=possible, revision=1, le=JOUR, auteur=mission_metropole, au=AU)


def test_fiche_close_et_roles(fiche: Any, mission_cci: Any, elue: Any) -> None:
    with pytest.raises(VieRefusee, match="chargés de mission"):
        tache(fiche, elue)
    with pytest.raises(VieRefusee, match="partenaire"):
        tache(fiche, mission_cci, responsable=fabrique.personne("charge_mission", organisation="agence"))
    fiche.etat = EtatFiche.CLOSE
    for geste in (
        lambda: tache(fiche, mission_cci),
        lambda: reunions.creer_reunion(fiche=fiche, contenu=contenu(), auteur=mission_cci, au=AU),
        lambda: livrables.promettre_livrable(fiche=fiche, titre="x", attendu_le=None, auteur=mission_cci, au=AU),
    ):
        with pytest.raises(VieRefusee, match="close"):
            geste()


def test_serie_a_la_meme_heure_ete_comme_hiver(fiche: Any, mission_cci: Any, mission_metropole: Any) -> None:
    serie = series.creer_serie(
        fiche=fiche, contenu=contenu(invites=(mission_cci, mission_metropole), autres=("Mme Durand", "Mme Durand")),
        frequence="mensuelle", repere="rang", jusqu_au=date(2024, 5, 31), auteur=mission_cci, au=AU,
    )  # fmt: skip
    debuts = [une.debut.astimezone(PARIS).isoformat() for une in serie.reunions.order_by("debut")]
    assert debuts == ["2024-03-12T14:00:00+01:00", "2024-04-09T14:00:00+02:00", "2024-05-14T14:00:00+02:00"]
    participants = [str(une) for une in serie.reunions.first().participations.order_by("pk")]
    assert participants == [str(mission_cci), str(mission_metropole), "Mme Durand"]


def test_serie_trop_longue_ou_qui_finit_avant(fiche: Any, mission_cci: Any) -> None:
    for jusqu_au, message in ((date(2034, 1, 1), "60 au plus"), (date(2024, 3, 1), "finit avant")):
        with pytest.raises(VieRefusee, match=message):
            series.creer_serie(
                fiche=fiche, contenu=contenu(), frequence="mensuelle", repere="rang", jusqu_au=jusqu_au,
                auteur=mission_cci, au=AU,
            )  # fmt: skip
    assert not Reunion.objects.exists()


def test_arreter_une_serie_n_annule_que_l_avenir(fiche: Any, mission_cci: Any) -> None:
    serie = series.creer_serie(
        fiche=fiche, contenu=contenu(), frequence="mensuelle", repere="rang", jusqu_au=date(2024, 8, 31),
        auteur=mission_cci, au=AU,
    )  # fmt: skip
    assert series.arreter_serie(serie=serie, motif="Fin du travail", auteur=mission_cci, au=AU) == 3
    etats = [une.etat for une in serie.reunions.order_by("debut")]
    assert etats == ["prevue", "prevue", "prevue", "annulee", "annulee", "annulee"]


def test_deux_comptes_rendus_en_meme_temps_ne_perdent_rien(
    fiche: Any, mission_cci: Any, mission_metropole: Any
) -> None:
    reunion = reunions.creer_reunion(fiche=fiche, contenu=contenu(), auteur=mission_cci, au=AU)
    autre = Reunion.objects.get(pk=reunion.pk)
    reunions.rediger_compte_rendu(reunion=reunion, revision=1, texte="Notes CCI", auteur=mission_cci, au=AU)
    with pytest.raises(ConflitDeSaisie) as conflit:
        reunions.rediger_compte_rendu(
            reunion=autre, revision=1, texte="Notes Métropole", fichier=pdf(), auteur=mission_metropole, au=AU
        )
    assert (conflit.value.ancien, conflit.value.nouveau) == (
        {"compte_rendu": "Notes CCI"}, {"compte_rendu": "Notes Métropole"},
    )  # fmt: skip
    assert not fiche.pieces.exists()
    assert Reunion.objects.get(pk=reunion.pk).etat == EtatReunion.TENUE


def test_noter_les_presences_ne_gene_pas_la_redaction(fiche: Any, mission_cci: Any, mission_metropole: Any) -> None:
    reunion = reunions.creer_reunion(
        fiche=fiche, contenu=contenu(invites=(mission_metropole,)), auteur=mission_cci, au=AU
    )
    qui = reunion.participations.get()
    reunions.noter_presences(reunion=reunion, presences={qui.pk: "excusee"}, auteur=mission_metropole, au=AU)
    reunions.rediger_compte_rendu(reunion=reunion, revision=1, texte="Notes", auteur=mission_cci, au=AU)
    assert reunion.participations.get().presence == "excusee"


def test_une_reunion_a_venir_n_a_pas_de_compte_rendu(fiche: Any, mission_cci: Any) -> None:
    demain = reunions.creer_reunion(fiche=fiche, contenu=contenu(AU + timedelta(days=1)), auteur=mission_cci, au=AU)
    with pytest.raises(VieRefusee, match="pas encore eu lieu"):
        reunions.rediger_compte_rendu(reunion=demain, revision=1, texte="x", auteur=mission_cci, au=AU)


def test_une_decision_cree_sa_tache(fiche: Any, mission_cci: Any, mission_metropole: Any) -> None:
    reunion = reunions.creer_reunion(fiche=fiche, contenu=contenu(), auteur=mission_cci, au=AU)
    decision = reunions.prendre_decision(
        reunion=reunion, texte="Relancer les clubs", auteur=mission_cci, au=AU,
        tache=reunions.TacheDecidee("", date(2024, 7, 1), mission_metropole),
    )  # fmt: skip
    faite = decision.echeance
    assert faite is not None
    assert (faite.titre, faite.responsable, faite.organisation) == (
        "Relancer les clubs", mission_metropole, mission_metropole.organisation,
    )  # fmt: skip


def test_changer_une_seule_occurrence(fiche: Any, mission_cci: Any, mission_metropole: Any) -> None:
    serie = series.creer_serie(
        fiche=fiche, contenu=contenu(invites=(mission_cci,)), frequence="mensuelle", repere="rang",
        jusqu_au=date(2024, 5, 31), auteur=mission_cci, au=AU,
    )  # fmt: skip
    premiere, deuxieme, _ = serie.reunions.order_by("debut")
    with pytest.raises(VieRefusee, match="même série"):
        reunions.modifier_reunion(
            reunion=deuxieme, revision=1, contenu=contenu(premiere.debut), auteur=mission_cci, au=AU
        )
    deplacee = datetime(2024, 4, 11, 9, tzinfo=PARIS)
    reunions.modifier_reunion(
        reunion=deuxieme, revision=1, contenu=contenu(deplacee, invites=(mission_metropole,)), auteur=mission_cci, au=AU
    )
    assert [une.debut for une in serie.reunions.order_by("debut")][1] == deplacee
    assert [une.personne for une in deuxieme.participations.all()] == [mission_metropole]


def test_une_remise_remplacee_reste_dans_l_historique(fiche: Any, mission_cci: Any) -> None:
    promis = livrables.promettre_livrable(
        fiche=fiche, titre="Note", attendu_le=date(2024, 5, 1), auteur=mission_cci, au=AU
    )
    with pytest.raises(VieRefusee, match="Joignez"):
        livrables.remettre_livrable(livrable=promis, revision=1, le=JOUR, auteur=mission_cci, au=AU)
    livrables.remettre_livrable(livrable=promis, revision=1, le=JOUR, fichier=pdf("v1.pdf"), auteur=mission_cci, au=AU)
    livrables.remettre_livrable(
        livrable=promis, revision=2, le=JOUR, fichier=pdf("v2.pdf", b"2"), auteur=mission_cci, au=AU
    )
    assert [str(trace.piece or "") for trace in promis.historique.all()] == ["v2.pdf", "v1.pdf", ""]
    with pytest.raises(ConflitDeSaisie):
        livrables.remettre_livrable(
            livrable=promis, revision=2, le=JOUR, adresse="https://exemple.fr", auteur=mission_cci, au=AU
        )


def test_le_jeton_n_est_pas_garde_et_le_nouveau_remplace(mission_cci: Any) -> None:
    premier = abonnements.donner_jeton(personne=mission_cci, au=AU)
    second = abonnements.donner_jeton(personne=mission_cci, au=AU)
    garde = AbonnementCalendrier.objects.get(personne=mission_cci)
    assert garde.empreinte == empreinte_du_jeton(second) != empreinte_du_jeton(premier)


def test_retards_et_prochaines_en_requetes_constantes(
    fiche: Any, mission_cci: Any, django_assert_num_queries: Any
) -> None:
    fiches = [fiche, *(fabrique.fiche(numero) for numero in (2, 3))]
    for une in fiches[:2]:
        tache(une, mission_cci, echeance=date(2024, 6, 1))
        tache(une, mission_cci, echeance=JOUR, type="jalon", titre="Point")
        livrables.promettre_livrable(fiche=une, titre="L", attendu_le=date(2024, 6, 9), auteur=mission_cci, au=AU)
        reunions.creer_reunion(fiche=une, contenu=contenu(AU), auteur=mission_cci, au=AU)
    for groupe in (fiches[:1], fiches):
        with django_assert_num_queries(3):
            ouvertes = choses_ouvertes(groupe, au=JOUR)
    lus = {pk: retards(siennes, au=JOUR) for pk, siennes in ouvertes.items()}
    assert lus == {fiche.pk: Retards(0, 1, 1), fiches[1].pk: Retards(0, 1, 1), fiches[2].pk: Retards()}
    jalon = Echeance.objects.get(fiche=fiche, type="jalon")
    assert prochaine(ouvertes[fiche.pk], au=JOUR) == ChoseOuverte(JOUR, "jalon", jalon.pk, "Point")
    assert prochaine(ouvertes[fiches[2].pk], au=JOUR) is None


def test_une_serie_ne_commence_pas_un_dimanche(fiche: Any, mission_cci: Any) -> None:
    with pytest.raises(VieRefusee, match="jour de semaine"):
        series.creer_serie(
            fiche=fiche, contenu=contenu(datetime(2024, 3, 10, 14, tzinfo=PARIS)), frequence="mensuelle",
            repere="rang", jusqu_au=date(2024, 5, 31), auteur=mission_cci, au=AU,
        )  # fmt: skip

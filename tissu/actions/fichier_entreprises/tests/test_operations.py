"""Les écritures : figer, revoir, faire vivre les pistes et les veilles."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from tissu.actions.fichier_entreprises import operations
from tissu.actions.fichier_entreprises.choices import EtatPiste, EvenementVeille, Frequence, GestePiste
from tissu.actions.fichier_entreprises.models import (
    EditionMensuelle,
    EditionPlusDe50,
    Piste,
    RegleDePiste,
    Signalement,
    Veille,
)
from tissu.actions.fichier_entreprises.queries import flux, grands
from tissu.actions.fichier_entreprises.tests import conftest as decor
from tissu.actions.fichier_entreprises.tests import registre as petit
from tissu.comptes.models import Acces, Personne
from tissu.entrepot.instantane import Instantane
from tissu.messages.choices import EtatRemise
from tissu.messages.models import Remise
from tissu.messages.operations import choisir
from tissu.messages.tests.fabrique import distribuer

pytestmark = pytest.mark.django_db
AU = decor.AU


def test_la_premiere_valeur_ne_change_plus_quand_le_registre_change(
    registre: Instantane, publier: Callable[..., Instantane], mission: Personne
) -> None:
    edition = operations.publier_mois(mois="2026-10", auteur=mission, au=AU)
    assert edition.totaux["creation_pure"] == {"etablissements": 1, "unites_legales": 1}
    assert (edition.connu_au, len(edition.evenements)) == (date(2026, 11, 10), 12)
    avant = EditionMensuelle.objects.values().get()

    tardif = petit.evenement(30, "creation_pure", date(2026, 10, 20), connu_le=date(2026, 12, 1))
    publier(
        date(2026, 12, 15),
        evenements=[*decor.evenements_d_octobre(), tardif],
        etablissements=decor.etablissements(),
        unites_legales=decor.unites(),
    )
    assert EditionMensuelle.objects.values().get() == avant
    revision = flux.rapport("2026-11").revisions[0]
    assert (revision.mois, revision.premiere, revision.revise["creation_pure"]) == (
        "2026-10", avant["totaux"], {"etablissements": 3, "unites_legales": 3},
    )  # fmt: skip


def test_un_mois_ne_se_publie_qu_une_fois(registre: Instantane, mission: Personne) -> None:
    operations.publier_mois(mois="2026-10", auteur=mission, au=AU)
    with pytest.raises(operations.PublicationRefusee, match="déjà publié"):
        operations.publier_mois(mois="2026-10", auteur=mission, au=AU)


def test_un_mois_provisoire_ne_se_publie_pas(registre: Instantane, mission: Personne) -> None:
    with pytest.raises(operations.PublicationRefusee, match="encore provisoire"):
        operations.publier_mois(mois="2026-11", auteur=mission, au=AU)


def test_seul_un_charge_de_mission_publie(registre: Instantane, chargee: Personne) -> None:
    with pytest.raises(operations.PublicationRefusee, match="Seul un chargé de mission"):
        operations.publier_mois(mois="2026-10", auteur=chargee, au=AU)


def test_la_liste_figee_dit_ses_entrants_et_ses_sortants(
    registre: Instantane, publier: Callable[..., Instantane], mission: Personne
) -> None:
    operations.publier_semestre(semestre="2026-S1", auteur=mission, au=AU)
    avant = EditionPlusDe50.objects.values().get()
    changes = [ligne for ligne in decor.etablissements() if ligne["siret"] not in (petit.siret(51), petit.siret(54))]
    publier(
        date(2027, 1, 15),
        etablissements=[
            *changes,
            petit.etablissement(51, nom="Cinquante et un", etat="F", date_fermeture=date(2026, 12, 1)),
            petit.etablissement(54, nom="A grandi", effectif_cci=60, effectif_cci_date=date(2026, 11, 1)),
        ],
        unites_legales=decor.unites(),
    )
    liste = grands.liste("2026-S2")
    etablissements = [(m.ligne.nom, m.raison) for m in liste.entrants if m.ligne.unite == "etablissement"]
    sortis = [(m.ligne.nom, m.raison) for m in liste.sortants if m.ligne.unite == "etablissement"]
    assert etablissements == [("A grandi", "Désormais plus de 50, fichier consulaire 2026")]
    assert sortis == [("Cinquante et un", "Fermé le 01/12/2026")]
    assert EditionPlusDe50.objects.values().get() == avant
    assert [ligne.nom for ligne in grands.liste("2026-S1").etablissements][1] == "Cinquante et un"


def registre_de_valmy(publier: Callable[..., Instantane], **champs: Any) -> Instantane:
    """L'exemple de la fiche : entreprise neuve du numérique, quinze salariés, bureaux à Valmy."""
    return publier(
        evenements=[petit.evenement(1, "creation_pure", date(2026, 10, 20), tranche_effectif="NN")],
        etablissements=[petit.etablissement(1, nom="Logiciels neufs", tranche_effectif="NN", **champs)],
        etablissements_zones=[{"siret": petit.siret(1), "zone_id": "valmy"}],
    )


def test_l_entreprise_de_valmy_devient_une_piste_confiee_a_sa_filiere(
    publier: Callable[..., Instantane], regle_valmy: RegleDePiste, chargee: Personne
) -> None:
    registre_de_valmy(publier, effectif_cci=15)
    assert operations.apres_import(au=AU) == {"pistes": 1, "signalements": 0}
    piste = Piste.objects.get()
    assert (piste.siret, piste.assignee, piste.etat, piste.score) == (petit.siret(1), chargee, EtatPiste.NOUVELLE, 85)
    assert piste.raisons[2:] == ["zone Valmy", "15 salariés déclarés au fichier consulaire"]
    assert operations.creer_pistes(au=AU) == 0


def test_une_piste_close_ne_renait_pas(
    publier: Callable[..., Instantane], regle_valmy: RegleDePiste, chargee: Personne
) -> None:
    registre_de_valmy(publier)
    operations.creer_pistes(au=AU)
    operations.fermer_piste(piste=Piste.objects.get(), motif="pas_pour_nous", auteur=chargee, au=AU)
    assert operations.creer_pistes(au=AU) == 0
    piste = Piste.objects.get()
    assert (piste.etat, piste.motif_fermeture, piste.fermee_le) == ("fermee", "pas_pour_nous", AU)


@pytest.fixture
def piste(publier: Callable[..., Instantane], regle_valmy: RegleDePiste) -> Piste:
    registre_de_valmy(publier, effectif_cci=15)
    operations.creer_pistes(au=AU)
    return Piste.objects.get()


def test_le_journal_garde_chaque_geste(piste: Piste, chargee: Personne) -> None:
    operations.prendre_piste(piste=piste, auteur=chargee, au=AU)
    operations.suivre_piste(
        piste=piste,
        geste=GestePiste.CONTACT,
        texte="Rendez-vous pris.",
        prochaine_action="Visite",
        echeance=date(2026, 12, 1),
        auteur=chargee,
        au=AU,
    )
    operations.fermer_piste(piste=piste, motif="rencontree", texte="Très bon accueil.", auteur=chargee, au=AU)
    operations.rouvrir_piste(piste=piste, auteur=chargee, au=AU)
    gestes = list(piste.etapes.order_by("pk").values_list("geste", flat=True))
    assert gestes == ["creation", "prise", "contact", "fermee", "rouverte"]
    piste.refresh_from_db()
    assert (piste.etat, piste.motif_fermeture, piste.fermee_le) == (EtatPiste.PRISE, "", None)


def test_la_piste_d_un_autre_ne_se_suit_pas(piste: Piste) -> None:
    autre = decor.personne("autre", "charge_filiere")
    with pytest.raises(operations.GesteRefuse, match="suivie par quelqu'un d'autre"):
        operations.prendre_piste(piste=piste, auteur=autre, au=AU)
    with pytest.raises(operations.GesteRefuse, match="Seul un chargé de mission confie"):
        operations.confier_piste(piste=piste, a=autre, auteur=autre, au=AU)


def test_on_ne_confie_qu_a_qui_peut_lire(piste: Piste, mission: Personne, elu: Personne) -> None:
    with pytest.raises(operations.GesteRefuse, match="n'a pas accès aux pistes"):
        operations.confier_piste(piste=piste, a=elu, auteur=mission, au=AU)
    operations.confier_piste(piste=piste, a=mission, auteur=mission, au=AU)
    piste.refresh_from_db()
    assert piste.assignee == mission


def veille(personne: Personne, **champs: Any) -> Veille:
    defauts = {"nom": "Suivies", "evenements": list(EvenementVeille.values), "frequence": Frequence.QUOTIDIENNE}
    return operations.enregistrer_veille(veille=Veille(**{**defauts, **champs}), auteur=personne, au=AU)


def test_une_veille_signale_une_fois_chaque_fait(
    publier: Callable[..., Instantane], chargee: Personne, mission: Personne
) -> None:
    publier(
        evenements=[
            petit.evenement(1, "fermeture_etablissement", date(2026, 10, 20)),
            petit.evenement(2, "transfert_interne", date(2026, 10, 20), siret_lie=petit.siret(3)),
            petit.evenement(4, "procedure_collective", date(2026, 10, 20)),
            petit.evenement(5, "creation_pure", date(2026, 10, 20)),
            petit.evenement(6, "fermeture_etablissement", date(2026, 10, 20)),
        ],
        etablissements=[
            *[petit.etablissement(n) for n in (1, 2, 3, 4, 5, 6)],
            petit.etablissement(7, date_fermeture=date(2027, 1, 31)),
        ],
    )
    veille(chargee, sirets=[petit.siret(n) for n in (1, 3, 4, 5, 7)])
    assert operations.relever_veilles(au=AU) == 4
    assert operations.relever_veilles(au=AU) == 0
    assert sorted(Signalement.objects.values_list("siret", "evenement")) == [
        (petit.siret(1), "fermeture"), (petit.siret(2), "demenagement"), (petit.siret(4), "procedure"),
        (petit.siret(7), "fermeture_prevue"),
    ]  # fmt: skip


def test_le_passage_de_50_se_lit_contre_la_derniere_liste(
    registre: Instantane, publier: Callable[..., Instantane], mission: Personne
) -> None:
    operations.publier_semestre(semestre="2026-S1", auteur=mission, au=AU)
    veille(mission, codes_naf=["62"], evenements=["passage_seuil"])
    assert operations.relever_veilles(au=AU) == 0
    publier(
        date(2026, 12, 15),
        etablissements=[*decor.etablissements()[:-1], petit.etablissement(54, effectif_cci=60, tranche_effectif="12")],
    )
    assert operations.relever_veilles(au=AU) == 1
    assert Signalement.objects.get().texte == "Au-dessus de 50 salariés, absente de la liste 2026-S1"


def test_une_veille_vide_est_refusee(mission: Personne) -> None:
    with pytest.raises(operations.VeilleRefusee, match="Dites quelles entreprises suivre"):
        veille(mission)


def test_le_digest_part_une_fois_et_jamais_vide(publier: Callable[..., Instantane], chargee: Personne) -> None:
    publier(
        evenements=[petit.evenement(1, "fermeture_etablissement", date(2026, 10, 20))],
        etablissements=[petit.etablissement(1)],
    )
    veille(chargee, sirets=[petit.siret(1)])
    assert operations.envoyer_digests(au=AU, frequences=["quotidienne"]) == 0
    operations.relever_veilles(au=AU)
    assert operations.envoyer_digests(au=AU, frequences=["hebdomadaire"]) == 0
    assert operations.envoyer_digests(au=AU, frequences=["quotidienne"]) == 1
    assert operations.envoyer_digests(au=AU, frequences=["quotidienne"]) == 0
    assert mail.outbox == []
    distribuer(au=AU)
    [message] = mail.outbox
    assert (message.to, message.subject) == ([chargee.courriel], "Vos veilles : 1 entreprise à regarder")
    assert "Fermeture d'établissement, le 20" in message.body
    assert f"/registre/etablissements/{petit.siret(1)}/" in message.body


def test_celui_qui_attend_retient_le_suivant_qui_dit_tout(
    publier: Callable[..., Instantane], chargee: Personne
) -> None:
    ouverte = veille(chargee, sirets=[petit.siret(1)])

    def signaler(reference: str) -> None:
        Signalement.objects.create(
            veille=ouverte, siret=petit.siret(1), evenement="fermeture", reference=reference, texte=reference,
            releve_le=AU,
        )  # fmt: skip

    signaler("Premier fait")
    assert operations.envoyer_digests(au=AU, frequences=["quotidienne"]) == 1
    espace = Remise.objects.get(destinataire=f"personne:{chargee.pk}", canal="espace")
    assert espace.etat == EtatRemise.RECUE
    signaler("Deuxième fait")
    signaler("Troisième fait")
    assert operations.envoyer_digests(au=AU, frequences=["quotidienne"]) == 0
    distribuer(au=AU)
    assert operations.envoyer_digests(au=AU, frequences=["quotidienne"]) == 1
    distribuer(au=AU)
    dits = [[fait for fait in ("Premier", "Deuxième", "Troisième") if f"{fait} fait" in m.body] for m in mail.outbox]
    assert dits == [["Premier"], ["Deuxième", "Troisième"]]


def test_l_arret_en_un_geste_arrete_le_resume_et_la_reprise_n_en_redit_rien(chargee: Personne) -> None:
    ouverte = veille(chargee, sirets=[petit.siret(1)])
    choisir(
        canal="courriel", valeur=chargee.courriel, finalite="fichier_entreprises.veilles", sens="oppose",
        source="lien", auteur=None, au=AU,
    )  # fmt: skip
    Signalement.objects.create(
        veille=ouverte, siret=petit.siret(1), evenement="fermeture", reference="x", texte="x", releve_le=AU
    )
    assert operations.envoyer_digests(au=AU, frequences=["quotidienne"]) == 0
    assert Signalement.objects.get().envoye_le is None
    operations.regler_le_resume(personne=chargee, actif=True, au=AU + timedelta(minutes=1))
    assert operations.envoyer_digests(au=AU + timedelta(hours=1), frequences=["quotidienne"]) == 0


def test_l_hebdomadaire_part_le_mardi() -> None:
    lundi = AU
    mardi = lundi.replace(day=24)
    assert operations.veilles.frequences_du_jour(lundi) == ["quotidienne"]
    assert operations.veilles.frequences_du_jour(mardi) == ["quotidienne", "hebdomadaire"]


def test_le_dirigeant_n_est_lu_que_par_qui_y_a_droit(registre: Instantane, mission: Personne, elu: Personne) -> None:
    liste = grands.liste("2026-S1")
    assert operations.lire_dirigeants(liste=liste, personne=elu, au=AU) is None
    assert operations.lire_dirigeants(liste=liste, personne=mission, au=AU) == {}
    assert Acces.objects.count() == 0
    decor.donnee_consulaire(petit.siret(51), "Ada Dirigeante")
    assert operations.lire_dirigeants(liste=liste, personne=mission, au=AU) == {petit.siret(51): "Ada Dirigeante"}
    acces = Acces.objects.get()
    assert (acces.personne, acces.objet_type, acces.objet_id) == (mission, "liste_plus_de_50", "2026-S1")

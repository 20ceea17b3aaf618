"""Les écrans du partenariat : qui les ouvre, ce qu'ils disent, combien ils demandent à la base."""

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Fiche
from tissu.programme.operations import edition, etats
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]


def texte(reponse: Any) -> str:
    """Le texte d'une page, balises ôtées, blancs réunis, insécables ouverts."""
    lu = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reponse.content.decode())))
    return re.sub(r"\s+", " ", lu.replace("\u00a0", " ").replace("\u202f", " "))


def adresses(fiche: Fiche) -> list[str]:
    return [
        reverse("programme:tableau"), reverse("programme:conventions"),
        reverse("programme:convention", args=[fiche.convention_id]),
        *(reverse(f"programme:{nom}", args=[fiche.pk]) for nom in ("fiche", "budget", "historique", "versions")),
        *(reverse("programme:fiche_fichier", args=[fiche.pk, format_]) for format_ in ("pdf", "xlsx")),
        *(reverse("programme:tableau_fichier", args=[format_]) for format_ in ("pdf", "xlsx")),
    ]  # fmt: skip


def test_une_elue_lit_tout_une_entreprise_rien(
    fiche: Fiche, connecte: Connecter, elue: Personne, entreprise: Personne
) -> None:
    fabrique.section(fiche, texte="Un **objectif**.\n\n- douze entreprises\n- <script>")
    fabrique.contribution(fiche, "Métropole", 5000)
    for qui, attendu in ((elue, 200), (entreprise, 403)):
        client = connecte(qui)
        assert {(adresse, client.get(adresse).status_code) for adresse in adresses(fiche)} == {
            (adresse, attendu) for adresse in adresses(fiche)
        }


def test_le_tableau_explique_les_700_euros(connecte: Connecter, elue: Personne) -> None:
    fabrique.fiche(1, lignes=[("Une", 9100, 13)])
    fabrique.fiche(
        9, total_declare_eur=Decimal(11900), lignes=[("Étude", 7700, 11), ("Salons", 700, 1), ("Pays", 4200, 6)]
    )
    lu = texte(connecte(elue).get(reverse("programme:tableau"), {"annee": 2024}))
    assert "21 000 €" in lu
    assert "calculé 21 700 €, +700 € (fiche 9)" in lu
    assert "Fiche 9 : 11 900 € écrits, 12 600 € calculés, soit +700 €." in lu


def test_le_tableau_demande_autant_pour_une_fiche_que_pour_dix_sept(connecte: Connecter, elue: Personne) -> None:
    def compter() -> int:
        client = connecte(elue)
        client.get(reverse("programme:tableau"), {"annee": 2024})
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(reverse("programme:tableau"), {"annee": 2024}).status_code == 200
        return len(requetes)

    def remplir(numero: int) -> None:
        une = fabrique.fiche(numero, lignes=[(f"Ligne {rang}", 700, 1) for rang in range(4)])
        fabrique.contribution(une, "Métropole", 1000)
        fabrique.critere(une)

    remplir(1)
    avec_une = compter()
    for numero in range(2, 18):
        remplir(numero)
    assert compter() == avec_une


@pytest.mark.parametrize("nom", ["textes", "identite", "lignes", "taux", "contribution_nouvelle"])
def test_l_autre_partenaire_ne_modifie_pas(
    fiche: Fiche, connecte: Connecter, mission_metropole: Personne, elue: Personne, nom: str
) -> None:
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.PREPARATION)
    saisie = {
        "revision": "1", "objectifs": "Écrasé", "titre": "Écrasé", "titre_court": "Écrasé", "premier_mois": "1",
        "libelle-n1": "Écrasée", "nature-n1": "jours", "debut": "2024-02-01", "montant_eur": "1", "financeur": "Écrasé",
        "etat": "prevue",
    }  # fmt: skip
    for ligne in fiche.lignes.all():
        saisie |= {f"libelle-{ligne.pk}": "Écrasée", f"nature-{ligne.pk}": "jours"}
    reponse = connecte(mission_metropole).post(reverse(f"programme:{nom}", args=[fiche.pk]), saisie)
    assert reponse.status_code == 422
    assert "se modifie par un chargé de mission de Chambre d'essai" in texte(reponse)
    assert connecte(elue).get(reverse(f"programme:{nom}", args=[fiche.pk])).status_code == 403
    fiche.refresh_from_db()
    assert (fiche.revision, fiche.titre_court, fiche.lignes.count()) == (1, "Essai 1", 2)


def test_deux_personnes_sur_la_meme_fiche_ne_perdent_rien(
    fiche: Fiche, connecte: Connecter, mission_cci: Personne
) -> None:
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.PREPARATION)
    collegue = fabrique.personne("charge_mission", organisation="cci", cle="collegue")
    adresse = reverse("programme:textes", args=[fiche.pk])
    premier, second = fabrique.connecter(Client(), mission_cci), fabrique.connecter(Client(), collegue)
    assert premier.post(adresse, {"revision": "1", "objectifs": "Texte de la première"}).status_code == 302
    conflit = second.post(adresse, {"revision": "1", "objectifs": "Texte du second"})
    assert conflit.status_code == 409
    assert "Texte de la première" in texte(conflit) and "Texte du second" in texte(conflit)
    assert fiche.sections.get().texte == "Texte de la première"
    assert conflit.context["formulaire"]["revision"].value() == "2"
    assert second.post(adresse, {"revision": "2", "objectifs": "Les deux textes"}).status_code == 302
    lu = texte(premier.get(reverse("programme:historique", args=[fiche.pk])))
    assert "Texte de la première" in lu and "Les deux textes" in lu


def test_la_grille_lit_toutes_les_ecritures_et_garde_ce_qui_est_faux(
    fiche: Fiche, connecte: Connecter, mission_cci: Personne
) -> None:
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.PREPARATION)
    une, deux = fiche.lignes.all()
    saisie = {"revision": "1", f"retirer-{deux.pk}": "on"}
    for cle, libelle, jours, montant in (
        (une.pk, "Entretiens", "2,5", "22.300 €"),
        (deux.pk, "Restitution", "1", "700"),
        ("n1", "Impression", "", "beaucoup"),
    ):  # fmt: skip
        saisie |= {
            f"libelle-{cle}": libelle,
            f"nature-{cle}": "jours",
            f"jours-{cle}": jours,
            f"montant-{cle}": montant,
        }
    client, adresse = connecte(mission_cci), reverse("programme:lignes", args=[fiche.pk])
    refus = client.post(adresse, saisie)
    assert refus.status_code == 422
    assert 'value="beaucoup"' in refus.content.decode() and 'value="22.300 €"' in refus.content.decode()
    assert client.post(adresse, saisie | {"montant-n1": "600"}).status_code == 302
    assert [(ligne.libelle, ligne.jours, ligne.montant_eur) for ligne in fiche.lignes.all()] == [
        ("Entretiens", Decimal("2.5"), Decimal(22300)), ("Impression", None, Decimal(600))]  # fmt: skip
    assert "22 900 €" in texte(client.get(reverse("programme:budget", args=[fiche.pk])))


def test_une_decision_se_garde_a_cote_et_se_revoit(fiche: Fiche, connecte: Connecter, mission_cci: Personne) -> None:
    Fiche.objects.filter(pk=fiche.pk).update(total_declare_eur=8400, etat=EtatFiche.PREPARATION)
    client, adresse = connecte(mission_cci), reverse("programme:decider", args=[fiche.pk])
    sans_motif = client.post(adresse, {"code": "somme_differente", "issue": "retenir_calcule", "motif": ""})
    assert sans_motif.status_code == 422
    bonne = {"code": "somme_differente", "issue": "retenir_calcule", "motif": "Un jour oublié dans le total."}
    assert client.post(adresse, bonne).status_code == 302
    fiche.refresh_from_db()
    assert fiche.total_declare_eur == Decimal(8400)
    assert "Un jour oublié dans le total." in texte(client.get(reverse("programme:budget", args=[fiche.pk])))
    ligne = fiche.lignes.get(libelle="Restitution")
    saisie = edition.LigneSaisie(ligne.pk, "Restitution", "jours", Decimal(2), Decimal(1400))
    edition.enregistrer_lignes(fiche=fiche, revision=1, lignes=[saisie], auteur=mission_cci, au=fabrique.AU)
    assert "À revoir" in texte(client.get(reverse("programme:budget", args=[fiche.pk])))


def test_une_fiche_close_refuse_tout(fiche: Fiche, connecte: Connecter, mission_cci: Personne) -> None:
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.CLOSE)
    reponse = connecte(mission_cci).post(
        reverse("programme:textes", args=[fiche.pk]), {"revision": "1", "objectifs": "Trop tard"}
    )
    assert reponse.status_code == 422
    assert "est close depuis le verrou de sa revue annuelle" in texte(reponse)


def test_signer_a_deux_puis_un_avenant(
    fiche: Fiche, connecte: Connecter, mission_cci: Personne, mission_metropole: Personne
) -> None:
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.PREPARATION)
    signer = reverse("programme:signer", args=[fiche.pk])
    connecte(mission_cci).post(signer)
    fiche.refresh_from_db()
    assert fiche.etat == EtatFiche.PREPARATION
    connecte(mission_metropole).post(signer)
    fiche.refresh_from_db()
    assert (fiche.etat, fiche.versions.count()) == (EtatFiche.SIGNEE, 3)
    client = connecte(mission_cci)
    objet = {"objet": "Un taux plus haut", "effet_le": "2024-07-01", "texte": ""}
    assert client.post(reverse("programme:avenant_nouveau", args=[fiche.pk]), objet).status_code == 302
    hausse = {"revision": str(fiche.revision), "debut": "2024-07-01", "montant_eur": "750"}
    assert client.post(reverse("programme:taux", args=[fiche.pk]), hausse).status_code == 302
    assert [(str(taux.debut), str(taux.fin), taux.montant_eur) for taux in fiche.taux.all()] == [
        ("2024-01-01", "2024-06-30", Decimal(700)), ("2024-07-01", "None", Decimal(750))]  # fmt: skip
    etats.signer_avenant(avenant=fiche.avenants.get(), signe_le=fabrique.JOUR, auteur=mission_cci, au=fabrique.AU)
    lu = texte(client.get(reverse("programme:versions", args=[fiche.pk])))
    assert "Taux journalier jusqu'au non écrit 30 juin 2024" in lu
    assert "Taux journalier ajout 750 € depuis le 1er juillet 2024" in lu

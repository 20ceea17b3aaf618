"""Les écrans du temps et des coûts : ce qu'ils montrent, à qui, et ce qu'ils gardent quand ils refusent."""

import io
import zipfile
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from tissu.programme.choices import EtatTemps, NatureDepense, PosteDAide, RegleDAide
from tissu.programme.models import AideDeMinimis, CoutDirect, JourPasse
from tissu.programme.operations import couts, temps
from tissu.programme.operations.aides import OctroiRefuse, choisir_regle_d_aide, octroyer_aide
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.tests import fabrique
from tissu.programme.tests.fabrique import AU

pytestmark = pytest.mark.django_db
SEMAINE = "/partenariat/semaine/2024-S23/"
SIREN = "552100554"


def _lignes(fiche: Any) -> Any:
    return fiche.lignes.order_by("ordre")


def test_la_semaine_se_remplit_se_soumet_et_se_verrouille(fiche, connecte, mission_cci) -> None:
    client, une = connecte(mission_cci), _lignes(fiche)[0]
    page = client.get(f"{SEMAINE}?ligne={une.pk}").content.decode()
    assert f'name="c-{une.pk}-2024-06-03"' in page
    envoi = {"ligne": une.pk, f"c-{une.pk}-2024-06-03": "½", f"lue-c-{une.pk}-2024-06-03": "", "geste": "soumettre"}
    assert client.post(SEMAINE, envoi).status_code == 302
    assert JourPasse.objects.get().etat == EtatTemps.SOUMIS
    page = client.get(SEMAINE).content.decode()
    assert f'name="c-{une.pk}-2024-06-03"' not in page
    assert "data-case-fixe" in page


def test_la_semaine_garde_ce_qui_est_tape_quand_elle_refuse(fiche, connecte, mission_cci) -> None:
    client, (une, deux) = connecte(mission_cci), _lignes(fiche)
    envoi = {"ligne": [une.pk, deux.pk], f"c-{une.pk}-2024-06-03": "1", f"c-{deux.pk}-2024-06-03": "0,75",
             f"c-{une.pk}-2024-06-04": "demi", "geste": "enregistrer"}  # fmt: skip
    reponse = client.post(SEMAINE, envoi)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert 'value="demi"' in page and 'value="0,75"' in page
    envoi[f"c-{une.pk}-2024-06-04"] = ""
    page = client.post(SEMAINE, envoi).content.decode()
    assert "1,75 jours saisis ce jour-là" in page
    assert not JourPasse.objects.exists()


def test_un_conflit_montre_les_deux_valeurs_puis_se_retient(fiche, connecte, mission_cci) -> None:
    client, une = connecte(mission_cci), _lignes(fiche)[0]
    temps.enregistrer_semaine(
        personne=mission_cci, lundi=date(2024, 6, 3), au=AU,
        cases={(une.pk, date(2024, 6, 3)): temps.CaseSaisie(D(0), D(1))},
    )  # fmt: skip
    envoi = {f"c-{une.pk}-2024-06-03": "½", f"lue-c-{une.pk}-2024-06-03": "", "geste": "enregistrer"}
    page = client.post(SEMAINE, envoi).content.decode()
    assert "Déjà enregistré\u202f: 1" in page and 'value="½"' in page
    envoi[f"lue-c-{une.pk}-2024-06-03"] = "1"
    assert client.post(SEMAINE, envoi).status_code == 302
    assert JourPasse.objects.get().duree_jours == D("0.5")


def test_la_semaine_derniere_se_reprend_sans_script(fiche, connecte, mission_cci) -> None:
    client, une = connecte(mission_cci), _lignes(fiche)[0]
    JourPasse.objects.create(personne=mission_cci, ligne=une, jour=date(2024, 5, 28), duree_jours=D("0.25"))
    page = client.post(SEMAINE, {"geste": "reprendre"}).content.decode()
    assert 'value="0,25"' in page
    assert JourPasse.objects.count() == 1
    assert client.get("/partenariat/semaine/2024-S60/").status_code == 404


def _cout(fiche: Any, auteur: Any, montant: str = "600.00", *, rang: int = 0, piece: bool = True) -> CoutDirect:
    donnees = {"ligne": _lignes(fiche)[rang], "date_facture": date(2024, 5, 2), "fournisseur": "Imprimerie",
               "libelle": "Tirage", "montant_eur": D(montant), "taxes": "ht",
               "paye_le": date(2024, 6, 1) if piece else None}  # fmt: skip
    fichier = ContentFile(b"%PDF-1.7 essai", name="facture.pdf") if piece else None
    return couts.saisir_cout(fiche=fiche, donnees=donnees, auteur=auteur, au=AU, fichier=fichier)


def _temps_soumis(fiche: Any, qui: Any) -> JourPasse:
    return JourPasse.objects.create(personne=qui, ligne=_lignes(fiche)[0], jour=date(2024, 6, 3), duree_jours=D(1),
                                    etat=EtatTemps.SOUMIS, soumis_le=AU)  # fmt: skip


def test_valider_en_lot_et_renvoyer_avec_un_motif(fiche, connecte, mission_cci) -> None:
    un, cout = _temps_soumis(fiche, mission_cci), _cout(fiche, mission_cci)
    collegue = fabrique.personne("charge_mission", organisation="cci", cle="collegue")
    adresse = reverse("programme:temps_a_valider")
    assert "Rien à valider" in connecte(mission_cci).get(adresse).content.decode()
    client = connecte(collegue)
    assert "Tirage" in client.get(adresse).content.decode()
    reponse = client.post(adresse, {"lot": str(un.pk), "cout": cout.pk, "geste": "renvoyer", "motif": ""})
    assert reponse.status_code == 422
    assert client.post(adresse, {"lot": str(un.pk), "cout": cout.pk, "geste": "valider"}).status_code == 302
    un.refresh_from_db()
    cout.refresh_from_db()
    assert (un.etat, cout.etat) == (EtatTemps.VALIDE, EtatTemps.VALIDE)


def test_un_cout_se_saisit_a_l_ecran(fiche, connecte, mission_cci, elue) -> None:
    adresse = reverse("programme:cout_nouveau", args=[fiche.pk])
    envoi = {"ligne": _lignes(fiche)[0].pk, "libelle": "Tirage", "fournisseur": "Imprimerie", "taxes": "ttc",
             "date_facture": "2024-05-02", "montant_eur": "1 400,50 €",
             "fichier": ContentFile(b"MZ", name="facture.pdf")}  # fmt: skip
    client = connecte(mission_cci)
    reponse = client.post(adresse, envoi)
    assert reponse.status_code == 422 and "1 400,50 €" in reponse.content.decode()
    envoi["fichier"] = ContentFile(b"%PDF-1.7", name="facture.pdf")
    assert client.post(adresse, envoi).status_code == 302
    cout = CoutDirect.objects.get()
    assert (cout.montant_eur, cout.etat) == (D("1400.50"), EtatTemps.SOUMIS)
    page = client.get(reverse("programme:cout_modifier", args=[cout.pk])).content.decode()
    assert "1400,50" in page
    piece: Any = client.get(reverse("programme:piece", args=[cout.piece_id]))
    assert piece["Content-Disposition"] == 'attachment; filename="facture.pdf"'
    assert b"".join(piece.streaming_content) == b"%PDF-1.7"
    fabrique.fermer(piece)
    assert connecte(elue).get(adresse).status_code == 403
    assert connecte(elue).get(reverse("programme:piece", args=[cout.piece_id])).status_code == 403


def test_la_page_somme_et_ne_nomme_personne_a_l_elue(fiche, connecte, mission_cci, elue) -> None:
    _temps_soumis(fiche, mission_cci)
    _cout(fiche, mission_cci)
    adresse = reverse("programme:consommation", args=[fiche.pk])
    page = connecte(mission_cci).get(adresse).content.decode()
    assert str(mission_cci) in page and "facture.pdf" in page and "Par mois" in page
    page = connecte(elue).get(adresse).content.decode()
    assert str(mission_cci) not in page and "facture.pdf" not in page and "déposée" in page
    assert connecte(elue).get(f"{adresse}xlsx/").status_code == 200
    assert connecte(elue).get(f"{adresse}docx/").status_code == 404


def test_la_regle_d_aide_se_choisit_et_se_calcule(connecte, mission_cci, elue) -> None:
    lignes = [("Communication", 2000, None), ("Animation", 9200, 30, NatureDepense.SALAIRE)]
    fiche = fabrique.fiche(12, lignes=lignes)
    une, deux = _lignes(fiche)
    envoi = {"regle": RegleDAide.PROTECT_EAU, f"poste_{une.pk}": PosteDAide.COMMUNICATION,
             f"poste_{deux.pk}": PosteDAide.SALAIRE}  # fmt: skip
    client = connecte(mission_cci)
    assert client.post(reverse("programme:regle_d_aide", args=[fiche.pk]), envoi).status_code == 302
    page = client.get(reverse("programme:consommation", args=[fiche.pk])).content.decode().replace("\u202f", " ")
    assert "6 000,00" in page.replace("\u00a0", " ") and "5 200,00" in page.replace("\u00a0", " ")
    with pytest.raises(ModificationRefusee):
        choisir_regle_d_aide(fiche=fiche, regle="", postes={}, auteur=elue)


def test_de_minimis_compte_refuse_et_montre(fiche, connecte, mission_cci) -> None:
    commun = {"fiche": fiche, "siren": SIREN, "entreprise_unique": SIREN, "denomination": "Exemple",
              "octroyee_le": timezone.localdate(), "auteur": mission_cci, "au": AU}  # fmt: skip
    octroyer_aide(montant_eur=D(250_000), autres_aides_eur=D(0), **commun)
    with pytest.raises(OctroiRefuse):
        octroyer_aide(montant_eur=D(50_001), autres_aides_eur=D(0), **commun)
    with pytest.raises(ModificationRefusee):
        octroyer_aide(montant_eur=D(1), autres_aides_eur=D(0), **(commun | {"siren": "123456789"}))
    client, adresse = connecte(mission_cci), reverse("programme:de_minimis")
    page = client.get(adresse, {"siren": SIREN}).content.decode().replace("\u202f", " ")
    assert "50 000" in page
    envoi = {"fiche": fiche.pk, "siren": SIREN, "denomination": "Exemple", "montant_eur": "60 000",
             "octroyee_le": f"{timezone.localdate():%Y-%m-%d}", "autres_aides_eur": "0"}  # fmt: skip
    assert client.post(adresse, envoi).status_code == 422
    assert client.post(adresse, envoi | {"montant_eur": "50 000"}).status_code == 302
    assert AideDeMinimis.objects.count() == 2


def test_l_etat_du_financeur_ne_porte_que_le_valide_et_ses_pieces(fiche, connecte, mission_cci, elue) -> None:
    fabrique.contribution(fiche, "Région", 4550)
    _temps_soumis(fiche, mission_cci)
    couts_ = [_cout(fiche, mission_cci, "600.00"), _cout(fiche, mission_cci, "100.00", piece=False)]
    CoutDirect.objects.filter(pk__in=[cout.pk for cout in couts_]).update(etat=EtatTemps.VALIDE)
    client, adresse = connecte(mission_cci), reverse("programme:etat_financeur")
    assert client.get(adresse).status_code == 200
    choix = {"financeur": "Région", "annee": 2024}
    page = client.get(adresse, choix).content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    assert "350,00 €" in page and "pas de justificatif" in page and "ne sont pas validés" in page
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{adresse}zip/", choix).content))
    assert sorted(archive.namelist()) == ["etat-2024.pdf", "etat-2024.xlsx", "pieces/P1.pdf"]
    assert connecte(elue).get(adresse, choix).status_code == 403

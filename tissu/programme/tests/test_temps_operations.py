"""Saisir, soumettre, valider le temps et les coûts : limites, droits, conflits, verrous."""

import threading
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections

from tissu.programme.choices import EtatFiche, EtatTemps
from tissu.programme.models import CoutDirect, JourPasse, Piece
from tissu.programme.operations import couts, temps
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.operations.pieces import PieceRefusee, deposer_piece
from tissu.programme.tests.fabrique import AU
from tissu.programme.tests.fabrique import fiche as autre_fiche
from tissu.programme.tests.fabrique import personne as une_personne

pytestmark = pytest.mark.django_db
LUNDI = date(2024, 6, 3)


def _case(lue: str, voulue: str) -> temps.CaseSaisie:
    return temps.CaseSaisie(D(lue), D(voulue))


def _enregistrer(qui: Any, cases: dict[tuple[Any, int], tuple[str, str]]) -> int:
    voulues = {(ligne.pk, LUNDI.replace(day=jour)): _case(*valeurs) for (ligne, jour), valeurs in cases.items()}
    return temps.enregistrer_semaine(personne=qui, lundi=LUNDI, cases=voulues, au=AU)


def test_une_semaine_s_enregistre_se_corrige_et_se_soumet_une_fois(fiche, mission_cci) -> None:
    une, deux = fiche.lignes.all()
    assert _enregistrer(mission_cci, {(une, 3): ("0", "1"), (une, 4): ("0", "0.5"), (deux, 4): ("0", "0.5")}) == 3
    assert _enregistrer(mission_cci, {(une, 3): ("1", "0"), (une, 4): ("0.5", "0.5")}) == 1
    assert temps.soumettre_semaine(personne=mission_cci, lundi=LUNDI, au=AU) == 2
    assert temps.soumettre_semaine(personne=mission_cci, lundi=LUNDI, au=AU) == 0
    assert set(JourPasse.objects.values_list("etat", flat=True)) == {EtatTemps.SOUMIS}
    with pytest.raises(temps.SemaineRefusee) as refus:
        _enregistrer(mission_cci, {(une, 4): ("0.5", "1")})
    assert "soumis" in next(iter(refus.value.erreurs.values()))


def test_plus_d_un_jour_est_refuse_et_rien_n_est_ecrit(fiche, mission_cci) -> None:
    une, deux = fiche.lignes.all()
    with pytest.raises(temps.SemaineRefusee) as refus:
        _enregistrer(mission_cci, {(une, 3): ("0", "0.75"), (deux, 3): ("0", "0.5"), (une, 4): ("0", "1")})
    assert {jour.day for _, jour in refus.value.erreurs} == {3}
    assert not JourPasse.objects.exists()


def test_deux_onglets_ne_s_effacent_pas(fiche, mission_cci) -> None:
    une, _ = fiche.lignes.all()
    _enregistrer(mission_cci, {(une, 3): ("0", "1")})
    # L'autre onglet, ouvert avant, dit la même chose : pas de conflit ; autre chose : les deux valeurs sont montrées.
    assert _enregistrer(mission_cci, {(une, 3): ("0", "1")}) == 1
    with pytest.raises(temps.SemaineRefusee) as refus:
        _enregistrer(mission_cci, {(une, 3): ("0", "0.5"), (une, 5): ("0", "1")})
    assert refus.value.conflits == {(une.pk, LUNDI): D(1)}
    assert JourPasse.objects.get().duree_jours == 1


def test_qui_ne_peut_pas_saisir_est_refuse(fiche, elue, mission_cci) -> None:
    une, _ = fiche.lignes.all()
    with pytest.raises(temps.SemaineRefusee):
        _enregistrer(elue, {(une, 3): ("0", "1")})
    with pytest.raises(temps.SemaineRefusee):
        temps.enregistrer_semaine(
            personne=mission_cci, lundi=LUNDI, cases={(une.pk, date(2024, 6, 12)): _case("0", "1")}, au=AU
        )


def test_une_fiche_close_ne_recoit_plus_rien(fiche, mission_cci) -> None:
    une, _ = fiche.lignes.all()
    _enregistrer(mission_cci, {(une, 3): ("0", "1")})
    type(fiche).objects.update(etat=EtatFiche.CLOSE)
    with pytest.raises(temps.SemaineRefusee):
        _enregistrer(mission_cci, {(une, 4): ("0", "1")})
    with pytest.raises(ModificationRefusee):
        temps.soumettre_semaine(personne=mission_cci, lundi=LUNDI, au=AU)
    fiche.refresh_from_db()
    with pytest.raises(ModificationRefusee):
        couts.saisir_cout(fiche=fiche, donnees=_donnees(une), auteur=mission_cci, au=AU)


def test_le_maitre_d_ouvrage_valide_jamais_l_auteur_et_une_seule_fois(fiche, mission_cci, mission_metropole) -> None:
    une, _ = fiche.lignes.all()
    _enregistrer(mission_cci, {(une, 3): ("0", "1")})
    temps.soumettre_semaine(personne=mission_cci, lundi=LUNDI, au=AU)
    cles = list(JourPasse.objects.values_list("pk", flat=True))
    for qui in (mission_cci, mission_metropole):
        with pytest.raises(ModificationRefusee):
            temps.decider_des_temps(temps=cles, valider=True, auteur=qui, au=AU)
    collegue = une_personne("charge_mission", organisation="cci", cle="collegue")
    with pytest.raises(ModificationRefusee):
        temps.decider_des_temps(temps=cles, valider=False, auteur=collegue, au=AU, motif=" ")
    assert temps.decider_des_temps(temps=cles, valider=False, auteur=collegue, au=AU, motif="Mauvaise ligne") == 1
    assert JourPasse.objects.get().motif_renvoi == "Mauvaise ligne"
    assert temps.soumettre_semaine(personne=mission_cci, lundi=LUNDI, au=AU) == 1
    assert temps.decider_des_temps(temps=cles, valider=True, auteur=collegue, au=AU) == 1
    assert temps.decider_des_temps(temps=cles, valider=False, auteur=collegue, au=AU, motif="Trop tard") == 0
    assert JourPasse.objects.get().etat == EtatTemps.VALIDE


def _donnees(ligne: Any, **champs: Any) -> dict[str, Any]:
    return {"ligne": ligne, "date_facture": date(2024, 5, 2), "fournisseur": "Imprimerie", "libelle": "Tirage",
            "montant_eur": D("600.00"), "taxes": CoutDirect.Taxes.HT, "paye_le": None} | champs  # fmt: skip


def _pdf(nom: str = "facture.pdf", contenu: bytes = b"%PDF-1.7 essai") -> ContentFile:
    return ContentFile(contenu, name=nom)


def test_un_cout_se_saisit_avec_sa_piece_se_corrige_se_valide(fiche, mission_cci) -> None:
    une, _ = fiche.lignes.all()
    cout = couts.saisir_cout(fiche=fiche, donnees=_donnees(une), auteur=mission_cci, au=AU, fichier=_pdf())
    assert (cout.etat, cout.piece.octets) == (EtatTemps.SOUMIS, 14)
    lu = couts.valeurs_de(cout)
    change = _donnees(une, montant_eur=D("650.00"))
    couts.modifier_cout(cout=cout, lu=lu, donnees=change, auteur=mission_cci, au=AU)
    with pytest.raises(ConflitDeSaisie):
        couts.modifier_cout(cout=cout, lu=lu, donnees=change, auteur=mission_cci, au=AU)
    with pytest.raises(ModificationRefusee):
        couts.decider_des_couts(couts=[cout.pk], valider=True, auteur=mission_cci, au=AU)
    collegue = une_personne("charge_mission", organisation="cci", cle="collegue")
    assert couts.decider_des_couts(couts=[cout.pk], valider=True, auteur=collegue, au=AU) == 1
    with pytest.raises(ModificationRefusee):
        couts.retirer_cout(cout=CoutDirect.objects.get(), auteur=mission_cci)


def test_un_cout_reste_sur_sa_fiche_et_chez_son_auteur(fiche, mission_cci, mission_metropole, elue) -> None:
    une, _ = fiche.lignes.all()
    ailleurs = autre_fiche(2).lignes.first()
    for qui, ligne in ((mission_cci, ailleurs), (elue, une)):
        with pytest.raises(ModificationRefusee):
            couts.saisir_cout(fiche=fiche, donnees=_donnees(ligne), auteur=qui, au=AU)
    cout = couts.saisir_cout(fiche=fiche, donnees=_donnees(une), auteur=mission_cci, au=AU)
    with pytest.raises(ModificationRefusee):
        couts.retirer_cout(cout=cout, auteur=mission_metropole)
    couts.retirer_cout(cout=cout, auteur=mission_cci)
    assert not CoutDirect.objects.exists()


@pytest.mark.parametrize(
    ("nom", "contenu", "dit"),
    [("virus.exe", b"MZ", "type permis"), ("facture.pdf", b"MZ", "extension annonce"), ("vide.pdf", b"", "vide"),
     ("image.png", b"%PDF-1.7", "extension annonce")],
)  # fmt: skip
def test_une_piece_douteuse_est_refusee(fiche, mission_cci, nom: str, contenu: bytes, dit: str) -> None:
    with pytest.raises(PieceRefusee, match=dit):
        deposer_piece(fiche=fiche, fichier=_pdf(nom, contenu), auteur=mission_cci, au=AU)
    assert not Piece.objects.exists()


def test_la_meme_piece_deux_fois(fiche, mission_cci) -> None:
    deux = [deposer_piece(fiche=fiche, fichier=_pdf(), auteur=mission_cci, au=AU) for _ in range(2)]
    assert deux[0].empreinte == deux[1].empreinte
    assert deux[0].fichier.name != deux[1].fichier.name


@pytest.mark.django_db(transaction=True)
def test_deux_validations_ensemble_n_en_font_qu_une(fiche, mission_cci) -> None:
    une, _ = fiche.lignes.all()
    collegues = [une_personne("charge_mission", organisation="cci", cle=f"collegue{rang}") for rang in range(2)]
    _enregistrer(mission_cci, {(une, 3): ("0", "1")})
    temps.soumettre_semaine(personne=mission_cci, lundi=LUNDI, au=AU)
    cles = list(JourPasse.objects.values_list("pk", flat=True))
    faits: list[int] = []

    def valider(qui: Any) -> None:
        faits.append(temps.decider_des_temps(temps=cles, valider=True, auteur=qui, au=AU))
        connections.close_all()

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        for qui in collegues:
            faits.append(temps.decider_des_temps(temps=cles, valider=True, auteur=qui, au=AU))
    else:
        fils = [threading.Thread(target=valider, args=[qui]) for qui in collegues]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
    assert sorted(faits) == [0, 1]

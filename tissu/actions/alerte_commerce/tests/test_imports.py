"""Importer la liste existante : colonnes, nouveaux, mises à jour, doublons tranchés, refus corrigés, tout ou rien."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from tissu.actions.alerte_commerce.choices import DecisionDeLigne, EtatAdherent
from tissu.actions.alerte_commerce.models import (
    Adherent,
    ContactAdherent,
    CorrespondanceAdherents,
    ImportAdherents,
    LigneImport,
)
from tissu.actions.alerte_commerce.operations import entrees, imports
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.adherents import adherents_joignables
from tissu.actions.alerte_commerce.queries.imports import comptes_de
from tissu.actions.alerte_commerce.tests.fabrique import AU, adherent, mobile
from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique as locaux
from tissu.registre.operations.depots import deposer

pytestmark = pytest.mark.django_db
ENTETE = "Enseigne;SIRET;Adresse;Ville;Secteur;Contact;Portable;Second mobile;Mail;Date d'adhésion"


def ligne(nom: str = "Boulange", *, siret: str = "", adresse: str = "3 rue du Four", ville: str = "Dijon",
          secteur: str = "Alimentaire", contact: str = "Dominique", numero: str = "0639980001", second: str = "",
          mail: str = "", jour: str = "15/01/2020") -> str:  # fmt: skip
    return ";".join((nom, siret, adresse, ville, secteur, contact, numero, second, mail, jour))


def recu(*lignes: str, entete: str = ENTETE, nom: str = "adherents.csv", auteur: object = None,
         en_service: bool = True) -> ImportAdherents:  # fmt: skip
    contenu = "\n".join((entete, *lignes)).encode()
    depot = deposer(ContentFile(contenu, name=nom), rayon=imports.RAYON)
    return imports.deposer(depot=depot, en_service=en_service, auteur=auteur, au=AU)


def applique(*lignes: str, **options: object) -> ImportAdherents:
    return imports.appliquer(importation=recu(*lignes, **options), auteur=options.get("auteur"), au=AU)  # type: ignore[arg-type]


def sorts(importation: ImportAdherents) -> list[str]:
    return list(importation.lignes.order_by("ligne").values_list("sort", flat=True))


def test_une_ligne_entre_entiere_et_devient_joignable(mission: Personne) -> None:
    local = locaux.local("Boulange", "boulangerie", rue="RUE DU FOUR", numero="3")
    depose = recu(ligne(second="06 39 98 00 02", mail="D@Exemple.Test"), auteur=mission)
    assert (sorts(depose), Adherent.objects.count()) == (["nouvelle"], 0)
    imports.appliquer(importation=depose, auteur=mission, au=AU)
    un = Adherent.objects.get()
    assert (un.nom, un.code_commune, un.activite, un.adhere_le.isoformat(), un.lon, un.charte_version) == (
        "Boulange", "21231", "alimentaire", "2020-01-15", local.lon, "papier",
    )  # fmt: skip
    assert [ici.mobiles for ici in adherents_joignables(AU)] == [(mobile(1), mobile(2))]
    assert un.historique.count() == 1
    assert un.etapes.get().texte == "« adherents.csv », ligne 2"


def test_des_numeros_qui_ne_sont_pas_en_service_attendent_un_code() -> None:
    applique(ligne(), en_service=False)
    assert (adherents_joignables(AU), ContactAdherent.objects.get().verifie_le) == ([], None)


def test_rejouer_le_fichier_ne_change_rien_et_une_case_vide_n_efface_rien() -> None:
    applique(ligne())
    assert sorts(applique(ligne(), nom="encore.csv")) == ["inchangee"]
    assert sorts(applique(ligne(secteur="", contact="", jour=""), nom="vide.csv")) == ["inchangee"]
    suite = applique(ligne(secteur="Services", second="0639980002"), nom="suite.csv")
    assert sorts(suite) == ["modifiee"]
    un = Adherent.objects.get()
    assert (un.activite, un.contacts.count()) == ("services", 2)


def test_chaque_doublon_attend_une_personne(mission: Personne) -> None:
    connu = adherent("Boulange", adresse="3 rue du Four", siret="55210055400013", mobiles=(mobile(1),))
    importation = applique(
        ligne("Autre nom", adresse="9 rue Monge", siret="55210055400013", numero="0639980002"),
        ligne("Boulange du Sud", adresse="8 rue Sud"),
        ligne("SARL BOULANGE", adresse="3, Rue du Four", numero="0639980003"),
        auteur=mission,
    )
    assert sorts(importation) == ["doublon"] * 3
    siret, numero, lieu = importation.lignes.order_by("ligne")
    raisons = [une.candidats[0]["raison"] for une in (siret, numero, lieu)]
    assert raisons == ["même SIRET", "même mobile", "même nom à la même adresse"]
    assert Adherent.objects.count() == 1
    signe = {"auteur": mission, "au": AU}
    imports.trancher(ligne=siret, decision=DecisionDeLigne.RATTACHEE, adherent=connu.pk, **signe)
    imports.trancher(ligne=numero, decision=DecisionDeLigne.CREEE, **signe)
    imports.trancher(ligne=lieu, decision=DecisionDeLigne.ECARTEE, **signe)
    assert sorted(Adherent.objects.values_list("nom", flat=True)) == ["Autre nom", "Boulange du Sud"]
    assert set(connu.contacts.values_list("mobile", flat=True)) == {mobile(1), mobile(2)}
    with pytest.raises(GesteRefuse, match="déjà tranchée"):
        imports.trancher(ligne=lieu, decision=DecisionDeLigne.CREEE, **signe)


def test_on_ne_rattache_qu_a_un_adherent_propose(mission: Personne) -> None:
    adherent("Boulange", siret="55210055400013")
    autre = adherent("Fleurs")
    [doublon] = applique(ligne("X", siret="55210055400013", adresse="")).lignes.all()
    with pytest.raises(GesteRefuse, match="parmi ceux"):
        imports.trancher(ligne=doublon, decision="rattachee", adherent=autre.pk, auteur=mission, au=AU)


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"nom": ""}, "nom"), ({"siret": "123"}, "siret"), ({"ville": "Lyon"}, "commune"), ({"numero": ""}, "mobile"),
        ({"numero": "0380123456"}, "mobile"), ({"mail": "pas une adresse"}, "courriel"),
        ({"jour": "hier"}, "adhere_le"),
        ({"jour": "01/01/2099"}, "adhere_le"), ({"second": "12"}, "mobile2"),
    ],
)  # fmt: skip
def test_une_ligne_fautive_dit_son_champ(champs: dict[str, str], champ: str) -> None:
    importation = applique(ligne(**champs))
    [refusee] = importation.lignes.all()
    assert (refusee.sort, [defaut["champ"] for defaut in refusee.defauts]) == ("refusee", [champ])
    assert Adherent.objects.count() == 0


def test_une_ligne_refusee_se_corrige_jusqu_a_entrer(mission: Personne) -> None:
    [refusee] = applique(ligne(numero="06", ville="Lyon")).lignes.all()
    signe = {"auteur": mission, "au": AU}
    reste = imports.corriger(ligne=refusee, brute=refusee.brute | {"mobile": "0639980001"}, **signe)
    assert [defaut["champ"] for defaut in reste.defauts] == ["commune"]
    entree = imports.corriger(ligne=reste, brute=reste.brute | {"commune": "21231"}, **signe)
    assert (entree.sort, entree.decision, entree.adherent) == ("nouvelle", "creee", Adherent.objects.get())
    assert LigneImport.objects.get().adherent == entree.adherent


def test_la_meme_ligne_deux_fois_dans_le_fichier() -> None:
    depose = recu(ligne(), ligne(), ligne("Fleurs", adresse="1 rue Sud", numero="0639980001"))
    assert sorts(depose) == ["nouvelle", "refusee", "doublon"]
    assert depose.lignes.get(ligne=4).candidats == [{"ligne": 2, "raison": "même mobile"}]
    imports.appliquer(importation=depose, auteur=None, au=AU)
    assert depose.lignes.get(ligne=4).candidats == [{"adherent": Adherent.objects.get().pk, "raison": "même mobile"}]


def test_un_tableur_a_ote_les_zeros() -> None:
    applique(ligne(numero="639980001"))
    assert ContactAdherent.objects.get().mobile == mobile(1)


def test_un_import_interrompu_laisse_tout_comme_avant(monkeypatch: pytest.MonkeyPatch) -> None:
    depose = recu(ligne(), ligne("Fleurs", adresse="1 rue Sud", numero="0639980002"))
    vraie, appels = entrees.accorder, []

    def au_second(**champs: object) -> None:
        appels.append(1)
        if len(appels) == 2:
            raise KeyboardInterrupt
        vraie(**champs)  # type: ignore[arg-type]

    monkeypatch.setattr(entrees, "accorder", au_second)
    with pytest.raises(KeyboardInterrupt):
        imports.appliquer(importation=depose, auteur=None, au=AU)
    assert (Adherent.objects.count(), ContactAdherent.objects.count()) == (0, 0)
    assert ImportAdherents.objects.get().etat == "depose"


def test_les_absents_sont_montres_et_restent() -> None:
    present, absent = adherent("Boulange", adresse="3 rue du Four", mobiles=(mobile(1),)), adherent("Absent")
    importation = applique(ligne())
    assert importation.absents == [absent.pk]
    assert set(Adherent.objects.values_list("etat", flat=True)) == {EtatAdherent.ACTIF}
    assert comptes_de(importation)["modifiee"] + comptes_de(importation)["inchangee"] == 1
    assert present.pk not in importation.absents


def test_des_colonnes_inconnues_se_disent_puis_se_gardent(mission: Personne) -> None:
    entete = "Boutique;GSM pro;Lieu"
    depose = recu("Boulange;0639980001;Dijon", entete=entete)
    assert depose.lignes.count() == 0
    with pytest.raises(GesteRefuse, match="Dites d'abord"):
        imports.appliquer(importation=depose, auteur=None, au=AU)
    colonnes = {"nom": "Boutique", "mobile": "GSM pro", "commune": "Lieu"}
    with pytest.raises(GesteRefuse, match="Commune"):
        imports.regler(importation=depose, colonnes={"nom": "Boutique"}, nom="", auteur=mission, au=AU)
    imports.regler(importation=depose, colonnes=colonnes, nom="Liste 2019", auteur=mission, au=AU)
    assert sorts(depose) == ["nouvelle"]
    assert CorrespondanceAdherents.objects.get().colonnes == colonnes
    assert sorts(recu("Fleurs;0639980002;Dijon", entete=entete)) == ["nouvelle"]


def test_seule_la_chambre_importe(voisine: Personne) -> None:
    with pytest.raises(GesteRefuse, match="la chambre"):
        recu(ligne(), auteur=voisine)


def test_un_fichier_qui_n_en_est_pas_un() -> None:
    with pytest.raises(GesteRefuse, match="aucune ligne"):
        recu()


def test_la_commande_essaie_puis_applique(tmp_path: Path) -> None:
    fichier = tmp_path / "adherents.csv"
    fichier.write_text("\n".join((ENTETE, ligne(), ligne("Mal", numero="06"))), encoding="utf-8")
    sortie = StringIO()
    call_command("adherents", "importer", str(fichier), "--essai", "--en-service", stdout=sortie)
    assert Adherent.objects.count() == 0
    call_command("adherents", "importer", str(fichier), "--en-service", stdout=sortie)
    dit = sortie.getvalue()
    assert "Nouvel adhérent : 1\n" in dit
    assert "Refusée : 1\n" in dit
    assert Adherent.objects.get().nom == "Boulange"
    with pytest.raises(CommandError, match="n'existe pas"):
        call_command("adherents", "importer", str(tmp_path / "rien.csv"))


def test_la_commande_efface_les_preuves_echues() -> None:
    adherent("Ancien", etat=EtatAdherent.PARTI, parti_le=date(2015, 1, 1))
    sortie = StringIO()
    call_command("adherents", "effacer", stdout=sortie)
    assert (sortie.getvalue(), Adherent.objects.count()) == ("1\xa0adhérent parti effacé.\n", 0)

"""Du partenariat à la ligne qui a été comptée ; deux personnes sur la même fiche ; l'un importe, l'autre signe."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import Page

from tests.parcours.pages.partenariat import Partenariat, Signatures, Textes
from tissu.comptes.models import Organisation
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Convention, Fiche


def test_d_un_chiffre_a_ses_lignes(connecter: Callable[..., Page]) -> None:
    page = Partenariat(connecter("mission.cci")).aller(timezone.localdate().year)
    page.ouvrir("Fichier des entreprises")
    assert page.titre() == "Fichier des entreprises de la métropole"
    page.ouvrir("Indicateurs").ouvrir("Créations signalées aux chargés de filière")
    periodes = page.valeurs_des_periodes()
    assert page.valeur_de_l_annee() == sum(periodes) > 0
    page.ouvrir("Voir les lignes")
    assert page.valeur_de_la_periode() == periodes[0] > 0
    lignes = page.lignes_du_fichier()
    assert len(lignes) == periodes[0]
    page.ouvrir_la_premiere_ligne()
    siret = lignes[0]["SIRET"].replace(" ", "")
    assert urlsplit(page.onglet.url).path == f"/registre/etablissements/{siret}/"


def test_deux_personnes_ecrivent_la_meme_fiche(connecter: Callable[..., Page]) -> None:
    fiche = _fiche_a_deux()
    camille, malik = Textes(connecter("mission.cci")), Textes(connecter("mission.metropole"))
    camille.aller(fiche.pk)
    malik.aller(fiche.pk)
    camille.ecrire("Constat", "Le constat de Camille.").enregistrer()
    malik.ecrire("Constat", "Le constat de Malik.").ecrire("Objectifs", "Trois objectifs.").enregistrer()

    assert "Le constat de Camille." in malik.conflit()
    assert "Le constat de Malik." in malik.conflit()
    assert malik.saisie("Constat") == "Le constat de Malik."
    assert malik.saisie("Objectifs") == "Trois objectifs."

    malik.ecrire("Constat", "Le constat des deux.").enregistrer_par_dessus()
    assert "Le constat des deux." in malik.dit()
    assert "Trois objectifs." in malik.dit()
    malik.ouvrir_l_historique()
    assert "Le constat de Camille." in malik.dit()


PROGRAMME = """
titre: Convention d'essai 2018-2020
debut: 2018
fin: 2020
taux_jour: 650 €
partenaires:
  - {cle: cci, type: cci, nom: Chambre de commerce de démonstration}
  - {cle: metropole, type: metropole, nom: Métropole de démonstration}
fiches:
"""
FICHE = """
  - numero: RANG
    annee: 2018
    action: ancienne_RANG
    titre: Ancienne action RANG
    titre_court: Ancienne RANG
    maitres_ouvrage: [cci]
    total: 1 300 €
    lignes: [{libelle: Animation, nature: jours, jours: 2, montant: 1 300 €}]
"""


def test_l_un_importe_l_autre_signe(connecter: Callable[..., Page], tmp_path: Path) -> None:
    fichier = tmp_path / "programme.yaml"
    fiches = "".join(FICHE.replace("RANG", str(rang)) for rang in (1, 2, 3))
    fichier.write_text(PROGRAMME + fiches, encoding="utf-8")
    camille, malik = Signatures(connecter("mission.cci")), Signatures(connecter("mission.metropole"))

    camille.importer(fichier)
    assert "vous donnez l’accord de Chambre de commerce de démonstration" in camille.dit()
    convention = camille.charger()
    assert not camille.peut_signer()

    malik.aller(convention).tout_signer()
    assert "Accord donné sur 3 fiches, dont 3 signées par tous les partenaires." in malik.dit()
    assert "Fiches à signer" not in camille.aller(convention).dit()
    assert set(Fiche.objects.filter(annee=2018).values_list("etat", flat=True)) == {EtatFiche.SIGNEE}


def _fiche_a_deux() -> Fiche:
    """Une fiche en préparation, que la chambre et la métropole conduisent ensemble."""
    chambre, metropole = (
        Organisation.objects.get(nom=f"{nom} de démonstration") for nom in ("Chambre de commerce", "Métropole")
    )
    annee = timezone.localdate().year
    convention = Convention.objects.create(
        titre="Convention à deux", debut=annee, fin=annee + 1, taux_jour_eur=Decimal(700)
    )
    convention.partenaires.set([chambre, metropole])
    fiche = Fiche.objects.create(
        convention=convention, numero=89, annee=annee, action="deux", titre="Fiche écrite à deux", titre_court="À deux",
        etat=EtatFiche.PREPARATION,
    )  # fmt: skip
    fiche.maitres_ouvrage.set([chambre, metropole])
    return fiche

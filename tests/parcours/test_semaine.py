"""Remplir sa semaine au clavier, la soumettre ; une collègue la valide."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from playwright.sync_api import Page

from tests.parcours.conftest import defauts_d_accessibilite
from tests.parcours.pages.programme_temps import Semaine, Validation
from tissu.comptes.choices import Role
from tissu.comptes.demo import MOT_DE_PASSE
from tissu.comptes.models import Organisation, Personne
from tissu.comptes.operations import attribuer_role, creer_personne
from tissu.programme.choices import EtatTemps
from tissu.programme.models import Convention, Fiche, JourPasse, LigneDepense
from tissu.programme.rules.temps import code_de_semaine, lundi_de


def _fiche() -> Fiche:
    """Une fiche à soi, conduite par la chambre de démonstration, avec deux lignes en jours."""
    annee = timezone.localdate().year
    chambre = Organisation.objects.get(nom="Chambre de commerce de démonstration")
    convention = Convention.objects.create(
        titre="Convention du parcours", debut=annee, fin=annee + 1, taux_jour_eur=Decimal(700)
    )
    convention.partenaires.add(chambre)
    fiche = Fiche.objects.create(
        convention=convention, numero=88, annee=annee, action="parcours", titre="Fiche du parcours",
        titre_court="Parcours",
    )  # fmt: skip
    fiche.maitres_ouvrage.add(chambre)
    for rang, libelle in enumerate(("Zibeline", "Zinnia"), start=1):
        LigneDepense.objects.create(fiche=fiche, ordre=rang, libelle=libelle, nature="jours", jours=5, montant_eur=3500)
    return fiche


def _chargee(cle: str, fiche: Fiche) -> Personne:
    """Une chargée de mission à soi, dont la semaine est vide."""
    creee = creer_personne(
        courriel=f"{cle}@demo.example", prenom="Prénom", nom=cle, organisation=fiche.maitres_ouvrage.get(),
        mot_de_passe=MOT_DE_PASSE, auteur=None, au=timezone.now(),
    )  # fmt: skip
    attribuer_role(personne=creee, role=Role.CHARGE_MISSION, auteur=None, au=timezone.now())
    return creee


def test_une_semaine_sans_souris_puis_sa_validation(connecter: Callable[..., Page]) -> None:
    fiche = _fiche()
    mission, _ = _chargee("semaine.remplie", fiche), _chargee("semaine.validee", fiche)
    lundi = lundi_de(timezone.localdate())
    JourPasse.objects.create(
        personne=mission, ligne=fiche.lignes.get(libelle="Zinnia"), jour=lundi - timedelta(days=4),
        duree_jours=Decimal("0.25"), etat=EtatTemps.VALIDE,
    )  # fmt: skip

    semaine = Semaine(connecter("semaine.remplie")).aller(code_de_semaine(lundi)).ajouter("Zibeline")
    semaine.taper("1", "ArrowRight", "½", "Enter", "1")
    assert semaine.total() == "2,50"
    assert "dépasse 1" in semaine.alerte()
    semaine.taper("ArrowRight", "Enter", "Control+a", "0,5", "d")
    assert semaine.alerte() == ""
    total = Decimal(semaine.total().replace(",", "."))
    assert defauts_d_accessibilite(semaine.onglet) == []
    semaine.soumettre()
    assert semaine.verrouillees() >= 3

    Validation(connecter("semaine.validee")).aller().valider("Prénom semaine.remplie")
    gardes = JourPasse.objects.filter(ligne__fiche=fiche, jour__gte=lundi)
    assert set(gardes.values_list("etat", "personne")) == {(EtatTemps.VALIDE, mission.pk)}
    assert sum(gardes.values_list("duree_jours", flat=True)) == total

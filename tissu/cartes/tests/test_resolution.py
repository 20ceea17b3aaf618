"""Retrouver ce qu'une adresse désigne, sous les droits de qui demande."""

from datetime import UTC, datetime

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from tissu.cartes.lecture import demander, lire
from tissu.cartes.models import Perimetre
from tissu.cartes.resolution import (
    adresse_sans,
    adresse_sans_selection,
    choisir,
    lire_selection,
    zones_proposees,
)
from tissu.cartes.selection import Cercle, Polygone, SelectionRefusee, ecrire_forme
from tissu.cartes.tests.exemple import CENTRE, ESSAI_LOCAUX, ESSAI_QUARTIERS
from tissu.comptes.choices import Role
from tissu.comptes.tests.fabrique import organisation, personne

LE = datetime(2026, 11, 23, 9, tzinfo=UTC)
VISITEUR = AnonymousUser()
pytestmark = pytest.mark.usefixtures("couches_d_essai")


def retenus(adresse: str, qui=VISITEUR, couche=ESSAI_LOCAUX) -> list[str]:
    parametres = QueryDict(adresse)
    jeu = lire(couche, demander(couche, parametres, qui))
    return choisir(jeu, lire_selection(couche, parametres, qui)).table.column("id").to_pylist()


def perimetre(auteur, *, partage: bool = False, nom: str = "Mon périmètre") -> Perimetre:
    return Perimetre.objects.create(
        nom=nom, geometrie=shapely.to_geojson(CENTRE), auteur=auteur, organisation=auteur.organisation,
        partage=partage, fichier="x.geojson", sommets=5, surface_ha=1, depose_le=LE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("adresse", "attendus"),
    [
        ("", ["L1", "L2", "L3", "L4", "L5"]),
        ("dans=cercle:5.0415,47.322,30", ["L1"]),
        ("dans=cercle:5.0415,47.322,200", ["L1", "L2"]),
        ("dans=cercle:5.0415,47.322,200&activite=habillement", ["L2"]),
        ("dans=zone:essai-quartiers/centre", ["L1", "L2"]),
        ("dans=zone:essai-quartiers/centre&dans=zone:essai-quartiers/nord", ["L1", "L2", "L3", "L4"]),
        ("hors=zone:essai-quartiers/centre", ["L3", "L4"]),
        ("dans=rue:1", ["L1", "L2"]),
        ("dans=rue:1&hors=cercle:5.0415,47.322,30", ["L2"]),
        ("au=2025-01-01", ["L1", "L2", "L3", "L5"]),
    ],
)
def test_une_adresse_redonne_sa_selection(adresse, attendus):
    assert retenus(adresse) == attendus


@pytest.mark.parametrize(
    ("adresse", "message"),
    [
        ("dans=rue:99", "La rue « 99 » n'est pas, ou n'est plus, connue"),
        ("dans=zone:essai-locaux/L1", "n'est pas une carte de périmètres"),
        ("dans=zone:rien/L1", "« rien » n'est pas une carte de périmètres"),
        ("dans=zone:essai-quartiers/sud", "« sud » n'est pas, ou n'est plus, dans « Quartiers d'essai »"),
        ("hors=perimetre:x", "n'existe plus, ou n'est pas partagé"),
        ("hors=perimetre:1", "n'existe plus, ou n'est pas partagé"),
    ],
)
def test_une_forme_introuvable_se_dit_au_lieu_de_montrer_autre_chose(adresse, message):
    with pytest.raises(SelectionRefusee, match=message):
        lire_selection(ESSAI_LOCAUX, QueryDict(adresse), VISITEUR)


def test_une_couche_sans_rues_le_dit():
    with pytest.raises(SelectionRefusee, match="ne sait pas choisir une rue"):
        lire_selection(ESSAI_QUARTIERS, QueryDict("dans=rue:1"), VISITEUR)


def test_la_selection_se_dit_en_mots():
    triangle = ecrire_forme(Polygone(((5.0, 47.3), (5.1, 47.3), (5.1, 47.4))))
    adresse = f"dans=cercle:5.0415,47.322,1500&dans=rue:2&dans=zone:essai-quartiers/centre&hors={triangle}"
    mots = lire_selection(ESSAI_LOCAUX, QueryDict(adresse), VISITEUR).en_mots()
    assert mots[:3] == [
        "à moins de 1,5\u00a0km du point 5,04150 ; 47,32200", "rue Musette", "dans Centre-ville",
    ]  # fmt: skip
    assert mots[3] == "sauf dans le polygone dessiné (3\u00a0sommets, 4\u202f204,1 ha)"


@pytest.mark.django_db
def test_un_perimetre_sert_a_son_auteur_et_a_son_organisation_s_il_est_partage():
    ada, bob = personne("ada", Role.LECTEUR), personne("bob", Role.LECTEUR)
    eve = personne("eve", Role.LECTEUR, dans=organisation("Ailleurs"))
    prive, partage = perimetre(ada), perimetre(ada, partage=True, nom="Partagé")
    lisibles = {}
    for qui in (ada, bob, eve, VISITEUR):
        for lequel in (prive, partage):
            try:
                lisibles[str(qui), lequel.nom] = retenus(f"dans=perimetre:{lequel.pk}", qui)
            except SelectionRefusee:
                lisibles[str(qui), lequel.nom] = None
    assert lisibles == {
        ("Ada Essai", "Mon périmètre"): ["L1", "L2"], ("Ada Essai", "Partagé"): ["L1", "L2"],
        ("Bob Essai", "Mon périmètre"): None, ("Bob Essai", "Partagé"): ["L1", "L2"],
        ("Eve Essai", "Mon périmètre"): None, ("Eve Essai", "Partagé"): None,
        ("AnonymousUser", "Mon périmètre"): None, ("AnonymousUser", "Partagé"): None,
    }  # fmt: skip


@pytest.mark.django_db
def test_deux_personnes_sans_organisation_ne_partagent_rien():
    seules = [personne(cle) for cle in ("lia", "max")]
    for seule in seules:
        seule.organisation = None
        seule.save()
    prete = perimetre(seules[0], partage=True)
    with pytest.raises(SelectionRefusee):
        lire_selection(ESSAI_LOCAUX, QueryDict(f"dans=perimetre:{prete.pk}"), seules[1])


def test_une_meme_selection_ne_se_calcule_qu_une_fois():
    parametres = QueryDict("dans=" + ecrire_forme(Cercle(5.0415, 47.322, 200)))
    jeu = lire(ESSAI_LOCAUX, demander(ESSAI_LOCAUX, parametres, VISITEUR))
    choix = [choisir(jeu, lire_selection(ESSAI_LOCAUX, parametres, VISITEUR)) for _ in range(2)]
    assert choix[0] is choix[1]
    assert choix[0].empreinte != jeu.empreinte


def test_les_zones_ou_choisir():
    assert [(couche.slug, zones) for couche, zones in zones_proposees(VISITEUR)] == [
        ("essai-quartiers", [("centre", "Centre-ville"), ("nord", "Nord")])
    ]


def test_retirer_une_forme_garde_le_reste_de_l_adresse():
    parametres = QueryDict("dans=rue:1&dans=cercle:5.0415,47.322,30&hors=rue:2&activite=a&activite=b&page=3&vide=")
    assert adresse_sans(parametres, "dans", "rue:1") == "dans=cercle:5.0415,47.322,30&hors=rue:2&activite=a&activite=b"
    assert adresse_sans_selection(parametres) == "activite=a&activite=b"

"""La fiche de l'année suivante se prépare du bilan verrouillé, dans sa convention ou dans celle qui lui succède."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.choices import SuiteProposee, TypeRevue
from tissu.programme.models import Convention, Fiche, Revue
from tissu.programme.operations import revues
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db
LE = fabrique.LE_BILAN


@pytest.fixture
def suivante(db: None) -> Convention:
    """La convention qui succède à celle de 2023-2025, et couvre déjà 2025."""
    return fabrique.convention(2025, 2027, titre="Convention suivante")


def proposer(revue: Revue, fiche: Fiche, auteur: Personne, suite: str = SuiteProposee.MODIFIER) -> None:
    revues.proposer(
        revue=revue, fiche=fiche, suite=suite, texte="Viser plus.", total_eur=Decimal(9800),
        cibles={"entreprises": Decimal(12)}, revision=0, auteur=auteur, au=LE,
    )  # fmt: skip


def preparer(revue: Revue, *fiches: Fiche, auteur: Personne, convention: Convention | None = None) -> list[Fiche]:
    return revues.preparer_la_suite(revue=revue, fiches=fiches, auteur=auteur, au=LE, convention=convention)


def test_la_fiche_suivante_suit_la_proposition(
    revue: Revue, fiche: Fiche, mission_cci: Personne, mission_metropole: Personne
) -> None:
    proposer(revue, fiche, mission_cci)
    fabrique.verrouiller(revue, mission_cci, mission_metropole)
    [preparee] = preparer(revue, fiche, auteur=mission_cci)
    assert (preparee.annee, preparee.precedente, preparee.total_declare_eur) == (2025, fiche, Decimal(9800))
    assert preparee.convention == fiche.convention
    assert preparee.criteres.get().cible == Decimal(12)


def test_elle_entre_dans_la_convention_suivante_et_une_seule_fois(
    verrouillee: Revue, fiche: Fiche, suivante: Convention, mission_cci: Personne, mission_metropole: Personne
) -> None:
    [preparee] = preparer(verrouillee, fiche, auteur=mission_cci, convention=suivante)
    assert (preparee.convention, preparee.annee, preparee.precedente) == (suivante, 2025, fiche)
    with pytest.raises(ModificationRefusee, match="déjà préparée dans « Convention suivante »"):
        preparer(verrouillee, fiche, auteur=mission_metropole)
    assert Fiche.objects.filter(precedente=fiche).count() == 1


def test_toutes_ou_aucune(revue: Revue, fiche: Fiche, mission_cci: Personne, mission_metropole: Personne) -> None:
    arretee = fabrique.fiche(numero=2)
    revues.rafraichir(revue=revue, auteur=mission_cci)
    proposer(revue, arretee, mission_cci, SuiteProposee.ARRETER)
    fabrique.verrouiller(revue, mission_cci, mission_metropole)
    with pytest.raises(ModificationRefusee, match="propose d'arrêter"):
        preparer(revue, fiche, arretee, auteur=mission_cci)
    assert not Fiche.objects.filter(annee=2025).exists()


def test_ni_une_convention_d_autrui_ni_une_fiche_d_ailleurs(
    verrouillee: Revue, fiche: Fiche, mission_cci: Personne
) -> None:
    autrui = Convention.objects.create(titre="D'autrui", debut=2025, fin=2026, taux_jour_eur=Decimal(700))
    autrui.partenaires.add(fabrique.partenaire("metropole"), fabrique.partenaire("agence"))
    with pytest.raises(ModificationRefusee, match="n'a pas signé « D'autrui"):
        preparer(verrouillee, fiche, auteur=mission_cci, convention=autrui)
    d_ailleurs = fabrique.fiche(numero=3, annee=2023)
    with pytest.raises(ModificationRefusee, match="n'est pas dans cette revue"):
        preparer(verrouillee, d_ailleurs, auteur=mission_cci)
    passee = fabrique.convention(2018, 2020, titre="Convention passée")
    with pytest.raises(ModificationRefusee, match="n'est pas dans la convention « Convention passée"):
        preparer(verrouillee, fiche, auteur=mission_cci, convention=passee)


def test_un_point_a_mi_parcours_propose_pour_le_reste_de_l_annee_et_ne_prepare_rien(
    fiche: Fiche, connecte: Any, mission_cci: Personne, mission_metropole: Personne
) -> None:
    point = fabrique.ouvrir_revue(fiche.convention, mission_cci, type_=TypeRevue.MI_PARCOURS)
    page = reverse("programme:revue_fiche", args=[point.pk, fiche.pk])
    client = connecte(mission_cci)
    lue = client.get(page).content.decode()
    assert "Pour le reste de l&#x27;année" in lue
    assert "Poursuivre comme prévu" in lue
    envoi = {"geste": "proposer", "suite": "modifier", "texte": "Deux visites de plus.", "revision": "0"}
    assert client.post(page, envoi).status_code == 302
    assert "Ajuster" in client.get(page).content.decode()
    verrouille = fabrique.verrouiller(point, mission_cci, mission_metropole)
    fiche.refresh_from_db()
    assert (verrouille.etat, fiche.etat) == ("verrouillee", "signee")
    with pytest.raises(ModificationRefusee, match="attendez le bilan annuel"):
        preparer(verrouille, fiche, auteur=mission_cci)
    assert (
        "une fois verrouillé par les deux"
        in client.get(reverse("programme:revue_suite", args=[point.pk])).content.decode()
    )


def test_l_ecran_donne_le_choix_de_la_convention(
    verrouillee: Revue, fiche: Fiche, suivante: Convention, connecte: Any, mission_metropole: Personne
) -> None:
    client, page = connecte(mission_metropole), reverse("programme:revue_suite", args=[verrouillee.pk])
    contexte = client.get(page).context["formulaire"]
    assert [str(une) for une in contexte.fields["convention"].queryset] == [str(fiche.convention), str(suivante)]
    assert list(contexte.fields["fiches"].queryset) == [fiche]
    vide = client.post(page, {"convention": suivante.pk})
    assert vide.status_code == 422
    assert client.post(page, {"convention": suivante.pk, "fiches": [fiche.pk]}).status_code == 302
    preparee = Fiche.objects.get(precedente=fiche)
    assert preparee.convention == suivante
    accueil = client.get(reverse("programme:revue", args=[verrouillee.pk])).content.decode()
    assert reverse("programme:fiche", args=[preparee.pk]) in accueil
    assert "Préparer les fiches de 2025" not in accueil
    assert "sont préparées" in client.get(page).content.decode()


def test_sans_convention_qui_couvre_l_annee_l_ecran_dit_quoi_faire(
    mission_cci: Personne, mission_metropole: Personne, connecte: Any
) -> None:
    fiche = fabrique.fiche(annee=2025, convention_=fabrique.convention(2023, 2025))
    revue = fabrique.ouvrir_revue(fiche.convention, mission_cci, annee=2025)
    verrouillee = fabrique.verrouiller(revue, mission_cci, mission_metropole)
    page = reverse("programme:revue_suite", args=[verrouillee.pk])
    lue = connecte(mission_cci).get(page).content.decode()
    assert "ne couvre 2026" in lue
    assert reverse("programme:conventions") in lue


@pytest.mark.parametrize("role", ["elu", "administrateur"])
def test_seul_un_charge_de_mission_prepare(verrouillee: Revue, connecte: Any, role: str) -> None:
    client, page = connecte(fabrique.personne(role)), reverse("programme:revue_suite", args=[verrouillee.pk])
    assert client.get(page).status_code == 403
    assert client.post(page, {}).status_code == 403

"""Les écrans : ce qu'ils montrent, à qui, et ce que leurs gestes changent."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tissu.actions.fichier_entreprises import accueil, operations
from tissu.actions.fichier_entreprises.models import EditionMensuelle, FiliereExcellence, Piste, RegleDePiste, Veille
from tissu.actions.fichier_entreprises.tests import conftest as decor
from tissu.actions.fichier_entreprises.tests import registre as petit
from tissu.comptes.models import Personne
from tissu.entrepot.instantane import Instantane

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]


def adresse(nom: str, *arguments: Any) -> str:
    return reverse(f"fichier_entreprises:{nom}", args=arguments)


def texte(reponse: Any) -> str:
    """Le texte d'une page, balises ôtées, blancs réunis."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reponse.content.decode())))


def test_le_rapport_dit_le_constat_et_ouvre_chaque_chiffre(
    registre: Instantane, connecte: Connecter, elu: Personne
) -> None:
    page = connecte(elu).get(adresse("flux", "2026-10"))
    lu = texte(page)
    assert "le territoire gagne 5 établissements : 7 entrées pour 2 sorties" in lu.replace("\u00a0", " ")
    assert "Industrie (sections B, C, D, E, F de la NAF rév. 2)" in lu
    liens = set(re.findall(r'href="([^"]*lignes/\?type=creation_pure[^"]*)"', page.content.decode()))
    assert adresse("flux_lignes", "2026-10") + "?type=creation_pure" in liens
    assert adresse("flux_lignes", "2026-10") + "?type=creation_pure&amp;commune=21166" in liens
    assert "Publier ce rapport" not in lu


def test_un_chiffre_de_commune_mene_a_ses_lignes(registre: Instantane, connecte: Connecter, elu: Personne) -> None:
    page = connecte(elu).get(adresse("flux_lignes", "2026-10") + "?type=creation_pure&commune=21166")
    assert "1 événement : 1 établissement, 1 unité légale" in texte(page).replace("\u00a0", " ")
    assert reverse("registre:etablissement", args=[petit.siret(2)]) in page.content.decode()


def test_une_personne_protegee_n_est_nommee_nulle_part(
    registre: Instantane, connecte: Connecter, mission: Personne
) -> None:
    client = connecte(mission)
    for suite in ("", "lignes/?type=fermeture_etablissement", "lignes/?format=csv"):
        contenu = client.get(adresse("flux", "2026-10") + suite).content.decode()
        assert "Rue protégée" not in contenu
    assert "Non diffusible" in contenu


def test_publier_fige_et_le_dit(registre: Instantane, connecte: Connecter, mission: Personne) -> None:
    client = connecte(mission)
    page = client.post(adresse("flux_publier", "2026-10"), follow=True)
    assert "est publié : sa première valeur ne changera plus" in texte(page)
    assert EditionMensuelle.objects.get().publiee_par == mission
    figee = client.get(adresse("flux_fichier", "2026-10", "json") + "?edition=premiere").json()
    assert figee["totaux"]["creation_pure"]["etablissements"] == 1


@pytest.mark.parametrize(
    ("nom", "arguments", "statut"),
    [("flux", ["2026-13"], 404), ("flux", ["2027-02"], 404), ("flux_fichier", ["2026-10", "docx"], 404),
     ("flux_fichier", ["2026-10", "json"], 200), ("grands", ["2026-S3"], 404),
     ("grands_fichier", ["2026-S1", "csv"], 200)],
)  # fmt: skip
def test_une_periode_ou_un_format_faux_est_introuvable(
    registre: Instantane, connecte: Connecter, elu: Personne, nom: str, arguments: list[str], statut: int
) -> None:
    assert connecte(elu).get(adresse(nom, *arguments)).status_code == statut


def test_la_premiere_edition_d_un_mois_non_publie_est_introuvable(
    registre: Instantane, connecte: Connecter, elu: Personne
) -> None:
    page = connecte(elu).get(adresse("flux_fichier", "2026-10", "json") + "?edition=premiere")
    assert page.status_code == 404


def test_sans_registre_la_page_le_dit(dossier: Any, connecte: Connecter, elu: Personne) -> None:
    for nom in ("bord", "flux_choisir", "grands_choisir"):
        page = connecte(elu).get(adresse(nom), follow=True)
        assert "Le registre est encore vide" in texte(page)


def test_le_tableau_de_bord_dit_ce_qui_attend(registre: Instantane, connecte: Connecter, mission: Personne) -> None:
    page = connecte(mission).get(adresse("bord"))
    lu = texte(page).replace("\u00a0", " ")
    assert "Octobre 2026, dernier mois complet" in lu
    assert "Le rapport d'octobre 2026 n'est pas publié" in lu
    assert "La liste des plus de 50 salariés du premier semestre 2026 n'est pas publiée" in lu


def test_l_elu_lit_les_rapports_et_pas_les_pistes(registre: Instantane, connecte: Connecter, elu: Personne) -> None:
    client = connecte(elu)
    assert client.get(adresse("bord")).status_code == 200
    for nom in ("pistes", "veilles", "reglages"):
        assert client.get(adresse(nom)).status_code == 403


def test_le_dirigeant_ne_parait_qu_aux_agents(
    registre: Instantane, client: Client, connecte: Connecter, elu: Personne, chargee: Personne
) -> None:
    decor.donnee_consulaire(petit.siret(51), "Ada Dirigeante")
    vues = {qui.courriel: connecte(qui).get(adresse("grands", "2026-S1")).content.decode() for qui in (elu, chargee)}
    assert "Ada Dirigeante" not in vues[elu.courriel]
    assert "Ada Dirigeante" in vues[chargee.courriel]


def test_la_liste_se_filtre_hors_filieres(registre: Instantane, connecte: Connecter, elu: Personne) -> None:
    FiliereExcellence.objects.create(slug="n", nom="Numérique", codes_naf=["62"])
    lu = texte(connecte(elu).get(adresse("grands", "2026-S1") + "?filiere=hors"))
    assert "1 sur 3 sont hors des filières d'excellence" in lu


@pytest.fixture
def piste(publier: Callable[..., Instantane], regle_valmy: RegleDePiste) -> Piste:
    publier(
        evenements=[petit.evenement(n, "creation_pure", date(2026, 10, 20)) for n in (1, 2, 3)],
        etablissements=[petit.etablissement(n, nom=f"Logiciels {n}", effectif_cci=15) for n in (1, 2, 3)],
        etablissements_zones=[{"siret": petit.siret(n), "zone_id": "valmy"} for n in (1, 2, 3)],
    )
    operations.creer_pistes(au=decor.AU)
    return Piste.objects.get(siret=petit.siret(1))


def test_une_piste_va_de_l_attribution_a_la_cloture(piste: Piste, connecte: Connecter, chargee: Personne) -> None:
    client = connecte(chargee)
    page = client.get(adresse("piste", piste.pk))
    assert "15 salariés déclarés au fichier consulaire" in texte(page)
    client.post(adresse("piste_prendre", piste.pk))
    client.post(adresse("piste_suivre", piste.pk), {"geste": "contact", "texte": "Appel", "echeance": "2026-12-01"})
    page = client.post(adresse("piste_fermer", piste.pk), {"motif": "rencontree"}, follow=True)
    assert "La piste est close." in texte(page)
    piste.refresh_from_db()
    assert (piste.etat, piste.motif_fermeture) == ("fermee", "rencontree")


def test_clore_sans_raison_se_dit_sur_la_page(piste: Piste, connecte: Connecter, chargee: Personne) -> None:
    page = connecte(chargee).post(adresse("piste_fermer", piste.pk), {"texte": "…"})
    assert page.status_code == 422
    assert Piste.objects.get(pk=piste.pk).etat == "nouvelle"


def test_la_liste_des_pistes_ne_grandit_pas_en_requetes(
    piste: Piste, connecte: Connecter, chargee: Personne, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = connecte(chargee)
    client.get(adresse("pistes"))
    with django_assert_num_queries(8):
        client.get(adresse("pistes"))
    Piste.objects.exclude(pk=piste.pk).delete()
    with django_assert_num_queries(8):
        client.get(adresse("pistes"))


def test_une_regle_s_ecrit_et_se_relit_en_mots(
    registre: Instantane, zone_valmy: Any, connecte: Connecter, mission: Personne
) -> None:
    page = connecte(mission).post(
        adresse("regle_nouvelle"),
        {
            "nom": "Industrie à Valmy",
            "active": "on",
            "types": ["transfert_entrant"],
            "codes_naf": "25, 28",
            "zones": ["valmy"],
        },
        follow=True,
    )
    assert "transfert entrant ; activité 25, 28 ; zone Valmy" in texte(page)


def test_un_code_naf_faux_se_dit(registre: Instantane, connecte: Connecter, mission: Personne) -> None:
    page = connecte(mission).post(adresse("filiere_nouvelle"), {"nom": "Essai", "codes_naf": "62.01Z numérique"})
    assert "Ce ne sont pas des codes NAF : numérique" in texte(page)
    assert not FiliereExcellence.objects.exists()


def test_une_veille_s_ouvre_et_n_est_qu_a_soi(
    registre: Instantane, connecte: Connecter, chargee: Personne, mission: Personne
) -> None:
    donnees = {
        "nom": "Mes firmes",
        "codes_naf": "62",
        "evenements": ["fermeture"],
        "frequence": "quotidienne",
        "active": "on",
    }
    page = connecte(chargee).post(adresse("veille_nouvelle"), donnees, follow=True)
    assert "Mes firmes" in texte(page)
    ouverte = Veille.objects.get()
    assert ouverte.personne == chargee
    assert connecte(mission).get(adresse("veille", ouverte.pk)).status_code == 404
    assert connecte(mission).post(adresse("veille_supprimer", ouverte.pk)).status_code == 404


def test_le_resume_s_arrete_et_reprend(registre: Instantane, connecte: Connecter, chargee: Personne) -> None:
    client = connecte(chargee)
    Veille.objects.create(personne=chargee, nom="Une", sirets=[petit.siret(1)], creee_le=timezone.now())
    for dit, actif in (("non", False), ("oui", True)):
        assert client.post(adresse("veille_resume"), {"actif": dit}).url == adresse("veilles")
        assert client.get(adresse("veilles")).context["resume_actif"] is actif


def test_une_veille_sans_entreprise_se_refuse(registre: Instantane, connecte: Connecter, chargee: Personne) -> None:
    page = connecte(chargee).post(
        adresse("veille_nouvelle"), {"nom": "Vide", "evenements": ["fermeture"], "frequence": "quotidienne"}
    )
    assert "Dites quelles entreprises suivre" in texte(page)


def test_l_accueil_dit_le_mois_et_ce_qui_attend(registre: Instantane, mission: Personne) -> None:
    bloc = accueil.accueil(mission, au=decor.AU)
    assert bloc is not None
    assert [(chiffre.libelle, chiffre.valeur) for chiffre in bloc.chiffres] == [
        ("Créations pures", 2), ("Fermetures", 1), ("Solde des établissements", "+5"),
    ]  # fmt: skip
    assert len(bloc.attentes) == 4


def test_l_accueil_se_tait_sans_droit(registre: Instantane, db: None) -> None:
    assert accueil.accueil(decor.personne("police", "police"), au=decor.AU) is None


def test_la_fiche_d_un_etablissement_dit_ses_pistes_aux_seuls_agents(
    piste: Piste, chargee: Personne, elu: Personne
) -> None:
    agent, lecteur = (accueil.fiche_etablissement(piste.siret, qui) for qui in (chargee, elu))
    assert agent is not None and lecteur is not None
    assert ("Numérique à Valmy" in agent["html"], "Numérique à Valmy" in lecteur["html"]) == (True, False)

"""Recevoir un relevé : une fois chacun, sans écraser personne, et ce qui se contredit se tranche."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tissu.locaux.choices import EtatReleve
from tissu.locaux.models import Local, Releve, Signalement
from tissu.locaux.operations import histoire, locaux
from tissu.locaux.operations.campagnes import changer_l_etat_de
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.releves import recevoir_releve, trancher_conflit
from tissu.locaux.operations.tournees import confier_les_voies
from tissu.locaux.permissions import peut_relever
from tissu.locaux.queries.montre import valeurs_en_json
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU

pytestmark = pytest.mark.django_db
VU_LE = datetime(2024, 6, 10, 8, 0, tzinfo=UTC)
JOUR, VEILLE = date(2024, 6, 10), date(2024, 6, 9)


def recevoir(local: Local | None, donnees: dict[str, Any], cle: UUID | None = None, **champs: Any) -> Releve:
    defauts: dict[str, Any] = {
        "campagne": fabrique.campagne(), "releve_le": VU_LE, "version_vue": local.version if local else None,
        "releveur": fabrique.personne("charge_filiere"), "au": AU,
    }  # fmt: skip
    return recevoir_releve(cle=cle or uuid4(), local=local, donnees=donnees, **(defauts | champs))


def agent() -> Any:
    return fabrique.personne("charge_mission")


def corriger_ailleurs(local: Local, **valeurs: Any) -> None:
    """Une autre personne change le local pendant que le téléphone est hors ligne."""
    autre = Local.objects.get(pk=local.pk)
    locaux.modifier_local(local=autre, version=autre.version, valeurs=valeurs, auteur=agent(), au=AU)


def etats(local: Local) -> list[tuple[Any, ...]]:
    return list(local.etats.values_list("etat", "debut", "fin"))


def occupants(local: Local) -> list[tuple[Any, ...]]:
    return list(local.occupations.values_list("enseigne", "activite", "debut", "fin"))


def test_un_releve_change_l_etat_l_occupant_et_la_description() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    releve = recevoir(local, {"etat": "vacant", "surface_m2": "42,5", "precision": "rideau baissé"})
    local.refresh_from_db()
    assert (releve.etat, local.surface_m2, local.version, local.champs_tenus) == (
        EtatReleve.APPLIQUE, 42.5, 2, ["surface_m2"],
    )  # fmt: skip
    assert etats(local) == [("occupe", None, VEILLE), ("vacant", JOUR, None)]
    assert occupants(local) == [("Chez Léa", "restaurant", None, VEILLE)]


def test_un_releve_sans_changement_dit_que_l_on_est_passe() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    recevoir(local, {"etat": "occupe", "enseigne": "CHEZ LEA"})
    assert (local.etats.get().releve_le, occupants(local)) == (JOUR, [("Chez Léa", "restaurant", None, None)])


def test_un_nouvel_occupant_vu_de_la_rue() -> None:
    local = fabrique.local()
    recevoir(local, {"enseigne": "Optique Durand", "activite": "optique"})
    assert (etats(local), occupants(local)) == (
        [("vacant", None, VEILLE), ("occupe", JOUR, None)], [("Optique Durand", "optique", JOUR, None)],
    )  # fmt: skip
    assert local.occupations.get().origine_activite == "releve"


def test_le_meme_releve_envoye_deux_fois_n_entre_qu_une() -> None:
    local, cle = fabrique.local("Chez Léa", "restaurant"), uuid4()
    premier = recevoir(local, {"etat": "vacant"}, cle)
    local.refresh_from_db()
    assert recevoir(local, {"etat": "vacant"}, cle) == premier
    assert (Releve.objects.count(), local.version) == (1, 2)


def test_deux_personnes_sur_des_champs_differents_s_ecrivent_toutes_deux() -> None:
    local = fabrique.local("Chez Léa", "restaurant", quartier="Centre")
    vues = valeurs_en_json(local)
    corriger_ailleurs(local, surface_m2=60)
    releve = recevoir(local, {"etat": "vacant", "surface_m2": None, "quartier": "Centre"}, vues=vues)
    local.refresh_from_db()
    assert (releve.etat, local.surface_m2, local.quartier) == (EtatReleve.APPLIQUE, 60, "Centre")
    assert etats(local)[-1][0] == "vacant"


def test_deux_personnes_sur_le_meme_champ_sont_en_conflit_et_une_troisieme_tranche() -> None:
    local = fabrique.local("Chez Léa", "restaurant", surface_m2=Decimal("50.00"))
    vues = valeurs_en_json(local)
    corriger_ailleurs(local, surface_m2=60)
    releve = recevoir(local, {"etat": "travaux", "surface_m2": 70}, vues=vues)
    assert (releve.etat, releve.conflits) == (
        EtatReleve.CONFLIT, [{"champ": "surface_m2", "vu": "50.00", "actuel": "60.00", "releve": "70"}],
    )  # fmt: skip
    # Ce que personne d'autre n'a touché s'est écrit tout de suite ; le reste attend, et se voit.
    local.refresh_from_db()
    assert (etats(local)[-1][0], local.surface_m2, Signalement.objects.get().motif) == ("travaux", 60, "conflit")
    with pytest.raises(LocalRefuse, match="Choisissez pour chaque champ : surface_m2"):
        trancher_conflit(releve=releve, choix={}, auteur=agent(), au=AU)
    trancher_conflit(releve=releve, choix={"surface_m2": "releve"}, auteur=agent(), au=AU)
    local.refresh_from_db()
    releve.refresh_from_db()
    assert (local.surface_m2, releve.etat, releve.tranche_par) == (70, EtatReleve.APPLIQUE, agent())
    assert (Signalement.objects.get().texte, Signalement.objects.get().clos_par) == (
        "Deux personnes disent autre chose : surface (m²)", agent(),
    )  # fmt: skip
    with pytest.raises(LocalRefuse, match="une autre personne l'a tranché"):
        trancher_conflit(releve=releve, choix={"surface_m2": "actuel"}, auteur=agent(), au=AU)


def test_garder_l_actuel_ecarte_le_releve() -> None:
    local = fabrique.local("Chez Léa", "restaurant", surface_m2=Decimal("50.00"))
    vues = valeurs_en_json(local)
    corriger_ailleurs(local, surface_m2=60)
    releve = recevoir(local, {"surface_m2": 70}, vues=vues)
    trancher_conflit(releve=releve, choix={"surface_m2": "actuel"}, auteur=agent(), au=AU)
    local.refresh_from_db()
    releve.refresh_from_db()
    assert (local.surface_m2, releve.etat) == (60, EtatReleve.ECARTE)


def test_un_releve_plus_ancien_que_l_histoire_se_tranche() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    vues, version = valeurs_en_json(local), local.version
    histoire.changer_etat(local=local, version=1, etat="vacant", le=JOUR, auteur=agent(), au=AU)
    releve = recevoir(
        local, {"etat": "travaux"}, vues=vues, version_vue=version, releve_le=datetime(2024, 6, 1, 8, tzinfo=UTC)
    )
    assert [(conflit["champ"], conflit["actuel"]) for conflit in releve.conflits] == [("etat", "vacant")]
    assert etats(local)[-1] == ("vacant", JOUR, None)


def test_un_local_nouveau_est_cree() -> None:
    donnees = {"code_commune": "21231", "voie": "RUE NEUVE", "numero": "3", "enseigne": "Chez Zoé",
               "activite": "restaurant", "etat": "occupe", "lon": 5.05, "lat": 47.31}  # fmt: skip
    releve = recevoir(None, donnees)
    assert releve.local is not None
    assert (str(releve.local), occupants(releve.local)) == ("3 RUE NEUVE", [("Chez Zoé", "restaurant", JOUR, None)])


def test_un_local_nouveau_qui_ressemble_a_un_connu_se_tranche() -> None:
    connu = fabrique.local("Chez Léa", "restaurant", numero="3", rue="RUE NEUVE", lon=5.05, lat=47.31)
    donnees = {"code_commune": "21231", "voie": "Rue Neuve", "numero": "3", "enseigne": "chez léa", "surface_m2": 33,
               "lon": 5.05002, "lat": 47.31}  # fmt: skip
    releve = recevoir(None, donnees)
    assert (releve.local, releve.conflits[0]["actuel"], Local.objects.count()) == (None, [connu.reference], 1)
    trancher_conflit(releve=releve, choix={"local": connu.reference}, auteur=agent(), au=AU)
    connu.refresh_from_db()
    releve.refresh_from_db()
    assert (connu.surface_m2, releve.etat, releve.local) == (33, EtatReleve.APPLIQUE, connu)


def saisonniere() -> Any:
    """Une lectrice de la chambre, qui n'est pas agente et à qui une rue est confiée."""
    qui = fabrique.personne("lecteur", organisation="cci")
    assert not peut_relever(qui)
    ouverte = fabrique.campagne("Relevé en cours", fin=None, etat="ouverte")
    confier_les_voies(campagne=ouverte, voies=[fabrique.voie("RUE A")], releveur=qui, auteur=agent(), au=AU)
    assert peut_relever(qui)
    return qui


def test_qui_n_est_pas_agent_ne_releve_que_ses_rues() -> None:
    qui = saisonniere()
    ouverte = fabrique.campagne("Relevé en cours")
    sien, autre = fabrique.local("Chez Léa", "restaurant", rue="RUE A"), fabrique.local("Zoé", "optique", rue="RUE B")
    recevoir(sien, {"etat": "vacant", "remarque": "Rideau forcé"}, campagne=ouverte, releveur=qui)
    assert (etats(sien)[-1][0], Signalement.objects.get().texte) == ("vacant", "Rideau forcé")
    for campagne in (ouverte, fabrique.campagne()):
        with pytest.raises(LocalRefuse, match="Cette rue ne vous est pas confiée"):
            recevoir(autre, {"etat": "vacant"}, campagne=campagne, releveur=qui)
    with pytest.raises(LocalRefuse, match="Cette rue ne vous est pas confiée"):
        recevoir(sien, {"etat": "occupe"}, campagne=fabrique.campagne(), releveur=qui)
    assert (Releve.objects.count(), etats(autre)[-1][0]) == (1, "occupe")


def test_qui_n_est_pas_agent_trouve_un_local_nouveau_dans_sa_rue_seulement() -> None:
    qui, ouverte = saisonniere(), fabrique.campagne("Relevé en cours")
    vu = {"code_commune": "21231", "voie": "rue a", "numero": "3", "etat": "vacant", "precision": "À vendre",
          "remarque": "Deux vitrines"}  # fmt: skip
    releve = recevoir(None, vu, campagne=ouverte, releveur=qui)
    assert releve.local is not None
    assert (str(releve.local), releve.local.etats.get().precision, Signalement.objects.get().texte) == (
        "3 RUE A", "À vendre", "Deux vitrines",
    )  # fmt: skip
    for ailleurs in ({"voie": "RUE B"}, {"code_commune": "21166"}, {"voie": None}):
        with pytest.raises(LocalRefuse, match="Cette rue ne vous est pas confiée"):
            recevoir(None, vu | ailleurs, campagne=ouverte, releveur=qui)


def test_sans_rue_ou_campagne_close_on_ne_releve_pas() -> None:
    qui, local = saisonniere(), fabrique.local("Chez Léa", "restaurant", rue="RUE A")
    ouverte = fabrique.campagne("Relevé en cours")
    changer_l_etat_de(campagne=ouverte, etat="close", auteur=agent(), au=AU)
    for personne in (qui, fabrique.personne("lecteur", organisation="metropole")):
        assert not peut_relever(personne)
        with pytest.raises(LocalRefuse, match="pas de rue à relever"):
            recevoir(local, {"etat": "vacant"}, campagne=ouverte, releveur=personne)
    # Un agent envoie encore ce qu'il avait relevé hors ligne.
    assert recevoir(local, {"etat": "vacant"}, campagne=ouverte).etat == EtatReleve.APPLIQUE
    # Une rue confiée ne fait pas un releveur de qui n'est pas des partenaires.
    courtier = fabrique.personne("courtier", organisation="agence")
    courtier.tournees.create(campagne=fabrique.campagne("Autre", etat="ouverte"), voie=fabrique.voie("RUE A"))
    assert not peut_relever(courtier)


def test_un_occupant_dans_un_local_vacant_est_refuse_ou_se_tranche() -> None:
    contradiction = {"etat": "vacant", "enseigne": "Chez Zoé"}
    with pytest.raises(LocalRefuse, match="« Vacant, sans précision » n'a pas d'occupant"):
        recevoir(None, {"code_commune": "21231", "voie": "RUE NEUVE", "numero": "3", **contradiction})
    local = fabrique.local("Chez Léa", "restaurant")
    releve = recevoir(local, contradiction)
    assert [conflit["champ"] for conflit in releve.conflits] == ["etat", "enseigne"]
    with pytest.raises(LocalRefuse, match="n'a pas d'occupant"):
        trancher_conflit(releve=releve, choix={"etat": "releve", "enseigne": "releve"}, auteur=agent(), au=AU)
    trancher_conflit(releve=releve, choix={"etat": "releve", "enseigne": "actuel"}, auteur=agent(), au=AU)
    assert etats(local)[-1] == ("vacant", JOUR, None)


@pytest.mark.parametrize(
    ("donnees", "refus"),
    [
        ({"couleur": "rouge"}, "Champs inconnus d'un relevé : couleur"),
        ({"surface_m2": "grande"}, "« grande » n'est pas un nombre"),
        ({"etat": "hanté"}, "n'est pas un état connu"),
        ({"activite": "astrologie"}, "n'est pas une activité"),
    ],
)
def test_une_donnee_fausse_est_refusee_sans_rien_ecrire(donnees: dict[str, Any], refus: str) -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    with pytest.raises(LocalRefuse, match=refus):
        recevoir(local, donnees)
    assert not Releve.objects.exists()

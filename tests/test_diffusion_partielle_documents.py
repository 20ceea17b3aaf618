"""La diffusion partielle dans ce que le partenariat et les publications donnent à lire : preuves, revues, éditions.

Chaque essai porte de quoi fuir : les lignes des protégés y sont, par leur SIRET, dans ce qui est mesuré, figé et
diffusé ; le registre sait leur nom, leur rue et leur dirigeant.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.registre_marque import OUVERTE, PHYSIQUE, PROTEGES, SOCIETE, VISIBLES, deplier, fuites, lire
from tissu.actions.fichier_entreprises.indicateurs import INDICATEURS
from tissu.actions.fichier_entreprises.models import RegleDePiste
from tissu.actions.fichier_entreprises.operations.editions import publier_mois, publier_semestre
from tissu.actions.fichier_entreprises.operations.pistes import creer_pistes
from tissu.actions.fichier_entreprises.publications.diffusion import documents
from tissu.actions.fichier_entreprises.publications.relecture import taire
from tissu.comptes.choices import AGENTS, LECTEURS_DU_REGISTRE, Role
from tissu.comptes.models import Organisation, Personne
from tissu.entrepot.instantane import courant
from tissu.messages.tests.fabrique import distribuer
from tissu.programme.choices import TypeRevue
from tissu.programme.models import Fiche, Mesure, Revue
from tissu.programme.operations import echeances, mesures, rappels, revues
from tissu.programme.permissions import LECTEURS
from tissu.programme.tests import fabrique
from tissu.publications import contenu_json, operations, queries
from tissu.publications.contenu import Colonne, Document, Nature, Section, Tableau
from tissu.publications.donnees_ouvertes.fichiers import FORMATS_OUVERTS
from tissu.publications.models import Edition
from tissu.publications.operations.rendu import FORMATS_DIFFUSES, apres_import, rendre_edition
from tissu.registre.tests.exemple import LE
from tissu.socle.travaux import SansSuivi

HUMAIN = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}


@pytest.fixture(autouse=True)
def stockage(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    yield


@pytest.fixture
def mission(registre: Any, entrer: Any) -> Personne:
    """Chargée de mission de la chambre, partenaire de la convention."""
    qui: Personne = entrer(Role.CHARGE_MISSION).personne
    qui.attributions.update(debut=date(2020, 1, 1))
    return qui


@pytest.fixture
def fiche(mission: Personne) -> Fiche:
    """La fiche 7 de 2026 : les créations signalées et les pistes traitées y sont mesurées, protégés compris."""
    convention = fabrique.convention(2026, 2028)
    autre = Organisation.objects.create(nom="Métropole", type="metropole")
    assert mission.organisation is not None
    convention.partenaires.set([mission.organisation, autre])
    creee = fabrique.fiche(7, 2026, action="fichier_entreprises", convention_=convention, maitres=[])
    creee.pilotes.add(mission)
    for indicateur in INDICATEURS:
        fabrique.critere(creee, indicateur.code.rpartition(".")[2], indicateur=indicateur.code)
    publier_mois(mois="2026-10", auteur=mission, au=LE)
    RegleDePiste.objects.create(nom="Tout", types=["creation_pure", "reactivation"], codes_naf=["62"], modifiee_le=LE)
    creer_pistes(au=LE)
    assert mesures.mesurer(fiches=[creee], au=LE, suivi=SansSuivi())["erreurs"] == []
    preuves = str(list(Mesure.objects.values_list("preuves", flat=True)))
    assert [numero for numero in PROTEGES if numero not in preuves] == []
    return creee


@pytest.fixture
def revue(fiche: Fiche, mission: Personne) -> Revue:
    ouverte = revues.ouvrir(
        convention=fiche.convention, annee=2026, type=TypeRevue.MI_PARCOURS, au=LE.date(), auteur=mission, le=LE
    )
    lignes = str(list(ouverte.figures.values_list("lignes", flat=True)))
    assert [numero for numero in PROTEGES if numero not in lignes] == []
    return ouverte


def _pages(fiche: Fiche, revue: Revue) -> list[str]:
    mesurees = list(Mesure.objects.values_list("pk", flat=True))
    figures = revue.figures.filter(groupe="critere").values_list("pk", flat=True)
    d_une_fiche = ("fiche", "budget", "consommation", "indicateurs", "calendrier_fiche", "historique", "versions")
    return [
        "/",
        *(reverse(f"programme:{nom}") for nom in ("tableau", "calendrier", "revues", "livrables", "conventions")),
        *(reverse(f"programme:{nom}", args=[fiche.pk]) for nom in d_une_fiche),
        *(reverse("programme:critere", args=[critere.pk]) for critere in fiche.criteres.order_by("pk")),
        *(reverse("programme:mesure_lignes", args=[pk]) for pk in mesurees),
        *(reverse("programme:mesure_lignes", args=[pk]) + "?format=csv" for pk in mesurees),
        *(reverse(f"programme:{nom}", args=[revue.pk]) for nom in ("revue", "revue_ecarts", "revue_historique")),
        reverse("programme:revue_fiche", args=[revue.pk, fiche.pk]),
        *(reverse("programme:revue_figure", args=[pk]) for pk in figures),
    ]


def _fichiers(fiche: Fiche, revue: Revue) -> list[str]:
    return [
        *(reverse("programme:tableau_fichier", args=[f]) for f in ("pdf", "xlsx")),
        *(reverse("programme:fiche_fichier", args=[fiche.pk, f]) for f in ("pdf", "xlsx")),
        *(reverse("programme:consommation_fichier", args=[fiche.pk, f]) for f in ("pdf", "pptx", "xlsx")),
        *(reverse("programme:revue_document", args=[revue.pk, f]) for f in ("pdf", "pptx", "xlsx", "csv")),
    ]


@pytest.mark.parametrize("role", sorted(LECTEURS))
def test_les_pages_et_les_fichiers_du_partenariat_taisent_les_proteges(
    revue: Revue, fiche: Fiche, entrer: Any, mission: Personne, role: Role
) -> None:
    """Les SIRET des protégés s'y lisent, à qui lit le registre ; jamais ce que le registre sait d'eux."""
    client = fabrique.connecter(Client(), mission) if role == Role.CHARGE_MISSION else entrer(role)
    textes = {}
    # Un fichier ne dépend pas du rôle de qui le demande : les deux extrêmes suffisent.
    fichiers = _fichiers(fiche, revue) if role in {Role.CHARGE_MISSION, Role.ELU} else []
    for adresse in [*_pages(fiche, revue), *fichiers]:
        reponse = client.get(adresse)
        assert reponse.status_code == 200, adresse
        textes[adresse] = lire(reponse)
    assert {adresse: fuites(texte) for adresse, texte in textes.items() if fuites(texte)} == {}
    lus = "".join(textes.values())
    # Le quatrième n'est que dans une piste, qui ne s'ouvre qu'aux agents.
    attendus = [role in LECTEURS_DU_REGISTRE] * 3 + [role in AGENTS]
    assert [numero in lus for numero in PROTEGES] == attendus


def test_l_agenda_et_le_courriel_de_la_semaine_taisent_les_proteges(
    revue: Revue, fiche: Fiche, mission: Personne, client: Client
) -> None:
    """Ce qui part par courriel ou se recopie dans un agenda ne puise ni dans les preuves, ni dans le registre."""
    echeances.creer_echeance(
        fiche=fiche, type="tache", titre="Relire les preuves", echeance=LE.date() + timedelta(days=2), auteur=mission,
        responsable=mission, au=LE - timedelta(days=60),
    )  # fmt: skip
    assert rappels.envoyer_rappels(au=LE + timedelta(days=2)) == 1
    distribuer(au=LE + timedelta(days=2))
    (courriel,) = mail.outbox
    entier = f"{courriel.subject} {courriel.body} {courriel.message()}"
    assert ("Relire les preuves" in entier, fuites(entier)) == (True, [])
    page = fabrique.connecter(client, mission).post(reverse("programme:abonnement"))
    agenda = lire(Client().get(page.context["adresse"].partition("//")[2].partition("/")[2].join(["/", ""])))
    assert ("Relire les preuves" in agenda, fuites(agenda)) == (True, [])


# --- Les éditions diffusées ---


def diffuser(cle: str, reference: str, mission: Personne, audience: str) -> Edition:
    source = next(une for une in documents() if une.cle == cle)
    edition = operations.preparer_depuis(source=source, reference=reference, auteur=mission, au=LE, audience=audience)
    operations.diffuser(edition=edition, audience=audience, confirmee=True, auteur=mission, au=LE)
    rendre_edition(edition=edition.pk, suivi=SansSuivi(), au=LE)
    return Edition.objects.get(pk=edition.pk)


def sorties(edition: Edition, client: Client) -> dict[str, str]:
    """Le texte de tout ce qu'une édition donne à lire : sa page, ses fichiers, ses données, le catalogue."""
    racine = f"/publications/{edition.publication.slug}/{edition.numero}/"
    adresses = [racine, "/publications/", f"/publications/{edition.publication.slug}/", "/donnees/"]
    adresses += [f"{racine}fichier.{format_}" for format_ in FORMATS_DIFFUSES]
    adresses += [f"/donnees/catalogue.{format_}" for format_ in ("jsonld", "ttl", "rdf")]
    adresses += [f"{racine}donnees/{fichier.jeu}.{fichier.format}" for fichier in edition.fichiers.exclude(jeu="")]
    lus = {}
    for adresse in adresses:
        reponse = client.get(adresse, **HUMAIN)
        assert reponse.status_code == 200, adresse
        lus[adresse] = lire(reponse)
    return lus


def test_un_rapport_public_compte_les_proteges_sans_les_dire(fiche: Fiche, mission: Personne) -> None:
    edition = diffuser("fichier_entreprises.flux", "2026-10", mission, "public")
    lus = sorties(edition, Client())
    assert {adresse: fuites(texte) for adresse, texte in lus.items() if fuites(texte)} == {}
    assert {format_ for format_ in FORMATS_OUVERTS if any(a.endswith(f".{format_}") for a in lus)} >= {"csv", "parquet"}
    for format_ in FORMATS_DIFFUSES:
        texte = "".join(lus[f"/publications/flux-des-entreprises/1/fichier.{format_}"].split())
        assert (SOCIETE in texte, "DENOMINATIONSOC" in texte) == (True, True), format_
    assert fuites(queries.contenu(edition)) == []


def test_une_liste_de_partenaires_tait_les_proteges(fiche: Fiche, mission: Personne) -> None:
    publier_semestre(semestre="2026-S2", auteur=mission, au=LE)
    edition = diffuser("fichier_entreprises.plus_de_50", "2026-S2", mission, "partenaires")
    lecteur = fabrique.personne("lecteur", organisation="cci")
    lus = sorties(edition, fabrique.connecter(Client(), lecteur))
    assert {adresse: fuites(texte) for adresse, texte in lus.items() if fuites(texte)} == {}
    assert {mot for mot in VISIBLES if any(mot in texte for texte in lus.values())} >= {"DENOMINATIONSOC"}


def avant_l_opposition(edition: Edition) -> None:
    """L'édition telle qu'elle serait parue quand ses entreprises étaient encore diffusibles : noms et rues y sont."""
    document = contenu_json.lire(queries.contenu(edition))
    texte = contenu_json.ecrire(document)
    for numero, cas in ((PHYSIQUE, "PHY"), (SOCIETE, "SOC")):
        for ligne in document.tableaux()[-1].lignes:
            if ligne["siret"] == numero:
                ligne["nom_affiche"], ligne["adresse"] = f"NOM{cas}", f"4 RUE{cas}"
    nouveau = contenu_json.ecrire(document)
    assert nouveau != texte
    edition.fige.texte = nouveau
    edition.fige.save()


def test_une_edition_diffusee_se_tait_de_qui_s_est_oppose_depuis(fiche: Fiche, mission: Personne) -> None:
    """Sa page dès maintenant, ses fichiers au prochain import ; le contenu figé, lui, ne change pas."""
    edition = diffuser("fichier_entreprises.flux", "2026-10", mission, "public")
    avant_l_opposition(edition)
    with pytest.MonkeyPatch.context() as sans_relecture:
        sans_relecture.setattr("tissu.publications.queries.relu", lambda cle, document: document)
        rendre_edition(edition=edition.pk, suivi=SansSuivi(), au=LE)
    client = Client()
    pdf = "/publications/flux-des-entreprises/1/fichier.pdf"
    assert fuites(lire(client.get(pdf, **HUMAIN))) == ["NOMPHY"]
    assert apres_import(au=LE)["fichiers_refaits"] > 0
    lus = sorties(edition, client)
    assert {adresse: fuites(texte) for adresse, texte in lus.items() if fuites(texte)} == {}
    assert "leuridentiténeselitplus" in lus[pdf]
    assert "DENOMINATIONSOC" in lus[pdf]
    assert "NOMPHY" in queries.contenu(edition)
    assert apres_import(au=LE)["fichiers_refaits"] == 0


def test_relire_ne_touche_qu_aux_proteges(registre: Any) -> None:
    lignes = [
        {"siret": PHYSIQUE, "nom": "NOMPHY", "adresse": "4 RUEPHY", "zones": "Parc"},
        {"siret": OUVERTE, "nom": "DENOMINATIONOUVERTE", "adresse": "RUEOUVERTE", "zones": "Parc"},
        {"identifiant": SOCIETE[:9], "nom": "ANCIENNOM", "adresse": None, "zones": ""},
        {"identifiant": "99999999900009", "nom": "Inconnue", "adresse": "Ici", "zones": ""},
    ]
    tableau = Tableau("t", "T", [Colonne("nom", "Nom", Nature.TEXTE)], lignes)
    document = Document("T", "", "L", "P", None, "", [Section("s", "S", [tableau])])
    (lu,) = taire(document).tableaux()
    assert [(une["nom"], une["adresse"], une["zones"]) for une in lu.lignes] == [
        ("Non diffusible", None, None), ("DENOMINATIONOUVERTE", "RUEOUVERTE", "Parc"), ("DENOMINATIONSOC", None, ""),
        ("Inconnue", "Ici", ""),
    ]  # fmt: skip
    sans = Document("T", "", "L", "P", None, "", [Section("s", "S", [Tableau("t", "T", [], [lignes[1]])])])
    assert taire(sans) is sans
    assert courant().manifeste["comptes"]["etablissements"] == 6


def test_le_deplieur_voit_dans_chaque_sorte_de_fichier(tmp_path: Path) -> None:
    """Ce qui ne se verrait pas dans un fichier ne s'y chercherait pas : on l'y met, et on le trouve."""
    from tissu.publications.rendus import rendre

    tableau = Tableau("t", "T", [Colonne("nom", "Nom")], [{"nom": "NOMPHY"}], note="RUEPHY", source="MELPHY")
    document = Document("T", "", "L", "P", date(2026, 1, 1), "", [Section("s", "S", [tableau], notes="SITEPHY")])
    for format_ in ("pdf", "pptx", "xlsx", "csv"):
        assert "NOMPHY" in fuites(deplier(rendre(document, format_))), format_
    assert "SITEPHY" in fuites(deplier(rendre(document, "pptx")))
    pq.write_table(pa.table({"a": ["NOMPHY"]}), tmp_path / "t.parquet")
    assert fuites(deplier((tmp_path / "t.parquet").read_bytes())) == ["NOMPHY"]
    assert fuites(json.dumps({"a": "NOMPHY"})) == ["NOMPHY"]
    assert isinstance(LE, datetime)

"""Le bilan et le point à mi-parcours, de l'ouverture au verrou à deux ; puis ce qui s'apprend se lit à côté."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page
from pptx import Presentation
from pypdf import PdfReader

from tests.parcours.conftest import defauts_d_accessibilite
from tests.parcours.pages.revues import Revue, Revues
from tissu.comptes.models import Organisation, Personne
from tissu.programme.choices import EtatFiche, EtatTemps
from tissu.programme.models import Convention, Critere, Fiche, JourPasse, LigneDepense, Mesure
from tissu.programme.models import Revue as RevueEnBase
from tissu.programme.queries.revues import contenu_de

DEBORDEMENT = "document.documentElement.scrollWidth - window.innerWidth"
CAMILLE, MALIK, ADMINISTRATRICE = "mission.cci", "mission.metropole", "administratrice"


def annee_finie() -> int:
    return timezone.localdate().year - 1


def convention(titre: str, debut: int, fin: int) -> Convention:
    """Une convention à soi, signée par les deux partenaires de démonstration."""
    creee = Convention.objects.create(titre=titre, debut=debut, fin=fin, taux_jour_eur=Decimal(700))
    creee.partenaires.set(
        Organisation.objects.filter(nom__in=["Chambre de commerce de démonstration", "Métropole de démonstration"])
    )
    return creee


def critere(de: Convention, numero: int) -> Critere:
    """La fiche d'une convention, conduite à deux : deux jours validés sur quatre, sept entreprises sur dix."""
    annee = annee_finie()
    fiche = Fiche.objects.create(
        convention=de, numero=numero, annee=annee, action="revue", titre=f"Fiche de la revue {numero}",
        titre_court=f"Veille {numero}", etat=EtatFiche.SIGNEE, total_declare_eur=Decimal(2800),
    )  # fmt: skip
    fiche.maitres_ouvrage.set(de.partenaires.all())
    ligne = LigneDepense.objects.create(
        fiche=fiche, ordre=1, libelle="Visites", nature="jours", jours=4, montant_eur=2800
    )
    for jour in (4, 5):
        JourPasse.objects.create(
            personne=Personne.objects.get(courriel=f"{CAMILLE}@demo.example"), ligne=ligne, jour=date(annee, 3, jour),
            duree_jours=Decimal(1), etat=EtatTemps.VALIDE,
        )  # fmt: skip
    creee = Critere.objects.create(
        fiche=fiche, cle="entreprises", ordre=1, libelle="Entreprises visitées", unite="entreprises", cible=Decimal(10)
    )
    mesurer(creee, 7)
    return creee


def mesurer(critere: Critere, valeur: int) -> None:
    """La valeur du premier semestre, telle que sa source la donne maintenant."""
    annee, maintenant = critere.fiche.annee, timezone.now()
    Mesure.objects.filter(critere=critere).update(remplacee=True)
    Mesure.objects.create(
        critere=critere, periode=f"{annee}-S1", debut=date(annee, 1, 1), fin=date(annee, 6, 30), origine="calculee",
        valeur=Decimal(valeur), source="Suivi du parcours", source_au=date(annee, 7, 5), etablie_le=maintenant,
        preuves={"colonnes": [["nom", "Entreprise"]], "lignes": [{"nom": f"Atelier {n}"} for n in range(valeur)]},
    )  # fmt: skip


def textes(chemin: Path) -> str:
    """Tout ce qu'un document dit, espaces ramenées à une."""
    if chemin.suffix == ".pdf":
        lus = [page.extract_text() for page in PdfReader(chemin).pages]
    elif chemin.suffix == ".pptx":
        formes = [forme for page in Presentation(str(chemin)).slides for forme in page.shapes]
        lus = [forme.text_frame.text for forme in formes if forme.has_text_frame]
        lus += [cellule.text for forme in formes if forme.has_table for cellule in forme.table.iter_cells()]
    else:
        feuilles = load_workbook(chemin).worksheets
        lus = [str(cellule) for feuille in feuilles for rangee in feuille.iter_rows(values_only=True)
               for cellule in rangee if cellule is not None]  # fmt: skip
    return " ".join(" ".join(lus).split())


@pytest.fixture
def signer_a_deux() -> Iterator[Callable[[Revue, Revue], None]]:
    """Camille arrête et signe, Malik signe : à chaque pas, l'état se lit."""

    def signer(camille: Revue, malik: Revue) -> None:
        assert camille.arreter().etat() == "Arrêtée, à signer"
        assert malik.accord_attendu_de_moi()
        assert camille.donner_son_accord().etat() == "Arrêtée, à signer"
        assert not camille.accord_attendu_de_moi()
        assert malik.donner_son_accord().etat() == "Verrouillée par les deux partenaires"

    yield signer


def test_un_bilan_se_prepare_a_deux_se_verrouille_et_se_rectifie(
    connecter: Callable[..., Page], signer_a_deux: Callable[[Revue, Revue], None], tmp_path: Path
) -> None:
    annee = annee_finie()
    entreprises = critere(convention("Convention du bilan", annee - 1, annee), 87)
    convention("Convention d'après", annee + 1, annee + 3)
    camille = Revues(connecter(CAMILLE)).aller().ouvrir(
        "Convention du bilan", annee=annee, sorte="Bilan annuel", au=date(annee, 12, 31)
    )  # fmt: skip
    malik = Revue(connecter(MALIK), camille.adresse)

    # Préparer : chacun sa parole, le maître d'ouvrage la suite.
    camille.commenter("Veille 87", "Les visites ont été tenues.")
    camille.proposer("Veille 87", pour="l'année suivante", suite="Modifier", texte="Visiter plus tôt.", budget="3 100")
    camille.introduire("Une année de visites.")
    malik.commenter("Veille 87", "Utile à nos services.")
    assert "Les visites ont été tenues." in malik.dit()
    assert "1 sur 1 commentées par les deux partenaires" in camille.aller().dit()

    signer_a_deux(camille, malik)

    # Verrouillé : plus rien ne s'écrit, par aucun des deux ni par l'administratrice.
    pk = int(camille.adresse.rstrip("/").split("/")[-1])
    signe = contenu_de(RevueEnBase.objects.get(pk=pk))
    administratrice = Revue(connecter(ADMINISTRATRICE), camille.adresse)
    for qui, refus in ((camille, 302), (administratrice, 403)):
        qui.ouvrir_la_fiche("Veille 87")
        assert qui.gestes() == 0
        for geste in ("rafraichir", "arreter", "rouvrir"):
            assert qui.aller().forcer("geste/", geste=geste, motif="Intrus") == refus
    assert administratrice.forcer("accord/", empreinte="x") == 403
    assert administratrice.forcer("mots/", geste="introduire", texte="Intrus", revision="1") == 403
    fiche = entreprises.fiche_id
    for geste in ("commenter", "proposer"):
        envoi = {"geste": geste, "texte": "Intrus", "suite": "arreter", "revision": "0"}
        assert administratrice.forcer(f"fiches/{fiche}/", **envoi) == 422
    relue = RevueEnBase.objects.get(pk=pk)
    assert (relue.etat, contenu_de(relue)) == ("verrouillee", signe)

    # La source se corrige : l'écart se voit à côté de la valeur verrouillée, puis s'explique.
    assert "Aujourd'hui" not in malik.valeur("Veille 87", "Entreprises visitées")
    mesurer(entreprises, 8)
    assert "7 entreprises" in malik.valeur("Veille 87", "Entreprises visitées")
    assert "Aujourd'hui : 8 entreprises" in malik.valeur("Veille 87", "Entreprises visitées")
    malik.rectifier("Entreprises visitées", 87, "Une visite saisie en retard.")
    assert "7 entreprises" in malik.dit()
    assert "8 entreprises. Une visite saisie en retard." in malik.dit()
    assert "Rectifié : 8 entreprises" in camille.valeur("Veille 87", "Entreprises visitées")
    assert "Aujourd'hui" not in camille.valeur("Veille 87", "Entreprises visitées")

    # Le document, dans ses trois formats.
    for sorte in ("PDF", "Diaporama", "Classeur"):
        dit = textes(camille.telecharger(sorte, tmp_path))
        for attendu in ("Veille 87", "Les visites ont été tenues.", "Visiter plus tôt.", "rectifié : 8 entreprises",
                        "Métropole de démonstration"):  # fmt: skip
            assert attendu in dit, (sorte, attendu)

    # L'année suivante, dans la convention qui la couvre.
    camille.ouvrir_la_suite(annee + 1)
    assert defauts_d_accessibilite(camille.onglet) == []
    camille.onglet.set_viewport_size({"width": 360, "height": 740})
    assert camille.onglet.evaluate(DEBORDEMENT) == 0
    camille.preparer_dans("Convention d'après")
    suivante = Fiche.objects.get(precedente=fiche)
    assert (str(suivante.convention), suivante.annee, suivante.total_declare_eur) == (
        "Convention d'après", annee + 1, Decimal(3100))  # fmt: skip
    for page in (camille.aller(), camille.ouvrir_la_fiche("Veille 87"), malik.ouvrir_les_ecarts()):
        assert defauts_d_accessibilite(page.onglet) == []
        page.onglet.set_viewport_size({"width": 360, "height": 740})
        assert page.onglet.evaluate(DEBORDEMENT) == 0


def test_un_point_a_mi_parcours_se_verrouille_et_la_fiche_continue(
    connecter: Callable[..., Page], signer_a_deux: Callable[[Revue, Revue], None], tmp_path: Path
) -> None:
    annee = annee_finie()
    entreprises = critere(convention("Convention du point", annee, annee + 1), 86)
    camille = Revues(connecter(CAMILLE)).aller().ouvrir(
        "Convention du point", annee=annee, sorte="Point à mi-parcours", au=date(annee, 6, 30)
    )  # fmt: skip
    malik = Revue(connecter(MALIK), camille.adresse)
    camille.commenter("Veille 86", "À mi-chemin.")
    malik.commenter("Veille 86", "Nous suivons.")
    malik.proposer("Veille 86", pour="le reste de l'année", suite="Ajuster", texte="Deux de plus.", budget="2 800")
    assert "Ajuster" in camille.ouvrir_la_fiche("Veille 86").dit()

    signer_a_deux(camille, malik)

    # Un point ne clôt rien et ne prépare pas d'année : la fiche continue, sa source aussi.
    entreprises.fiche.refresh_from_db()
    assert entreprises.fiche.etat == EtatFiche.SIGNEE
    assert "Préparer les fiches" not in camille.aller().dit()
    ligne = entreprises.fiche.lignes.get()
    JourPasse.objects.filter(ligne=ligne, jour=date(annee, 3, 5)).update(duree_jours=Decimal("0.5"))
    assert "Des chiffres ont changé depuis le verrouillage" in malik.aller().dit()
    valide = malik.valeur("Veille 86", "Dépensé, validé")
    assert valide.startswith("1 400 €") and "Aujourd'hui : 1 050 €" in valide
    malik.rectifier("Dépensé, validé", 86, "Une demi-journée comptée en trop.")
    assert "Rectifié : 1 050 €" in camille.valeur("Veille 86", "Dépensé, validé")
    dit = textes(camille.telecharger("PDF", tmp_path))
    assert "À décider pour le reste de l'année" in dit
    assert "Une demi-journée comptée en trop." in dit

"""Mise à jour par l'interface Sirene, de bout en bout : ce qu'elle apporte fondu dans le registre en place."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from stdnum.fr import siret as cle_siret

from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.entrepot.tests.fabrique import siret as siret_numero
from tissu.registre.models import Import
from tissu.registre.operations.importation import ImportRefuse
from tissu.registre.operations.mises_a_jour import mettre_a_jour
from tissu.registre.sources import formats_insee
from tissu.registre.tests import fabrique
from tissu.registre.tests.petit_registre import SIRETS, ecrire, importer
from tissu.registre.tests.serveur_local import Reponse, servir
from tissu.registre.tests.test_insee_api import client, etablissement, interface, lien, unite
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db

UN, DEUX, TROIS = SIRETS
CREE = next(f"{UN[:9]}0002{n}" for n in range(10) if cle_siret.is_valid(f"{UN[:9]}0002{n}"))
DU, AU = date(2026, 11, 1), date(2026, 11, 23)
LE = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _cles(siret: str) -> dict[str, str]:
    return {"siren": siret[:9], "nic": siret[9:]}


@pytest.fixture(autouse=True)
def stock(tmp_path, monkeypatch):
    """Trois établissements suivis et trente autres, pour que la garde ne prenne pas une fermeture pour une perte."""
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    tous = [*SIRETS, *(siret_numero(n) for n in range(1, 31))]
    for nom, format_, lignes in (
        ("StockEtablissement", formats_insee.StockEtablissement, [fabrique.etablissement(s) | _cles(s) for s in tous]),
        ("StockUniteLegale", formats_insee.StockUniteLegale, [fabrique.unite(s[:9]) for s in tous]),
        ("StockEtablissementHistorique", formats_insee.StockEtablissementHistorique,
         [fabrique.periode(s, "2015-03-02", "A") | _cles(s) for s in tous]),
    ):  # fmt: skip
        ecrire(tmp_path / "stock", f"{nom}_utf8.csv", lignes, format_.colonnes)
    importer(tmp_path / "stock")
    return tmp_path / "stock"


def ferme(siret: str, le: str = "2026-11-05") -> dict:
    """La réponse pour un établissement fermé ce jour-là."""
    brut = etablissement(siret)
    courante, ancienne = brut["periodesEtablissement"]
    courante |= {
        "dateDebut": le, "etatAdministratifEtablissement": "F", "changementEtatAdministratifEtablissement": True,
    }  # fmt: skip
    ancienne |= {"dateFin": "2026-11-04"}
    return brut


def cree(siret: str, le: str = "2026-11-10") -> dict:
    """La réponse pour un établissement secondaire ouvert ce jour-là."""
    brut = etablissement(siret, "LA SECONDE") | {"dateCreationEtablissement": le, "etablissementSiege": False}
    brut["periodesEtablissement"] = [brut["periodesEtablissement"][0] | {"dateDebut": le}]
    return brut


def maj(reponses, **options):
    with servir(reponses) as serveur, client(serveur) as insee:
        return mettre_a_jour(
            client=insee, auteur=None, suivi=SansSuivi(), **({"depuis": DU, "jusqu_a": AU, "au": LE} | options)
        )


def registre() -> dict[str, dict]:
    return {ligne["siret"]: ligne for ligne in courant().lignes("etablissements", "siret", [*SIRETS, CREE])}


def evenements(siret: str) -> set[tuple]:
    return {(e["type"], e["date_effet"]) for e in courant().lignes("evenements", "siret", [siret])}


def test_la_mise_a_jour_ferme_renomme_et_cree_sans_toucher_au_reste():
    avant = registre()
    assert not any(type_ == "fermeture_etablissement" for type_, _ in evenements(DEUX))
    journal = maj(interface(ferme(DEUX), cree(CREE), unites=[unite(UN[:9])]))
    apres = registre()
    assert journal.refusees == 0
    assert "1\u00a0établissement remplacé, 1\u00a0nouveau." in journal.message
    assert (apres[DEUX]["etat"], apres[DEUX]["date_fermeture"]) == ("F", date(2026, 11, 5))
    assert ("fermeture_etablissement", date(2026, 11, 5)) in evenements(DEUX)
    assert len(courant().lignes("periodes", "siret", [DEUX])) == 2
    assert (apres[CREE]["etat"], apres[CREE]["date_creation"]) == ("A", date(2026, 11, 10))
    assert ("etablissement_secondaire", date(2026, 11, 10)) in evenements(CREE)
    # Seule l'unité légale de celui-ci a été traitée : son nouveau nom, et le sigle qu'elle n'a plus.
    change = {champ: (avant[UN][champ], valeur) for champ, valeur in apres[UN].items() if valeur != avant[UN][champ]}
    renomme = ("LA SOCIETE", "LA NOUVELLE RAISON")
    assert change == {"nom": renomme, "denomination_unite": renomme, "sigle": ("SGL", None)}
    assert apres[TROIS] == avant[TROIS]
    assert courant().manifeste["source_au"] == "2026-11-21"


def test_la_meme_mise_a_jour_deux_fois_ne_change_rien(tmp_path):
    reponses = interface(ferme(DEUX), cree(CREE), liens=[lien(UN, CREE)])
    premiere = maj(reponses)
    version = courant().version
    seconde = maj(reponses, au=LE.replace(hour=13))
    assert (premiere.sans_changement, seconde.sans_changement) == (False, True)
    assert courant().version == version
    # Il reste ce que l'Insee a envoyé, aux noms officiels ; pas de copie complète du registre à chaque fois.
    dossier = tmp_path / "donnees" / "registre" / "maj"
    assert sorted(str(reste.relative_to(dossier)) for reste in dossier.glob("*/*")) == [
        f"20261123T1{heure}0000/{racine}_maj_2026-11-23.csv"
        for heure in (2, 3)
        for racine in (
            "StockEtablissementHistorique",
            "StockEtablissementLiensSuccession",
            "StockEtablissement",
            "StockUniteLegale",
        )
    ]


def test_une_ligne_plus_ancienne_que_le_stock_est_ignoree():
    avant = registre()
    perimee = etablissement(DEUX, "PERIMEE", traite="2020-01-01T00:00:00")
    journal = maj(interface(etablissement(UN), perimee))
    apres = registre()
    assert apres[UN]["enseigne"] == "NOUVELLE"
    assert apres[DEUX] == avant[DEUX]
    assert len(courant().lignes("periodes", "siret", [DEUX])) == 1
    assert "1\u00a0ignoré (le fichier en place est plus récent)" in journal.message


def test_un_lien_de_succession_recu_fait_un_transfert():
    maj(interface(ferme(UN, "2026-11-10"), cree(CREE), liens=[lien(UN, CREE) | {"dateLienSuccession": "2026-11-10"}]))
    assert ("transfert_interne", date(2026, 11, 10)) in evenements(CREE)
    assert not any(type_ == "fermeture_etablissement" for type_, _ in evenements(UN))


def test_les_colonnes_que_le_stock_n_avait_pas_restent_dites_absentes(stock):
    colonnes = [c for c in formats_insee.StockUniteLegale.colonnes if c != "sigleUniteLegale"]
    ecrire(stock, "StockUniteLegale_utf8.csv", [fabrique.unite(s[:9]) for s in SIRETS], tuple(colonnes))
    importer(stock, le=LE.replace(hour=10))
    journal = maj(interface(ferme(DEUX)))
    absentes = {f.sorte: f.colonnes_absentes for f in journal.fichiers.all()}
    assert absentes["unites_legales"] == ["sigleUniteLegale"]


def test_la_garde_s_applique_et_rien_ne_change():
    version = courant().version
    fermetures = interface(*(ferme(siret) for siret in SIRETS))
    with pytest.raises(ImportRefuse, match="--forcer"):
        maj(fermetures)
    assert courant().version == version
    assert maj(fermetures, forcer=True).version != version


def test_une_journee_vide_ou_des_dates_a_l_envers():
    imports = Import.objects.count()
    assert maj(lambda d: Reponse(b"{}", 404)) is None
    with pytest.raises(ImportRefuse, match="du 23/11/2026 au 01/11/2026 : inversez"):
        maj(lambda d: Reponse(b"{}", 404), depuis=AU, jusqu_a=DU)
    assert Import.objects.count() == imports


def test_sans_registre_il_faut_d_abord_importer(tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "vide"))
    with pytest.raises(RegistreAbsent):
        maj(interface(ferme(UN)))


def test_la_commande_met_a_jour_et_chaque_refus_est_une_phrase(monkeypatch):
    sortie = StringIO()
    monkeypatch.setenv("TISSU_INSEE_CLE", "cle")
    monkeypatch.setattr("tissu.registre.sources.insee_api.INTERVALLE_S", 0)
    with servir(lambda d: Reponse(b"{}", 404)) as serveur:
        monkeypatch.setenv("TISSU_INSEE_ADRESSE", serveur.adresse)
        call_command("sirene", "maj", "--depuis", "2026-11-20", "--jusqu-a", "2026-11-21", stdout=sortie)
    assert "[2026-11-20 TO 2026-11-21]" in serveur.demandes[0].parametres["q"]
    assert "rien traité pour ce territoire" in sortie.getvalue()
    with servir(lambda d: Reponse(b"{}", 401)) as serveur:
        monkeypatch.setenv("TISSU_INSEE_ADRESSE", serveur.adresse)
        with pytest.raises(CommandError, match="refuse la clé TISSU_INSEE_CLE"):
            call_command("sirene", "maj", "--depuis", "2026-11-20", stdout=sortie)
    monkeypatch.delenv("TISSU_INSEE_CLE")
    with pytest.raises(CommandError, match=r"portail-api\.insee\.fr.*TISSU_INSEE_CLE"):
        call_command("sirene", "maj", "--depuis", "2026-11-20", stdout=sortie)
    with pytest.raises(CommandError, match="n'est pas un jour"):
        call_command("sirene", "maj", "--depuis", "20/11/2026", stdout=sortie)

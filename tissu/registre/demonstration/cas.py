"""Situations choisies, aux numéros stables : ce que le produit doit comprendre sans se tromper.

Chaque cas a son SIREN (999 00x xxx) et sa ligne dans `cas_particuliers.csv`. Les situations de la
vie d'un établissement sont ici ; effectifs, diffusion et noms dans `cas_identites`.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from .activites import ACTIVITES
from .cibles import ARRET, COMMUNES
from .geometrie import lambert93
from .lieux import Plan
from .modele import (
    PREMIER_SIREN_DES_CAS,
    Etablissement,
    Periode,
    Succession,
    Territoire,
    Unite,
    cle_de_luhn,
    nic_valide,
)
from .periodes import FAMILLES_A_ENSEIGNE

RANG_ACTIVITE = {activite.naf: rang for rang, activite in enumerate(ACTIVITES)}
PAR_COMMUNE = {commune.code: commune for commune in COMMUNES}
DIJON = "21231"


def j(texte: str) -> int:
    """Jour ordinal d'une date « AAAA-MM-JJ »."""
    return date.fromisoformat(texte).toordinal()


class Atelier:
    """Fabrique les cas un à un dans un territoire déjà peuplé."""

    def __init__(self, territoire: Territoire, plan: Plan) -> None:
        self.territoire = territoire
        self._voies = {(v.commune, f"{v.type} {v.libelle}"): v for v in reversed(plan.voies) if v.lon}
        self._suivant = 0

    def unite(self, denomination: str, naf: str, creation: str, categorie: str = "5710", **champs: object) -> Unite:
        """Nouvelle unité légale ; les champs en plus remplacent les valeurs par défaut."""
        huit = str(PREMIER_SIREN_DES_CAS + self._suivant)
        self._suivant += 1
        famille = ACTIVITES[RANG_ACTIVITE[naf]].famille.nom
        unite = Unite(
            huit + cle_de_luhn(huit), categorie, famille, naf, denomination=denomination, creation=j(creation)
        )
        for nom, valeur in champs.items():
            setattr(unite, nom, valeur)
        unite.tranche = unite.tranche or "NN"
        self.territoire.unites.append(unite)
        return unite

    def etablissement(
        self,
        unite: Unite,
        vie: str,
        rue: str = "RUE DES EXEMPLES",
        commune: str = DIJON,
        numero: str = "12",
        employeur: str = "N",
        traitement: str = "",
        **champs: object,
    ) -> Etablissement:
        """Établissement dont `vie` dit les périodes : « A 2015-04-01, F 2024-03-31 »."""
        etapes = [(etape.split()[0], j(etape.split()[1])) for etape in vie.split(", ")]
        e = Etablissement(unite, RANG_ACTIVITE[unite.naf], etapes[0][1], None, numero=numero, diffusion=unite.diffusion)
        enseigne = str(champs.pop("enseigne", ""))
        e.periodes = [Periode(jour, etat, unite.naf, "NAFRev2", employeur, enseigne) for etat, jour in etapes]
        if etapes[-1][0] == "F":
            e.fermeture = next(
                jour for rang, (etat, jour) in enumerate(etapes) if all(x == "F" for x, _ in etapes[rang:])
            )
        e.nic = nic_valide(unite.siren, len(unite.etablissements) + 1)
        self._situer(e, commune, rue)
        e.tranche, e.qualite = "NN", "11"
        e.traitement = j(traitement) if traitement else min(ARRET - 2, etapes[-1][1] + 9)
        for nom, valeur in champs.items():
            setattr(e, nom, valeur)
        unite.etablissements.append(e)
        ouverts = [x for x in unite.etablissements if x.fermeture is None]
        siege = (ouverts or [e])[0]
        unite.rang_siege = next(rang for rang, x in enumerate(unite.etablissements) if x is siege)
        unite.cessation = None if ouverts else max(x.fermeture or 0 for x in unite.etablissements)
        unite.traitement = max(unite.traitement, e.traitement)
        self.territoire.etablissements.append(e)
        return e

    def _situer(self, e: Etablissement, commune: str, rue: str) -> None:
        e.commune = commune
        e.type_voie, e.voie = rue.split(" ", 1)
        if commune not in PAR_COMMUNE:
            e.libelle_commune, e.code_postal, e.code_voie = "BEAUNE", "21200", "9999"
            return
        voie = self._voies[(commune, rue)]
        e.libelle_commune, e.code_postal = PAR_COMMUNE[commune].libelle, PAR_COMMUNE[commune].code_postal
        e.code_voie, e.lon, e.lat = voie.code, round(voie.lon, 6), round(voie.lat, 6)
        x, y = lambert93(np.array([e.lon]), np.array([e.lat]))
        e.x, e.y = round(float(x[0]), 2), round(float(y[0]), 2)

    def effectif(
        self, e: Etablissement, tranche: str, annee: str, *, dit: int | None = None, avant: int | None = None
    ) -> None:
        """Tranche Sirene et, si `dit` est donné, effectif du fichier consulaire (édition courante, précédente)."""
        e.tranche, e.annee_tranche = tranche, annee
        e.unite.tranche, e.unite.annee_tranche = tranche, annee
        e.unite.categorie_entreprise = "PME"
        for periode in e.periodes:
            periode.employeur = "O"
        if dit is not None:
            self.territoire.effectifs_dits[e.siret] = (dit, dit if avant is None else avant)
            self.territoire.effectifs_reels[e.siret] = dit

    def lier(self, ancien: Etablissement, nouveau: Etablissement, *, siege: bool, continuite: bool) -> None:
        """Lien de succession au jour de naissance du successeur."""
        jour = nouveau.creation
        self.territoire.successions.append(
            Succession(ancien, nouveau, jour, siege, continuite, min(ARRET - 1, jour + 12))
        )

    def noter(self, cas: str, e: Etablissement, description: str) -> None:
        """Inscrit le cas au sommaire."""
        self.territoire.cas.append((cas, e.siret, e.unite.siren, description))


def ajouter_vies(a: Atelier) -> None:
    """Fermetures, réouvertures, corrections, déclarations tardives, dates à venir."""
    vies = (
        ("deux_periodes_fermees", "A 2015-04-01, F 2024-03-31, F 2024-06-15", "La fermeture reste au 31 mars 2024."),
        (
            "ferme_rouvert_ferme",
            "A 2012-02-01, F 2019-06-30, A 2021-02-01, F 2026-09-30",
            "Deux fermetures, une réactivation.",
        ),
        ("reactivation_plus_de_12_mois", "A 2014-05-01, F 2024-12-31, A 2026-10-01", "Réactivation d'octobre 2026."),
        (
            "interruption_courte",
            "A 2014-05-01, F 2026-02-28, A 2026-10-01",
            "Sept mois : interruption courte, pas une création.",
        ),
        (
            "interruption_12_mois_juste",
            "A 2016-03-01, F 2025-10-15, A 2026-10-15",
            "Douze mois exactement : encore courte.",
        ),
        ("fermeture_dans_20_jours", "A 2019-01-07, F 2026-11-21", "Fermeture prévue, vingt jours après l'arrêt."),
        ("fermeture_dans_2_ans", "A 2018-09-03, F 2028-10-31", "Fermeture prévue à deux ans."),
        ("creation_inconnue", "A 1900-01-01, A 2008-01-01", "Date de création 1900-01-01 : inconnue."),
    )
    for rang, (cas, vie, description) in enumerate(vies):
        naf = ("56.10A", "47.61Z", "62.01Z", "96.02A", "25.11Z", "70.22Z", "49.41A", "68.20B")[rang]
        debut = next(x.famille.debuts[1 % len(x.famille.debuts)] for x in ACTIVITES if x.naf == naf)
        u = a.unite(f"{debut} DU CADRAN {('PENSIF', 'LUNAIRE', 'OCRE', 'INDIGO')[rang % 4]}", naf, vie[2:12])
        e = a.etablissement(
            u, vie, numero=str(2 * rang + 1), enseigne="LE CADRAN" if u.famille in FAMILLES_A_ENSEIGNE else ""
        )
        if cas == "creation_inconnue":
            e.periodes[0] = Periode(j("1995-12-25"), "A", "70.2C", "NAF1993", "N")
        a.noter(cas, e, description)

    u = a.unite("TABLE DE LA COMETE ETOURDIE", "56.10A", "2011-06-01")
    e = a.etablissement(u, "A 2011-06-01, F 2026-03-31", traitement="2026-10-20", numero="31")
    a.noter(
        "declaration_tardive", e, "Fermé le 31 mars 2026, connu le 20 octobre 2026 : le rapport de mars est révisé."
    )

    u = a.unite("NEGOCE DU SABLIER THEORIQUE", "46.90Z", "2010-01-04")
    e = a.etablissement(u, "A 2010-01-04, F 2025-06-30", numero="33")
    u.cessation = None
    a.noter("unite_active_sans_etablissement", e, "Unité active dont le seul établissement est fermé.")

    u = a.unite("ORPHELINE DE LA NACELLE", "74.10Z", "2020-03-02")
    e = a.etablissement(u, "A 2020-03-02", numero="35")
    a.territoire.unites.remove(u)
    a.noter("unite_absente", e, "Établissement dont l'unité n'est pas dans le fichier des unités légales.")


def ajouter_transferts(a: Atelier) -> None:
    """Transferts dans tous les sens, reprises avec et sans continuité."""
    u = a.unite("STUDIO DES TROIS CORMORANS", "62.01Z", "2017-01-09")
    ancien = a.etablissement(u, "A 2017-01-09, F 2026-10-12", rue="PLACE DU CADRAN", numero="4")
    nouveau = a.etablissement(u, "A 2026-10-12", rue="AVENUE DU PROTOTYPE", numero="8")
    a.lier(ancien, nouveau, siege=True, continuite=True)
    a.noter("transfert_interne_avec_lien", nouveau, f"Siège déplacé de {ancien.siret} : un seul événement, neutre.")

    u = a.unite("ETUDES DU COMPAS REVEUR", "71.12B", "2015-05-04")
    ancien = a.etablissement(u, "A 2015-05-04, F 2026-10-05", rue="RUE DU PARCHEMIN", numero="3")
    nouveau = a.etablissement(u, "A 2026-10-06", rue="RUE DES EPROUVETTES", numero="11")
    a.noter(
        "transfert_interne_sans_lien", nouveau, f"Même SIREN, même APE, lendemain de la fermeture de {ancien.siret}."
    )

    u = a.unite("BISCUITERIE DE LA CLAIRIERE FEERIQUE", "10.71A", "2013-09-02")
    ancien = a.etablissement(u, "A 2013-09-02, F 2026-10-01", commune="21054", rue="RUE DU MODELE", numero="20")
    nouveau = a.etablissement(u, "A 2026-10-01", commune="21355", rue="RUE DES ENGRENAGES", numero="20")
    a.lier(ancien, nouveau, siege=True, continuite=True)
    a.noter("transfert_entrant", nouveau, f"Venue de Beaune ({ancien.siret}).")

    u = a.unite("COMPTOIR DU NAVIRE VOYAGEUR", "46.34Z", "2009-02-02")
    ancien = a.etablissement(u, "A 2009-02-02, F 2026-10-15", commune="21515", rue="AVENUE DES ETALAGES", numero="6")
    nouveau = a.etablissement(u, "A 2026-10-15", commune="21054", rue="RUE DU MODELE", numero="22")
    a.lier(ancien, nouveau, siege=True, continuite=True)
    a.noter("transfert_sortant", ancien, f"Partie à Beaune ({nouveau.siret}).")

    for cas, continuite, numero in (("reprise_avec_continuite", True, "41"), ("reprise_sans_continuite", False, "43")):
        objets = "LANTERNES" if continuite else "TOUPIES"
        vendeur = a.unite(f"AUBERGE DES SEPT {objets} FICTIVES", "56.10A", "2008-04-01")
        acheteur = a.unite(f"BISTROT DES NEUF {objets} FICTIVES", "56.10A", "2026-10-08")
        ancien = a.etablissement(vendeur, "A 2008-04-01, F 2026-10-07", rue="RUE DES PAVES BAVARDS", numero=numero)
        rue = "RUE DES PAVES BAVARDS" if continuite else "RUE DU GRIMOIRE"
        nouveau = a.etablissement(acheteur, "A 2026-10-08", rue=rue, numero=numero)
        a.lier(ancien, nouveau, siege=False, continuite=continuite)
        a.noter(cas, nouveau, f"Reprend {ancien.siret} d'une autre unité.")

    u = a.unite("LIBRAIRIE DU HIBOU PAPIVORE", "47.61Z", "2016-09-01")
    a.etablissement(u, "A 2016-09-01", rue="RUE DE L'ENCRIER", numero="7")
    second = a.etablissement(u, "A 2026-10-19", rue="RUE DU GRIMOIRE", numero="9")
    a.noter("etablissement_secondaire", second, "Deuxième librairie d'une unité existante, rien ne ferme.")

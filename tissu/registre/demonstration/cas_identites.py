"""Cas d'effectifs, de diffusion et de noms ; établissements marquants de chaque filière."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .cas import Atelier
from .modele import Etablissement, Unite

# Nom, NAF, rue, commune, effectif, tranche : les « plus de 50 » que l'on reconnaît à l'écran.
GRANDS = (
    ("MOUTARDERIE DU PHARE IMAGINAIRE", "10.84Z", "RUE DU PISTON", "21355", 164, "22"),
    ("BRASSERIE DE LA LUCIOLE ETOURDIE", "11.05Z", "RUE DES ROULEMENTS", "21166", 71, "21"),
    ("CHOCOLATERIE DES CENT GRELOTS", "10.82Z", "RUE DU MIEUX", "21171", 96, "21"),
    ("LABORATOIRES DE LA SALAMANDRE PENSIVE", "21.20Z", "RUE DES EPROUVETTES", "21231", 238, "31"),
    ("INSTRUMENTS DU HERON THEORIQUE", "26.60Z", "AVENUE DU MICROSCOPE", "21231", 142, "22"),
    ("CLINIQUE DES DOUZE TILLEULS FICTIFS", "86.10Z", "AVENUE DU MICROSCOPE", "21231", 612, "41"),
    ("CENTRE HOSPITALIER DE LA FONTAINE SONGEUSE", "86.10Z", "BOULEVARD DU CONGRES FICTIF", "21231", 4200, "51"),
    ("LOGICIELS DE LA GIROUETTE POLYGLOTTE", "62.02A", "AVENUE DU PROTOTYPE", "21231", 118, "22"),
    ("DONNEES DU CASTOR CARTONNE", "58.29C", "RUE DE LA MAQUETTE DE VALMY", "21231", 57, "21"),
    ("MANUFACTURE DU CADRAN VOYAGEUR", "27.12Z", "AVENUE DES SUPERLATIFS", "21171", 540, "41"),
    ("MECANIQUE DE L'ENCLUME LUNAIRE", "28.22Z", "RUE DES ENGRENAGES", "21355", 310, "32"),
    ("TRANSPORTS DE LA TORTUE TURQUOISE", "49.41A", "RUE DES TREUILS", "21355", 88, "21"),
    ("HYPERMARCHE DU CARROUSEL VIOLET", "47.11F", "AVENUE DES ETALAGES", "21515", 205, "31"),
    ("CREDIT DES SEPT MALLES", "64.19Z", "AVENUE DU BELIER DE PAPIER", "21231", 420, "32"),
    ("BATISSEURS DE LA CASCADE OCRE", "41.20B", "RUE DU CAP SUPPOSE", "21231", 77, "21"),
    ("NETTOYAGE DU PAPILLON RONRONNANT", "81.21Z", "RUE DES AIMANTS", "21231", 133, "22"),
    ("REGIE DES TRAMWAYS EN PAPIER", "84.13Z", "AVENUE DE LA BOUSSOLE", "21231", 1350, "42"),
    ("CENTRALE DE LA BOUSSOLE FABULEUSE", "46.39B", "RUE DES ENTREPOTS IMAGINES", "21355", 152, "22"),
)


def ajouter_effectifs(a: Atelier) -> None:
    """La piste de la fiche 7, le seuil de 50 vu de tous les côtés, tranches extrêmes ou absentes."""
    u = a.unite("LOGICIELS DU HERON LUNAIRE", "62.01Z", "2026-10-05")
    e = a.etablissement(
        u,
        "A 2026-10-05",
        "RUE DE LA MAQUETTE DE VALMY",
        numero="15",
        employeur="O",
        complement="BUREAUX LE BROUILLON 2EME ETAGE",
    )
    a.territoire.effectifs_dits[e.siret] = (15, 0)
    a.noter(
        "piste_numerique_valmy",
        e,
        "Entreprise numérique créée en octobre 2026, bureaux à Valmy, 15 salariés (fichier consulaire).",
    )

    seuils = (
        ("cinquante_exactement", "12", "2023", 50, 50, "50 juste : dans « 50 et plus », hors de « plus de 50 »."),
        ("passe_au_dessus_de_50", "12", "2023", 54, 47, "Entrant depuis l'édition précédente."),
        ("repasse_sous_50", "21", "2024", 46, 58, "Sortant, contre une tranche Sirene 50-99."),
        ("tranche_sans_annee", "21", "", None, None, "Tranche 50-99 sans année de référence."),
        ("tranche_53", "53", "2023", None, None, "Tranche 10 000 et plus."),
        ("nn_puis_salaries", "NN", "", 23, 23, "NN dans Sirene, 23 salariés au fichier consulaire."),
    )
    for rang, (cas, tranche, annee, dit, avant, description) in enumerate(seuils):
        u = a.unite(
            f"USINAGE DES {('DEUX', 'TROIS', 'QUATRE', 'SEPT', 'NEUF', 'DOUZE')[rang]} PENDULES", "25.11Z", "2009-03-02"
        )
        e = a.etablissement(u, "A 2009-03-02", "RUE DES ENGRENAGES", "21355", numero=str(30 + rang))
        a.effectif(e, tranche, annee, dit=dit, avant=avant)
        if cas == "tranche_53":
            u.categorie_entreprise = "GE"
        a.noter(cas, e, description)
    for rang, (nom, naf, rue, commune, dit, tranche) in enumerate(GRANDS):
        u = a.unite(nom, naf, f"{1996 + rang}-01-15", categorie="7343" if naf.startswith("84") else "5710")
        e = a.etablissement(u, f"A {max(2008, 1996 + rang)}-01-15", rue, commune, numero=str(2 + 3 * rang))
        a.effectif(e, tranche, "2024" if rang % 3 else "2023", dit=dit, avant=dit - rang % 4)
        u.categorie_entreprise = "ETI" if dit >= 250 else "PME"
        a.noter("grand_etablissement", e, f"{dit} salariés selon le fichier consulaire.")


def ajouter_diffusion(a: Atelier) -> None:
    """Les quatre situations de diffusion partielle, à chercher dans tous les écrans et exports."""
    personne = {"sexe": "F", "prenom": "CAPUCINE", "nom": "SECRETEFEUILLET", "diffusion": "P"}
    u = a.unite("", "86.90F", "2019-02-04", "1000", **personne)
    e = a.etablissement(u, "A 2019-02-04", "RUE DES EXEMPLES", numero="51", enseigne="LA TISANE SECRETE")
    a.noter("p_personne_physique", e, "Rien du nom, de l'enseigne ni de l'adresse hors commune ne doit paraître.")
    u = a.unite("", "96.02B", "2021-06-01", "1000", sexe="M", prenom="BASILE", nom="OUBLIEMARQUEUR", diffusion="P")
    e = a.etablissement(u, "A 2021-06-01", "RUE DES EXEMPLES", numero="53", enseigne="L'OUBLI", marqueurs=False)
    a.noter(
        "p_sans_marqueurs",
        e,
        "Statut P mais [ND] oubliés dans le fichier, et présent dans la géolocalisation : masquer.",
    )
    u = a.unite("INDIVISION DES QUATRE SORBIERS", "68.20A", "2014-01-02", "2110", diffusion="P")
    e = a.etablissement(u, "A 2014-01-02", "RUE DU PARCHEMIN", numero="5", enseigne="LES SORBIERS")
    a.noter("p_sans_personnalite_morale", e, "Indivision : masquée comme une personne.")
    u = a.unite("CABINET DU BLAIREAU DISCRET", "70.22Z", "2016-04-04", "5710", sigle="CBD-SECRET", diffusion="P")
    e = a.etablissement(u, "A 2016-04-04", "PLACE DES CONTEURS", numero="1", enseigne="LE BLAIREAU DISCRET")
    a.noter("p_societe_sigle_enseigne", e, "Dénomination et enseigne visibles, sigle et adresse masqués.")
    u = a.unite("BOUTIQUE DES VINGT PUPITRES", "47.59A", "2012-10-01")
    a.etablissement(u, "A 2012-10-01", "PLACE DES CONTEURS", numero="3")
    e = a.etablissement(u, "A 2018-03-05", "RUE DU GRIMOIRE", numero="14", diffusion="P")
    a.noter("o_secondaire_p", e, "Unité diffusible, ce seul établissement masqué.")


def ajouter_noms(a: Atelier) -> None:
    """Noms difficiles : formule, accents, émoji, longueur ; radiation contredite par Sirene."""
    u = a.unite("EPICERIE DE L'ACCOLADE", "47.11B", "2022-05-02")
    formule = '=HYPERLINK("https://exemple.example";"Cliquez")'
    a.noter(
        "enseigne_formule",
        _avec_enseigne(a, u, formule, "61"),
        "Une formule de tableur dans l'enseigne : rester du texte.",
    )
    u = a.unite('+33 MERCERIE "LES GUILLEMETS", FIL & CIE', "47.71Z", "2021-05-03")
    a.noter(
        "nom_a_virgule_et_guillemets",
        _avec_enseigne(a, u, "@LES GUILLEMETS", "63"),
        "Virgule, guillemets, esperluette, arobase.",
    )
    u = a.unite("PÂTISSERIE L'ÉCLAIR D'ŒUFS À LA CRÈME", "10.71D", "2020-02-03")
    a.noter("accents_et_emoji", _avec_enseigne(a, u, "L'Éclair 🦉 d'Œufs", "65"), "Accents, ligature et émoji.")
    mots = " ".join(
        f"DES {nombre} FANFARES" for nombre in ("DEUX", "TROIS", "QUATRE", "SEPT", "NEUF", "DOUZE", "VINGT") * 3
    )
    u = a.unite(f"ASSOCIATION {mots}"[:340], "94.99Z", "2018-01-03", "9220", association="W219000001", ess="O")
    a.noter("nom_tres_long", _avec_enseigne(a, u, "", "67"), "Dénomination de 340 caractères.")
    u = a.unite("NEGOCE DE LA BALANCOIRE CONTREDITE", "46.69B", "2011-03-01")
    e = a.etablissement(u, "A 2011-03-01", "RUE DES AIMANTS", numero="40")
    a.etablissement(u, "A 2015-03-02", "RUE DU CAP SUPPOSE", numero="42")
    a.territoire.radies_a_tort.add(u.siren)
    a.noter("radiee_mais_active", e, "Radiée au BODACC, active dans Sirene avec deux établissements ouverts.")
    u = a.unite("IMPRIMERIE DE LA LANTERNE ECARLATE", "18.12Z", "2006-12-17")
    e = a.etablissement(u, "A 2008-01-01", "AVENUE DU LEVIER", "21166", numero="18")
    e.periodes.insert(0, replace(e.periodes[0], debut=e.creation - 380, naf="22.2C", nomenclature="NAF2003"))
    a.noter("premiere_periode_decalee", e, "La première période commence avant la date de création déclarée.")

    u = a.unite("COURS DE LA MAJUSCULE EGAREE", "85.59B", "2013-09-02")
    e = a.etablissement(u, "A 2013-09-02", numero="37")
    e.periodes[0].etat = ""
    a.noter("etat_absent", e, "État administratif vide : ni ouvert ni fermé.")


def _avec_enseigne(a: Atelier, unite: Unite, enseigne: str, numero: str) -> Etablissement:
    vie = f"A {date.fromordinal(unite.creation).isoformat()}"
    return a.etablissement(unite, vie, "RUE DES EXEMPLES", numero=numero, enseigne=enseigne)

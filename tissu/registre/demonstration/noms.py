"""Noms inventés : raisons sociales, enseignes, personnes. Rien n'est pris à la réalité.

Une raison sociale accole un mot de métier, une figure (« des trois cormorans ») et un trait
(« imaginaires ») ; une personne porte un nom de famille composé de deux morceaux inventés. Tout
nom produit s'écrit avec les mots de ce module : les tests le vérifient.
"""

from __future__ import annotations

import numpy as np


def _mots(texte: str) -> tuple[str, ...]:
    return tuple(texte.split())


FIGURES = _mots(
    "CORMORAN HERISSON RENARD BLAIREAU ECUREUIL MERLE HIBOU TRITON LOUTRE BELETTE MESANGE GRENOUILLE LIBELLULE "
    "SALAMANDRE HERMINE CIGOGNE TOURTERELLE LUCIOLE MARMOTTE ABEILLE ESCARGOT PAPILLON HERON CASTOR LEZARD "
    "MOINEAU PHARE MOULIN CADRAN SABLIER GRELOT COMPAS LAMPION TAMBOUR PUPITRE MONTGOLFIERE BALLON NAVIRE "
    "CARROUSEL PARAPLUIE LANTERNE BOUSSOLE GIROUETTE PENDULE TOUPIE MARMITE FANFARE COMETE NACELLE CLEPSYDRE "
    "PASSERELLE BALANCOIRE ARDOISE ENCLUME MALLE ORANGERIE CASCADE COLLINE CLAIRIERE RIVIERE FONTAINE TONNELLE"
)
FEMININES = frozenset(
    _mots(
        "LOUTRE BELETTE MESANGE GRENOUILLE LIBELLULE SALAMANDRE HERMINE CIGOGNE TOURTERELLE LUCIOLE MARMOTTE ABEILLE "
        "LANTERNE BOUSSOLE GIROUETTE PENDULE TOUPIE MARMITE FANFARE COMETE NACELLE CLEPSYDRE PASSERELLE BALANCOIRE "
        "ARDOISE ENCLUME MALLE ORANGERIE CASCADE COLLINE CLAIRIERE RIVIERE FONTAINE TONNELLE MONTGOLFIERE"
    )
)
TRAITS_COMMUNS = _mots(
    "IMAGINAIRE FANTASQUE LUNAIRE CHIMERIQUE FABULEUX_FABULEUSE DISTRAIT_DISTRAITE REVEUR_REVEUSE FICTIF_FICTIVE "
    "ENDORMI_ENDORMIE VOYAGEUR_VOYAGEUSE INVENTE_INVENTEE SUPPOSE_SUPPOSEE ROMANESQUE THEORIQUE HYPOTHETIQUE "
    "LEGENDAIRE NUAGEUX_NUAGEUSE SONGEUR_SONGEUSE PAISIBLE FARCEUR_FARCEUSE INSOLITE FEERIQUE PENSIF_PENSIVE "
    "FACETIEUX_FACETIEUSE ETOURDI_ETOURDIE CARTONNE_CARTONNEE DESSINE_DESSINEE PAPIVORE POLYGLOTTE AMPHIBIE "
    "VIOLET_VIOLETTE ECARLATE INDIGO OCRE TURQUOISE CAMELEON RONRONNANT_RONRONNANTE BALADEUR_BALADEUSE "
    "VIREVOLTANT_VIREVOLTANTE CHUCHOTANT_CHUCHOTANTE"
)
INVARIABLES = ("INDIGO", "OCRE", "TURQUOISE", "CAMELEON")
NOMBRES = ("DEUX", "TROIS", "QUATRE", "SEPT", "NEUF", "DOUZE", "VINGT", "CENT")

DEBUTS_DE_NOM = _mots(
    "VALDE MONTE CLAIRE BRISE GRANDE TOURNE PIQUE CHANTE FOLLE HAUTE LARGUE BELLE PERCE TREBU MIRE CORNE TAILLE "
    "BRODE SONGE FRISE DORE GRISE MALVE TAVE LUNE SABLE ORGE VIRE PALE RONDE SERPE TIMBRE VERTE JASPE NOIRE "
    "FLAMBE PLUME CUIVRE ETOFFE NACRE"
)
FINS_DE_NOM = _mots(
    "CORME FABULE CHARDON PAPIER BRUYERE LANTERNE CAILLOU MOULINET ARDOISE FEUILLET BOUTON NUAGE SENTIER GRELOT "
    "PONCHO TISANE MARELLE CHEMINEE ENCRIER TAMBOURIN RUISSEAU PERVENCHE BALUSTRE CADENCE DENTELLE FAUVETTE "
    "GIROFLE HAMEAU JONQUILLE LISERON MANDOLINE NOISETIER ORTOLAN PASTELLE QUENOUILLE RAMURE SORBIER TILLEUL "
    "VERVEINE ZEPHYR"
)
NOMS_DE_FAMILLE = tuple(debut + fin for debut in DEBUTS_DE_NOM for fin in FINS_DE_NOM)
PRENOMS_F = _mots(
    "AGATHE ALICE AMINA ANNE BERENICE CAMILLE CAPUCINE CECILE CLARA CLEMENCE DELPHINE EDITH ELISE EMMA FATIMA "
    "FLORE GABRIELLE HELENE INES IRENE JEANNE JUDITH JULIE LEA LENA LILA LOUISE LUCIE MADELEINE MARGOT MARIE "
    "MATHILDE MILA NADIA NINA NORA OCEANE ODETTE PAULINE ROSE SALOME SARAH SOPHIE SUZANNE VALENTINE YASMINE ZOE"
)
PRENOMS_M = _mots(
    "ADAM ADRIEN ALEXIS AMIR ANTOINE ARTHUR AUGUSTE BAPTISTE BASILE BENOIT BRUNO CELESTIN CLEMENT DAMIEN EDGAR "
    "ELIE EMILE ETIENNE FELIX FRANCOIS GASPARD GEORGES HUGO IDRIS ISMAEL JOSEPH JULES KARIM LEON LOUIS LUCIEN "
    "MALIK MARIUS MATHIS MAXIME NATHAN NOE OCTAVE OSCAR PAUL QUENTIN RAPHAEL SACHA SIMON TAHAR THEO VICTOR YANIS"
)

# Mots de liaison et de forme admis dans un nom, en plus des listes ci-dessus.
LIAISONS = ("DU", "DE", "LA", "DES", "L", "ET", "A", "LE", "LES", "AU", "AUX", "CHEZ")


def pluriel(mot: str) -> str:
    """Mot au pluriel, selon les règles que demandent nos listes."""
    if mot in INVARIABLES or mot[-1] in "SX":
        return mot
    return mot + ("X" if mot.endswith(("EAU", "HIBOU")) else "S")


def accorder(trait: str, feminin: bool) -> str:
    """Trait au masculin ou au féminin."""
    formes = trait.split("_")
    return formes[-1] if feminin else formes[0]


def _elide(figure: str) -> bool:
    """Vrai si l'article s'élide ; le H de hérisson, héron et hibou est aspiré."""
    return figure[0] in "AEIOU" or figure == "HERMINE"


def _complements() -> tuple[str, ...]:
    """Toutes les tournures « DU RENARD LUNAIRE », « DES TROIS PHARES SONGEURS »."""
    tournures = []
    for rang, figure in enumerate(FIGURES):
        feminin = figure in FEMININES
        article = "DE L'" if _elide(figure) else "DE LA " if feminin else "DU "
        tournures += [f"{article}{figure} {accorder(trait, feminin)}" for trait in TRAITS_COMMUNS]
        for pas, nombre in enumerate(NOMBRES):
            for saut in (5, 11):
                trait = TRAITS_COMMUNS[(rang * 7 + pas * saut + saut) % len(TRAITS_COMMUNS)]
                tournures.append(f"DES {nombre} {pluriel(figure)} {pluriel(accorder(trait, feminin))}")
    return tuple(tournures)


COMPLEMENTS = _complements()


def raison_sociale(debut: str, rang: int) -> str:
    """Raison sociale à partir d'un mot de métier et d'un rang de tournure."""
    return f"{debut} {COMPLEMENTS[rang % len(COMPLEMENTS)]}"


def enseigne(rang: int) -> str:
    """Enseigne courte : « LE HIBOU PENSIF »."""
    figure = FIGURES[rang % len(FIGURES)]
    feminin = figure in FEMININES
    trait = accorder(TRAITS_COMMUNS[rang // len(FIGURES) % len(TRAITS_COMMUNS)], feminin)
    article = "L'" if _elide(figure) else ("LA " if feminin else "LE ")
    return f"{article}{figure} {trait}"


def sigle(denomination: str) -> str:
    """Initiales des mots pleins d'une raison sociale."""
    mots = denomination.replace("'", " ").split()
    return "".join(mot[0] for mot in mots if mot not in LIAISONS)


class Personnes:
    """Tirage de personnes fictives : sexe, deux prénoms, nom, nom d'usage."""

    def __init__(self, rng: np.random.Generator, nombre: int) -> None:
        self.sexes = np.where(rng.random(nombre) < 0.42, "F", "M").tolist()
        self.prenoms = rng.integers(0, 10_000, nombre).tolist()
        self.seconds = rng.integers(0, 10_000, nombre).tolist()
        self.noms = rng.integers(0, len(NOMS_DE_FAMILLE), nombre).tolist()
        self.usages = rng.random(nombre).tolist()

    def personne(self, rang: int) -> tuple[str, str, str, str, str]:
        """Sexe, prénom, deuxième prénom ou "", nom, nom d'usage ou ""."""
        sexe = self.sexes[rang]
        liste = PRENOMS_F if sexe == "F" else PRENOMS_M
        second = self.seconds[rang]
        usage = self.usages[rang]
        nom_usage = NOMS_DE_FAMILLE[int(usage * 1e6) % len(NOMS_DE_FAMILLE)] if sexe == "F" and usage < 0.12 else ""
        return (
            sexe,
            liste[self.prenoms[rang] % len(liste)],
            liste[second % len(liste)] if second < 6_000 else "",
            NOMS_DE_FAMILLE[self.noms[rang]],
            nom_usage,
        )

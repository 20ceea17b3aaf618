"""Ce qu'une alerte ne dit jamais (RGPD, art. 10) : qui, quelle plaque, à quoi ressemble une personne, sa photo.

Le détecteur montre le passage et dit quoi écrire à la place. Il se trompe plutôt en refusant : l'auteur récrit.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Interdit(StrEnum):
    NOM = "nom"
    PLAQUE = "plaque"
    DESCRIPTION = "description"
    IMAGE = "image"
    CONTACT = "contact"


EXPLICATIONS = {
    Interdit.NOM: "désigne une personne. Écrivez « un individu » ou « deux personnes ».",
    Interdit.PLAQUE: "est, ou annonce, une immatriculation. Donnez-la aux enquêteurs, pas aux commerces.",
    Interdit.DESCRIPTION: "décrit une personne. Dites la manière d'opérer, pas à quoi elle ressemble.",
    Interdit.IMAGE: "renvoie à une image. Aucune image d'une personne ne se diffuse ici.",
    Interdit.CONTACT: "est un numéro, une adresse ou un compte. Seuls le 17 et le 112 se donnent.",
}


@dataclass(frozen=True)
class Passage:
    """Un passage refusé, à sa place dans le texte (points de code)."""

    debut: int
    fin: int
    texte: str
    motif: Interdit

    @property
    def phrase(self) -> str:
        return f"« {self.texte} » {EXPLICATIONS[self.motif]}"


_SEP = r"[\s.\-–·_/]{0,3}"
_LETTRE = "[A-HJ-NP-TV-Z]"
# Une immatriculation depuis 2009 (AA-123-AA, WW-123-AA), lettres et chiffres collés ou espacés.
_SIV = re.compile(
    rf"(?<![A-Z0-9])({_LETTRE}{_SEP}{_LETTRE}){_SEP}\d{_SEP}\d{_SEP}\d{_SEP}({_LETTRE}{_SEP}{_LETTRE})(?![A-Z0-9])"
)
_GARAGE = re.compile(rf"(?<![A-Z0-9])W{_SEP}\d{{3}}{_SEP}{_LETTRE}{{2}}(?![A-Z0-9])")
# Une immatriculation d'avant 2009 (1234 AB 21, 123 ABC 2A), un corps diplomatique (123 CD 45).
_FNI = re.compile(
    rf"(?<![A-Z0-9,])(\d{{1,4}}){_SEP}([A-HJ-NP-Z]{{1,3}}){_SEP}(0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-6])(?![A-Z0-9])"
)
_MOTS_COURTS_DITS = """
a as au ce d de des du en es est et eur euros h heure j kg km l la le les m ma me mes min ml mn n ne ni nos on ou
par pas pr pres q qu s sa se sec ses ta te tel vers
"""
_MOTS_COURTS = frozenset(_MOTS_COURTS_DITS.split())
_PLAQUE = re.compile(r"\b(?:plaques?\s+(?:mineralogique|d.immatriculation|n|commen|finiss|\d)\w*|immatricul\w*)")

_CIVILITE = re.compile(
    r"\b(?:m\.|mm\.|mr|mme|mlle|monsieur|madame|mademoiselle|messieurs)\s+[a-z]\w+"
    r"|\b(?:(?:sur|de|pre)?nomme(?:e|s|es)?|alias|se fait appeler|identifie(?:e|s)? comme|connue? sous le nom)\b"
    r"|\bdit\s+[\"«“]"
)
_VOIE = re.compile(
    r"\b(?:rue|avenue|av|bd|boulevard|place|pl|quai|cours|allees?|impasse|chemin|square|passage|faubourg|route|pont|"
    r"parc|lycee|college|ecole|stade|centre|galerie|arret|station|tram|gare|parking|quartier|residence|hopital|eglise|"
    r"porte|esplanade|rond-point|halles?|marche|carrefour|clinique|theatre|cinema|bar|cafe|boulangerie|pharmacie)\s+"
    r"(?:(?:de|du|des|la|le|les|l|d|saint|sainte|st|ste|docteur|general|marechal|president|professeur)\W+)*$"
)
_PRENOMS_DITS = """
adam adrien ahmed alain albert alexandre alexis ali alice amelie amine andre anne anthony antoine arnaud arthur
aurelie aurelien axel bastien benjamin benoit bernard bilal brigitte bruno camille carole caroline catherine cecile
celine charles charlotte chloe christelle christian christine christophe claire claude clement corinne cyril damien
daniel david denis didier dominique dylan elise elodie emilie emma emmanuel enzo eric estelle etienne fabien fabrice
fatima florence florian francis francois francoise frederic gabriel gerard gilles gregory guillaume guy hamza henri
herve hugo ibrahim ines isabelle jacqueline jacques jean jeanne jerome jessica joel jonathan jordan jose joseph
julie julien karim karine kevin khaled laetitia laura laurence laurent lea leo lionel loic louis louise luc lucas
lucie ludovic malik manon marc marcel marie marine martine mathieu maxime mehdi melanie michel mickael mohamed
mohammed monique morgane mustapha nabil nadia nathalie nathan nicolas nicole noemie oceane olivier omar pascal
patrice patricia patrick paul pauline philippe pierre quentin rachid raphael raymond regis remi rene robert robin
romain romane samir samuel sandra sandrine sarah sebastien serge sofiane sonia sophie stephane stephanie sylvain
sylvie theo thibault thierry thomas valentin valerie veronique victor vincent virginie walid william xavier yacine
yann yannick yasmine youssef yves zoe
"""
_PRENOMS = frozenset(_PRENOMS_DITS.split())
_DEUX_MOTS = re.compile(r"\b([A-ZÀ-Ý][\w'-]+)\s+([A-ZÀ-Ý][\wÀ-ÿ'-]+)")

_DESCRIPTION = re.compile(
    r"\b(?:de\s+)?type\s+(?:europ|maghreb|nord.?afri|afric|antill|asiat|caucas|mediterr|balkan|slave|arabe|gitan|"
    r"hispan|metis|indien|pakistan|tamoul|africain)\w*"
    r"|\b(?:peau|teint)\s+\w+"
    r"|\b(?:cheveux|chevelure|chauves?|crane rase|barbe|barbus?|moustach\w+|tatou\w*|cicatrices?|piercings?|"
    r"bedonnants?|corpulen\w*|silhouette|trapus?|maigres?|blondes?|blonds?|brunes?|rouquins?|roux|rousses?|"
    r"metis\w*|typee?s?|boiteu\w+|handicape\w*|voilees?|enceinte)\b"
    r"|\byeux\s+\w+"
    r"|\b(?:mesur\w+|taille|grand|grande)?\s*(?:environ\s+)?1\s?(?:m|metre)\s?[4-9]\d?\b|\b1[.,][4-9]\d?\s?m\b"
    r"|\b(?:de\s+)?(?:grande?|petite?|moyenne?|forte?)\s+taille\b"
    r"|\b(?:age|agee|ages|agees)\s+d[e'’]|\b(?:une?\s+)?(?:vingtaine|trentaine|quarantaine|cinquantaine|soixantaine)\b"
    r"|\b\d{1,2}(?:\s?(?:a|-|/|ou)\s?\d{1,2})?\s+ans\b"
    r"|\b(?:vetue?s?|habillee?s?|porte(?:nt|urs?|use)?|portant|coiffee?s?)\s+(?:d[e'’]\s*)?(?:une?|des|en|le|la|les)?\s*"
    r"(?:\w+\s+)?(?:blouson|veste|manteau|pantalon|jean|jogging|survetement|sweat|pull|t-?shirt|chemise|robe|jupe|"
    r"casquette|bonnet|capuche|capuchon|lunettes|baskets|doudoune|sac a dos|echarpe|foulard|voile|djellaba|short|noir|"
    r"blanc|rouge|bleu|vert|gris)\w*"
    r"|\b(?:casquette|capuche|survetement|jogging|doudoune|baskets?|sweat|blouson)\s+(?:noir|blanc|rouge|bleu|vert|gris|"
    r"jaune|rose|marron|beige|orange|violet|kaki)\w*"
    r"|\b(?:accent)\s+\w+"
    r"|\b(?:roms?|roumaines?|roumains?|gitans?|gitanes?|tsiganes?|gens du voyage|maghrebin\w*|arabes?|algerien\w*|"
    r"marocain\w*|tunisien\w*|africain\w*|albanais\w*|georgien\w*|bulgares?|serbes?|turcs?|turques?|asiatiques?|"
    r"chinois\w*|syrien\w*|tchetchen\w*|senegalais\w*|musulman\w*|juifs?|juives?)\b"
    r"|\b(?:une?|deux|trois|quatre|plusieurs|des|les|\d)\s+(?:jeunes?\s+|vieux\s+|vieille\s+)?"
    r"(?:hommes?|femmes?|garcons?|filles?|adolescent\w*|ados?|mineur\w*|jeunes?|enfants?|vieillards?)\b"
)
_IMAGE = re.compile(
    r"\b(?:photo\w*|video(?!.?(?:surveillance|protection))s?|images?|captures?\s+d.ecran|portrait.?robot|selfie)\b"
    r"|\.(?:jpe?g|png|gif|webp|mp4|mov)\b"
)
_CONTACT = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.\w+|(?<!\w)@\w{2,}"
    r"|(?<!\d)(?:\+33\s?|0033\s?|0)[1-9](?:[\s.\-]?\d{2}){4}(?!\d)"
    r"|\b(?:snapchat|snap|instagram|insta|facebook|tiktok|telegram|whatsapp)\b"
)


def interdits(texte: str) -> list[Passage]:
    """Les passages qu'une alerte ne peut pas porter, dans l'ordre du texte, sans qu'un en couvre un autre."""
    trouves = sorted(_tous(texte), key=lambda passage: (passage.debut, -passage.fin))
    gardes: list[Passage] = []
    for passage in trouves:
        if not gardes or passage.debut >= gardes[-1].fin:
            gardes.append(passage)
    return gardes


def _tous(texte: str) -> Iterator[Passage]:
    plat = aplatir(texte)
    haut = plat.upper()
    for trouve in _plaques(texte, haut):
        yield _passage(texte, trouve, Interdit.PLAQUE)
    for motif, motifs in (
        (Interdit.PLAQUE, _PLAQUE), (Interdit.NOM, _CIVILITE), (Interdit.DESCRIPTION, _DESCRIPTION),
        (Interdit.IMAGE, _IMAGE), (Interdit.CONTACT, _CONTACT),
    ):  # fmt: skip
        for trouve in motifs.finditer(plat):
            yield _passage(texte, trouve, motif)
    for trouve in _DEUX_MOTS.finditer(texte):
        if _est_un_nom(plat, trouve):
            yield _passage(texte, trouve, Interdit.NOM)


def _passage(texte: str, trouve: re.Match[str], motif: Interdit) -> Passage:
    debut = trouve.start() + len(trouve[0]) - len(trouve[0].lstrip())
    return Passage(debut, trouve.end(), texte[debut : trouve.end()], motif)


def _plaques(texte: str, haut: str) -> Iterator[re.Match[str]]:
    """Un texte tout en petits mots (« au 12 rue », « de 100 en ») n'est pas une plaque."""
    for motif in (_SIV, _GARAGE, _FNI):
        for trouve in motif.finditer(haut):
            ecrit = texte[trouve.start() : trouve.end()]
            groupes = [mot for mot in re.findall(r"[^\W\d_]+", ecrit) if mot]
            if groupes and all(mot.islower() and aplatir(mot) in _MOTS_COURTS for mot in groupes):
                continue
            if motif is _FNI and len(trouve[2]) == 1 and (trouve[2] in "HMAE" or len(trouve[1]) < 3):
                continue
            yield trouve


def _est_un_nom(plat: str, trouve: re.Match[str]) -> bool:
    """Un prénom suivi d'un nom, hors du nom d'une rue ou d'un lieu."""
    premier = aplatir(trouve[1])
    return premier.split("-")[0] in _PRENOMS and not _VOIE.search(plat[: trouve.start()])


def aplatir(texte: str) -> str:
    """Le texte sans accent ni casse, de même longueur : une place y vaut la même place."""
    return "".join(_nu(signe) for signe in texte)


def _nu(signe: str) -> str:
    bas = unicodedata.normalize("NFD", signe)[0].lower()
    return bas if len(bas) == 1 else signe

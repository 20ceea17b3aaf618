"""Des enregistrements bruts (YAML ou classeur) à un `ProgrammeLu` : mêmes champs, mêmes contrôles."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tissu.programme.choices import (
    EtatContribution,
    FrequenceReunion,
    NatureDepense,
    PosteDAide,
    RegleDAide,
    SectionDeFiche,
    SensIndicateur,
)
from tissu.programme.sources.lecture import (
    ContributionLue,
    CritereLu,
    DateLue,
    FicheLue,
    Lecteur,
    LigneLue,
    PartenaireLu,
    ProgrammeLu,
    ReunionLue,
)
from tissu.socle.jours import SAMEDI

# Où un élément est écrit, quand son fichier le sait mieux que son rang (une ligne de classeur).
LIEU = "_lieu"


def construire(
    lecteur: Lecteur, lieu: str, tete: dict[str, Any], fiches: Iterable[tuple[str, dict[str, Any]]]
) -> ProgrammeLu:
    """Le programme, de son en-tête et de ses fiches `(lieu, champs)`. Lève `ProgrammeIllisible`."""
    programme = ProgrammeLu(
        titre=lecteur.texte(lieu, "titre", tete.get("titre"), requis=True),
        debut=lecteur.entier(lieu, "debut", tete.get("debut")),
        fin=lecteur.entier(lieu, "fin", tete.get("fin")),
        taux_jour_eur=lecteur.nombre(lieu, "taux_jour", tete.get("taux_jour"), requis=True) or Decimal(0),
        partenaires=tuple(
            PartenaireLu(
                cle=lecteur.texte(lieu, "partenaire, cle", un.get("cle"), requis=True),
                type=lecteur.texte(lieu, "partenaire, type", un.get("type"), requis=True),
                nom=lecteur.texte(lieu, "partenaire, nom", un.get("nom"), requis=True),
            )
            for un in tete.get("partenaires") or ()
        ),
        fiches=tuple(_fiche(lecteur, ou, brut) for ou, brut in fiches),
    )
    _verifier_ensemble(lecteur, programme)
    lecteur.conclure()
    return programme


def _verifier_ensemble(lecteur: Lecteur, programme: ProgrammeLu) -> None:
    """Relève ce qui ne se voit qu'ensemble : fiche en double, partenaire ou ligne que rien ne désigne."""
    cles = {partenaire.cle for partenaire in programme.partenaires}
    if len(cles) < 2:
        lecteur.relever(programme.titre, "partenaires", None, "sont moins de deux : une convention se signe à deux.")
    vues: set[tuple[int, int]] = set()
    for fiche in programme.fiches:
        lieu = f"fiche {fiche.numero} ({fiche.annee})"
        if (fiche.numero, fiche.annee) in vues:
            lecteur.relever(lieu, "numéro", fiche.numero, "est déjà pris cette année : changez l'un des deux.")
        vues.add((fiche.numero, fiche.annee))
        for cle in (*fiche.maitres_ouvrage, *(apport.partenaire for apport in fiche.contributions)):
            if cle and cle not in cles:
                lecteur.relever(lieu, "partenaire", cle, "n'est pas un partenaire de la convention.")
        libelles = {ligne.libelle for ligne in fiche.lignes}
        for apport in fiche.contributions:
            if apport.ligne and apport.ligne not in libelles:
                lecteur.relever(lieu, "ligne financée", apport.ligne, "n'est le libellé d'aucune ligne de la fiche.")


def _fiche(lecteur: Lecteur, lieu: str, brut: dict[str, Any]) -> FicheLue:
    calendrier = _champs(lecteur, lieu, brut, "calendrier")
    rubriques = _champs(lecteur, lieu, brut, "rubriques")
    for nom in set(rubriques) - set(SectionDeFiche.values):
        lecteur.relever(lieu, "rubrique", nom, f"n'existe pas : choisissez parmi {', '.join(SectionDeFiche.values)}.")
    return FicheLue(
        numero=lecteur.entier(lieu, "numero", brut.get("numero")),
        annee=lecteur.entier(lieu, "annee", brut.get("annee")),
        action=lecteur.texte(lieu, "action", brut.get("action"), requis=True),
        titre=lecteur.texte(lieu, "titre", brut.get("titre"), requis=True),
        titre_court=lecteur.texte(lieu, "titre_court", brut.get("titre_court"), requis=True),
        periode_entete=lecteur.texte(lieu, "periode_entete", brut.get("periode_entete")),
        calendrier_debut=lecteur.jour(lieu, "calendrier.debut", calendrier.get("debut")),
        calendrier_fin=lecteur.jour(lieu, "calendrier.fin", calendrier.get("fin")),
        premier_mois=lecteur.entier(lieu, "premier_mois", brut.get("premier_mois", 1)),
        regle_d_aide=lecteur.choix(lieu, "regle_d_aide", brut.get("regle_d_aide"), RegleDAide.values),
        maitres_ouvrage=_cles(lecteur, lieu, brut.get("maitres_ouvrage") or []),
        total_declare_eur=lecteur.nombre(lieu, "total", brut.get("total")),
        rubriques={nom: str(texte).strip() for nom, texte in rubriques.items()},
        lignes=tuple(_ligne(lecteur, ou, une) for ou, une in _lieux(lecteur, lieu, brut, "lignes")),
        contributions=tuple(_contribution(lecteur, ou, une) for ou, une in _lieux(lecteur, lieu, brut, "financements")),
        criteres=tuple(_critere(lecteur, ou, un) for ou, un in _lieux(lecteur, lieu, brut, "criteres")),
        jalons=_dates(lecteur, lieu, brut, "jalons", "le"),
        livrables=_dates(lecteur, lieu, brut, "livrables", "attendu_le"),
        reunions=tuple(_reunion(lecteur, ou, une) for ou, une in _lieux(lecteur, lieu, brut, "reunions")),
    )


def _cles(lecteur: Lecteur, lieu: str, valeur: Any) -> tuple[str, ...]:
    if isinstance(valeur, list):
        return tuple(str(cle) for cle in valeur)
    lecteur.relever(lieu, "maitres_ouvrage", valeur, "doit être une liste de partenaires, comme [cci, metropole].")
    return ()


def _champs(lecteur: Lecteur, lieu: str, brut: dict[str, Any], champ: str) -> dict[str, Any]:
    valeur = brut.get(champ) or {}
    if isinstance(valeur, dict):
        return valeur
    lecteur.relever(lieu, champ, valeur, "doit porter des champs « nom: valeur ».")
    return {}


def _lieux(lecteur: Lecteur, lieu: str, brut: dict[str, Any], champ: str) -> list[tuple[str, dict[str, Any]]]:
    """Chaque élément d'une liste et l'endroit où il est écrit : sa ligne de feuille, sinon son rang dans la fiche."""
    elements = brut.get(champ) or ()
    if not isinstance(elements, list | tuple) or not all(isinstance(un, dict) for un in elements):
        lecteur.relever(lieu, champ, None, "doit être une liste dont chaque élément porte des champs « nom: valeur ».")
        return []
    return [(un.get(LIEU) or f"{lieu}, {champ}, {rang}", un) for rang, un in enumerate(elements, start=1)]


def _ligne(lecteur: Lecteur, lieu: str, brut: dict[str, Any]) -> LigneLue:
    return LigneLue(
        libelle=lecteur.texte(lieu, "libelle", brut.get("libelle"), requis=True),
        nature=lecteur.choix(lieu, "nature", brut.get("nature"), NatureDepense.values),
        jours=lecteur.nombre(lieu, "jours", brut.get("jours")),
        montant_eur=lecteur.nombre(lieu, "montant", brut.get("montant")),
        note=lecteur.texte(lieu, "note", brut.get("note")),
        poste_d_aide=lecteur.choix(lieu, "poste", brut.get("poste"), PosteDAide.values),
        etp=_etp(lecteur, lieu, brut.get("etp")),
    )


def _etp(lecteur: Lecteur, lieu: str, valeur: Any) -> Decimal | None:
    """La part d'un temps plein sur l'année, au centième : 1, « 0,25 », « 25 % »."""
    etp = lecteur.nombre(lieu, "etp", valeur)
    if etp is not None and (etp >= 100 or etp != round(etp, 2)):
        lecteur.relever(lieu, "etp", valeur, "n'est pas une part d'ETP : écrivez par exemple 0,25 ou 25 %.")
        return None
    return etp


def _contribution(lecteur: Lecteur, lieu: str, brut: dict[str, Any]) -> ContributionLue:
    return ContributionLue(
        financeur=lecteur.texte(lieu, "financeur", brut.get("financeur"), requis=True),
        partenaire=lecteur.texte(lieu, "partenaire", brut.get("partenaire")),
        ligne=lecteur.texte(lieu, "ligne", brut.get("ligne")),
        montant_eur=lecteur.nombre(lieu, "montant", brut.get("montant")),
        taux=lecteur.nombre(lieu, "taux", brut.get("taux")),
        etat=lecteur.choix(lieu, "etat", brut.get("etat"), EtatContribution.values, defaut=EtatContribution.PREVUE),
        condition=lecteur.texte(lieu, "condition", brut.get("condition")),
    )


def _critere(lecteur: Lecteur, lieu: str, brut: dict[str, Any]) -> CritereLu:
    return CritereLu(
        cle=lecteur.texte(lieu, "cle", brut.get("cle"), requis=True),
        libelle=lecteur.texte(lieu, "libelle", brut.get("libelle"), requis=True),
        definition=lecteur.texte(lieu, "definition", brut.get("definition")),
        indicateur=lecteur.texte(lieu, "indicateur", brut.get("indicateur")),
        unite=lecteur.texte(lieu, "unite", brut.get("unite")),
        sens=lecteur.choix(lieu, "sens", brut.get("sens"), SensIndicateur.values, defaut=SensIndicateur.HAUSSE),
        cumulatif=bool(brut.get("cumulatif", True)),
        qualitatif=bool(brut.get("qualitatif", False)),
        cible=lecteur.nombre(lieu, "cible", brut.get("cible")),
        reference=lecteur.nombre(lieu, "reference", brut.get("reference")),
        reference_au=lecteur.jour(lieu, "reference_au", brut.get("reference_au")),
        source=lecteur.texte(lieu, "source", brut.get("source")),
    )


def _dates(lecteur: Lecteur, lieu: str, brut: dict[str, Any], champ: str, jour: str) -> tuple[DateLue, ...]:
    lues = []
    for ici, une in _lieux(lecteur, lieu, brut, champ):
        le = lecteur.jour(ici, jour, une.get(jour))
        if le is None and not lecteur.defauts:
            lecteur.relever(ici, jour, None, "est vide : écrivez une date comme 2024-06-30.")
        if le is not None:
            lues.append(DateLue(lecteur.texte(ici, "titre", une.get("titre"), requis=True), le))
    return tuple(lues)


def _reunion(lecteur: Lecteur, lieu: str, brut: dict[str, Any]) -> ReunionLue:
    lue = ReunionLue(
        titre=lecteur.texte(lieu, "titre", brut.get("titre"), requis=True),
        frequence=lecteur.choix(lieu, "frequence", brut.get("frequence"), FrequenceReunion.values),
        premiere_le=lecteur.jour(lieu, "premiere_le", brut.get("premiere_le")),
        heure=lecteur.heure(lieu, "heure", brut.get("heure")),
        jusqu_au=lecteur.jour(lieu, "jusqu_au", brut.get("jusqu_au")),
    )
    if lue.premiere_le is None:
        return lue
    if lue.premiere_le.isoweekday() >= SAMEDI:
        lecteur.relever(lieu, "premiere_le", lue.premiere_le, "tombe une fin de semaine : choisissez un autre jour.")
    for champ in ("heure", "jusqu_au"):
        if getattr(lue, champ) is None:
            lecteur.relever(lieu, champ, None, "est vide : une série datée dit son heure et sa fin.")
    if lue.jusqu_au is not None and lue.jusqu_au < lue.premiere_le:
        lecteur.relever(lieu, "jusqu_au", lue.jusqu_au, "vient avant la première réunion.")
    return lue

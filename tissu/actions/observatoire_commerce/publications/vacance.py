"""La vacance d'un lieu en document : le taux d'abord, où elle est, depuis quand, selon quelle définition."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tissu.actions.observatoire_commerce.publications.histoire import SOURCE, histoire
from tissu.actions.observatoire_commerce.publications.loyers import section_des_loyers
from tissu.actions.observatoire_commerce.queries import vacance as lectures
from tissu.actions.observatoire_commerce.queries.definitions import definition, echelle
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.queries.vacance import Quoi, Vacance
from tissu.actions.observatoire_commerce.rules.vacance import Definition
from tissu.publications.classements import classement
from tissu.publications.contenu import (
    Bloc,
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Figure,
    Nature,
    Paragraphe,
    Section,
    SorteDeGraphique,
    Tableau,
    epure,
    graphique_natif,
)
from tissu.socle.formats import date_courte, nombre, pluriel, pourcentage, variation
from tissu.socle.territoire import territoire

RUES_MONTREES = 20
SECTIONS_PUBLIQUES = ("essentiel", "communes", "quartiers", "histoire", "definitions", "offre")
AU_DESSUS, AU_DESSOUS = "Au-dessus", "Au plus égal"
PARTS = {
    "code_commune": ("communes", "Par commune", "Commune"),
    "quartier": ("quartiers", "Par quartier", "Quartier"),
    "voie_id": ("rues", "Par rue", "Rue"),
}
COLONNES = (
    Colonne("cellules", "Locaux", Nature.NOMBRE, adresse="lien_cellules"),
    Colonne("vacantes", "Vacants", Nature.NOMBRE, adresse="lien_vacantes"),
    Colonne("taux", "Taux de vacance", Nature.TAUX, definition="Vacants rapportés aux locaux."),
    Colonne("niveau", "Niveau", definition="Échelle d'usage : voir la méthode."),
    Colonne("structurelles", "Structurels", Nature.NOMBRE, adresse="lien_structurelles"),
    Colonne("taux_surface", "En surface", Nature.TAUX, secondaire=True),
    Colonne("surface_mesures", "Surfaces connues", Nature.NOMBRE, secondaire=True),
)


def document_vacance(lieu: Lieu, *, au: date, code: str = "", complet: bool = False, loyers: bool = False) -> Document:
    """Tout ce que l'observatoire dit de la vacance d'un lieu ce jour-là. `complet` : toutes les rues.

    `loyers` : ceux que seuls les agents des deux partenaires lisent, et qui n'entrent dans aucun fichier.
    """
    usuelle, tout = definition(code), lectures.vacance(lieu, au, code)
    sections = [
        Section("essentiel", "L'essentiel", _essentiel(lieu, au, usuelle, tout)),
        *sections_des_parts(lieu, au, usuelle, complet=complet),
        Section("durees", "Depuis quand", _durees(lieu, au, usuelle)),
        Section("histoire", "D'une campagne à l'autre", histoire(lieu, au, usuelle)),
        Section("definitions", "Ce que l'on appelle vacant", _definitions(lieu, au)),
        Section("offre", "Ce que les locaux occupés proposent", _offre(lieu, au)),
        *([section_des_loyers(lieu, au)] if loyers else []),
        Section("qualite", "Ce que l'on sait des locaux", [_completude(lieu, au)]),
    ]
    return Document(
        titre=f"Vacance commerciale : {lieu.nom}",
        sous_titre=constat(lieu, tout),
        territoire=territoire().nom,
        periode=f"Situation au {date_courte(au)}",
        source_au=lectures.dernier_releve(lieu, au),
        version="méthode de la vacance 1",
        sections=sections,
        partenaires=territoire().partenaires,
        methode=methode(usuelle, au),
    )


def document_public(*, au: date) -> Document:
    """Ce que tout le monde peut lire de la vacance du territoire : des comptes, aucun local, aucun loyer."""
    entier = document_vacance(Lieu(), au=au)
    public = [section for section in entier.sections if section.identifiant in SECTIONS_PUBLIQUES]
    return epure(replace(entier, sections=[replace(section, blocs=_ouverts(section.blocs)) for section in public]))


def _ouverts(blocs: Sequence[Bloc]) -> list[Bloc]:
    """Les mêmes blocs, leurs tableaux servis en données ouvertes."""
    return [replace(bloc, ouvert=True) if isinstance(bloc, Tableau) else bloc for bloc in blocs]


def constat(lieu: Lieu, tout: Vacance) -> str:
    """La phrase que l'on retient."""
    if not tout.cellules:
        return "Aucun local commercial n'est recensé ici."
    vacants = f"{pluriel(tout.vacantes, 'local vacant', 'locaux vacants')} sur {nombre(tout.cellules)}"
    if tout.taux is None or tout.niveau is None:
        return f"{vacants} : trop peu de locaux pour un taux."
    return f"{vacants}, soit {pourcentage(tout.taux)} : une vacance {tout.niveau.libelle.lower()}."


# --- L'essentiel ---


def _essentiel(lieu: Lieu, au: date, usuelle: Definition, tout: Vacance) -> list[Bloc]:
    flux = lectures.mouvements(lieu, au)
    chiffres = [
        Chiffre(
            "Taux de vacance", tout.taux, Nature.TAUX,
            comparaison=tout.niveau.libelle if tout.niveau else "trop peu de locaux pour un taux",
            definition=usuelle.phrase, adresse=_lignes(lieu, au, usuelle, Quoi.VACANTES),
        ),
        Chiffre("Locaux vacants", tout.vacantes, comparaison=f"sur {nombre(tout.cellules)} locaux",
                adresse=_lignes(lieu, au, usuelle, Quoi.VACANTES)),
        Chiffre("Vacance structurelle", tout.structurelles, comparaison=_part(tout.taux_structurel),
                definition="Vides depuis au moins le seuil en vigueur.",
                adresse=_lignes(lieu, au, usuelle, Quoi.STRUCTURELLES)),
        Chiffre("Vacance en surface", tout.taux_surface, Nature.TAUX,
                comparaison=f"surface connue pour {pluriel(tout.surface_mesures, 'local', 'locaux')}",
                definition="Surface des locaux vacants rapportée à celle de tous les locaux de surface connue."),
    ]  # fmt: skip
    if flux is not None:
        chiffres.append(
            Chiffre(
                "Ouvertures moins fermetures", variation(flux.solde), Nature.TEXTE,
                comparaison=f"{nombre(flux.ouvertures)} ouvertures, {nombre(flux.fermetures)} fermetures, "
                f"du {date_courte(flux.debut)} au {date_courte(flux.fin)}",
                definition="Un local occupé qui ne l'était pas, ou l'était par un autre, ouvre ; l'inverse ferme.",
            )
        )  # fmt: skip
        chiffres.append(
            Chiffre(
                "Rotation", flux.rotation, Nature.TAUX,
                comparaison=f"{pluriel(flux.occupants, 'occupant changé', 'occupants changés')}, dont "
                f"{pluriel(flux.activites, 'activité changée', 'activités changées')}",
                definition="Locaux occupés aux deux campagnes dont l'occupant a changé.",
            )
        )  # fmt: skip
    blocs: list[Bloc] = [Chiffres(chiffres)]
    if manque := lectures.manque(lieu, au):
        blocs.append(Paragraphe(f"Ces chiffres ne portent que sur ce qui a été recensé : {manque}."))
    if tout.inconnus:
        blocs.append(
            Paragraphe(
                f"L'état de {pluriel(tout.inconnus, 'local n’est pas connu', 'locaux n’est pas connu')} : "
                "ils comptent dans le total, jamais dans les vacants."
            )
        )
    return blocs


def _part(taux: Any) -> str:
    return f"{pourcentage(taux)} des locaux" if taux is not None else ""


# --- Les parties du lieu ---


def sections_des_parts(lieu: Lieu, au: date, usuelle: Definition, *, complet: bool = False) -> list[Section]:
    """Les communes d'un territoire, les quartiers d'une commune, les rues d'un quartier : ce qui est plus petit."""
    return lectures.garde(_parts, lieu, au, usuelle, complet)


def _parts(lieu: Lieu, au: date, usuelle: Definition, complet: bool) -> list[Section]:
    sections, tout = [], lectures.vacance(lieu, au, usuelle.code)
    for par, (identifiant, titre, mot) in PARTS.items():
        parts = lectures.vacances(lieu, au, par, usuelle.code)
        if len(parts) < 2 or (par == "code_commune" and lieu.quartier):
            continue
        parts = sorted(parts, key=lambda part: (part.taux is None, -(part.taux or 0), -part.vacantes, part.titre))
        blocs: list[Bloc] = []
        montrees = parts if complet or par != "voie_id" else parts[:RUES_MONTREES]
        if par != "voie_id" and sum(part.taux is not None for part in parts) > 1:
            blocs.append(_figure_des_parts(parts, tout, mot))
        blocs.append(_tableau_des_parts(lieu, au, usuelle, (identifiant, titre, mot, par), montrees, tout, len(parts)))
        sections.append(Section(identifiant, titre, blocs))
    return sections


def _figure_des_parts(parts: Sequence[Vacance], tout: Vacance, mot: str) -> Figure:
    chiffrees = [part for part in parts if part.taux is not None]
    barres = [
        {
            "lieu": part.titre,
            "taux": float(part.taux or 0),
            "sorte": AU_DESSUS if tout.taux is not None and part.taux > tout.taux else AU_DESSOUS,  # type: ignore[operator]
        }
        for part in chiffrees
    ]
    plus, moins = chiffrees[0], chiffrees[-1]
    return Figure(
        f"De {pourcentage(moins.taux)} ({moins.titre}) à {pourcentage(plus.taux)} ({plus.titre})",
        f"Taux de vacance par {mot.lower()}, en nombre ; pointillé : {pourcentage(tout.taux)} pour l'ensemble",
        classement(
            barres, categorie="lieu", valeur="taux", sorte="sorte", sortes=[AU_DESSUS, AU_DESSOUS], forme=".1%",
            repere=float(tout.taux) if tout.taux is not None else None,
        ),
        "Les valeurs sont dans le tableau qui suit.",
        source=SOURCE,
        natif=graphique_natif(
            barres, SorteDeGraphique.BARRES_COUCHEES, categorie="lieu", valeurs={"taux": "Taux de vacance"},
            nature=Nature.TAUX,
        ),
    )  # fmt: skip


def _tableau_des_parts(
    lieu: Lieu, au: date, usuelle: Definition, sorte: tuple[str, str, str, str], parts: Sequence[Vacance],
    tout: Vacance, combien: int,
) -> Tableau:  # fmt: skip
    identifiant, titre, mot, par = sorte
    reste = combien - len(parts)
    return Tableau(
        identifiant,
        titre,
        [Colonne("titre", mot, adresse="lien"), *COLONNES],
        [_ligne(_sous_lieu(lieu, par, part), au, usuelle, part) for part in parts],
        total=_ligne(lieu, au, usuelle, tout) | {"titre": "Ensemble"},
        source=SOURCE,
        note=f"{pluriel(reste, 'rue suivante est', 'rues suivantes sont')} dans le classeur ; l'ensemble les compte."
        if reste
        else "",
        cle_primaire=("titre",),
    )


def _sous_lieu(lieu: Lieu, par: str, part: Vacance) -> Lieu | None:
    """Le lieu d'une partie, dans celui-ci ; None pour ce que la source ne situe pas."""
    if not part.cle or part.titre == "Non renseigné":
        return None
    choix = {"code_commune": "commune", "quartier": "quartier", "voie_id": "voie"}[par]
    return replace(lieu, nom=part.titre, **{choix: part.cle})


def _lignes(lieu: Lieu, au: date, usuelle: Definition | None, quoi: Quoi, **reste: str) -> str:
    """La page des locaux que compte un chiffre."""
    code = usuelle.code if usuelle else ""
    return lieu.lien_lignes(quoi=quoi.value, au=au.isoformat(), definition=code, **reste)


def _ligne(lieu: Lieu | None, au: date, usuelle: Definition, part: Vacance) -> dict[str, Any]:
    liens = {}
    if lieu is not None:
        liens = {
            "lien": lieu.lien(au=au.isoformat(), definition=usuelle.code),
            "lien_cellules": _lignes(lieu, au, usuelle, Quoi.CELLULES),
            "lien_vacantes": _lignes(lieu, au, usuelle, Quoi.VACANTES),
            "lien_structurelles": _lignes(lieu, au, usuelle, Quoi.STRUCTURELLES),
        }  # fmt: skip
    return liens | {
        "titre": part.titre, "cellules": part.cellules, "vacantes": part.vacantes, "taux": part.taux,
        "niveau": part.niveau.libelle if part.niveau else "Trop peu de locaux", "structurelles": part.structurelles,
        "taux_surface": part.taux_surface, "surface_mesures": part.surface_mesures,
    }  # fmt: skip


# --- Le temps ---


def _durees(lieu: Lieu, au: date, usuelle: Definition) -> list[Bloc]:
    tranches = lectures.durees(lieu, au, usuelle.code)
    total = sum(combien for _, combien in tranches)
    if not total:
        return [Paragraphe("Aucun local vacant ici.")]
    lignes = [{"tranche": titre, "vacantes": combien, "part": combien / total} for titre, combien in tranches]
    return [
        Tableau(
            "durees", "Locaux vacants selon la durée de la vacance",
            [Colonne("tranche", "Durée"), Colonne("vacantes", "Vacants", Nature.NOMBRE),
             Colonne("part", "Part", Nature.TAUX)],
            lignes, total={"tranche": "Ensemble", "vacantes": total, "part": 1}, source=SOURCE,
            note="Une durée se compte du premier jour où le local a été vu vide ; avant, personne ne sait.",
        )
    ]  # fmt: skip


# --- Les définitions, l'offre, la qualité ---


def _definitions(lieu: Lieu, au: date) -> list[Bloc]:
    lignes = [
        {
            "definition": une.libelle, "phrase": une.phrase, "vacantes": mesure.vacantes, "cellules": mesure.cellules,
            "taux": mesure.taux, "reference": une.reference,
            "lien": lieu.lien(au=au.isoformat(), definition=une.code),
        }
        for une, mesure in lectures.cote_a_cote(lieu, au)
    ]  # fmt: skip
    return [
        Tableau(
            "definitions", "Le même lieu, le même jour, selon chaque définition",
            [
                Colonne("definition", "Définition", adresse="lien"), Colonne("vacantes", "Vacants", Nature.NOMBRE),
                Colonne("cellules", "Locaux", Nature.NOMBRE), Colonne("taux", "Taux", Nature.TAUX),
                Colonne("phrase", "Ce qui est compté"), Colonne("reference", "Référence", secondaire=True),
            ],
            lignes, source=SOURCE, cle_primaire=("definition",),
            note="Deux taux de définitions différentes ne se comparent pas.",
        )
    ]  # fmt: skip


def _offre(lieu: Lieu, au: date) -> list[Bloc]:
    offre = lectures.offre(lieu, au)
    if not offre.occupes:
        return [Paragraphe("Aucun local occupé ici.")]
    total = sum(combien for _, _, combien in offre.repartition)
    densite = lectures.manque(lieu, au) or "population non renseignée pour ce lieu"
    if offre.densite is not None:
        densite = f"population : {nombre(offre.habitants)} habitants"
    return [
        Chiffres([
            Chiffre("Locaux occupés", offre.occupes, adresse=_lignes(lieu, au, None, Quoi.OCCUPES)),
            Chiffre("Indépendants", offre.part_independants, Nature.TAUX,
                    comparaison=f"statut connu pour {pluriel(offre.connus, 'local', 'locaux')}",
                    adresse=_lignes(lieu, au, None, Quoi.INDEPENDANTS)),
            Chiffre("Diversité", offre.melange, Nature.TAUX,
                    comparaison=f"indice de Shannon : {nombre(offre.diversite, 2)}",
                    definition="La chance que deux locaux occupés tirés au sort soient d'activités différentes."),
            Chiffre("Densité", offre.densite, Nature.DECIMAL, unite="locaux occupés pour 1\u202f000 habitants",
                    comparaison=densite),
        ]),
        Tableau(
            "familles", "Locaux occupés par famille d'activités",
            [Colonne("famille", "Famille", adresse="lien"), Colonne("occupes", "Locaux", Nature.NOMBRE),
             Colonne("part", "Part", Nature.TAUX)],
            [
                {"famille": libelle, "occupes": combien, "part": combien / total,
                 "lien": _lignes(lieu, au, None, Quoi.OCCUPES, famille=code)}
                for code, libelle, combien in offre.repartition
            ],
            total={"famille": "Activité connue", "occupes": total, "part": 1} if total else None, source=SOURCE,
            note=f"L'activité de {pluriel(offre.occupes - total, 'local occupé', 'locaux occupés')} n'est pas connue."
            if offre.occupes > total
            else "",
        ),
    ]  # fmt: skip


def _completude(lieu: Lieu, au: date) -> Tableau:
    lignes = [
        {"champ": titre, "remplis": remplis, "cellules": cellules, "part": remplis / cellules if cellules else None}
        for titre, remplis, cellules in lectures.completude(lieu, au)
    ]
    return Tableau(
        "completude", "Part des locaux où chaque donnée est connue",
        [Colonne("champ", "Donnée"), Colonne("remplis", "Renseignés", Nature.NOMBRE),
         Colonne("cellules", "Locaux", Nature.NOMBRE), Colonne("part", "Part", Nature.TAUX)],
        lignes, source=SOURCE, cle_primaire=("champ",),
    )  # fmt: skip


def methode(usuelle: Definition, au: date) -> list[str]:
    """Ce qu'il faut savoir pour lire ces chiffres."""
    echelons, bas = [], "0 %"
    for echelon in echelle(au):
        haut = pourcentage(echelon.maxi) if echelon.maxi is not None else None
        echelons.append(f"{echelon.libelle.lower()} {f'de {bas} à {haut}' if haut else f'à partir de {bas}'}")
        bas = haut or bas
    return [
        f"Définition : {usuelle.phrase} {usuelle.reference}",
        "Un local est une cellule commerciale : un lieu à vitrine ou accès clientèle pouvant loger un commerce, un "
        "restaurant ou un service, occupé ou non. Il se compte une fois, quel que soit le nombre de ses occupants.",
        f"Échelle d'usage : {' ; '.join(echelons)}.",
        "Un établissement fermé dans Sirene demande une vérification sur place : ce n'est jamais une vacance.",
        "Le taux ne s'écrit pas sous un nombre minimal de locaux ; les nombres, eux, restent.",
    ]

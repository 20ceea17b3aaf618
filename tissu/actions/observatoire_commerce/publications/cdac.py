"""La note d'un projet de CDAC : ce que l'aide conclut, la zone, l'offre concurrente, la vacance, la densité."""

from collections.abc import Sequence

from tissu.actions.observatoire_commerce.choices import Qualification
from tissu.actions.observatoire_commerce.publications.offre import section_offre, section_vacance
from tissu.actions.observatoire_commerce.publications.zone import section_densite, section_zone
from tissu.actions.observatoire_commerce.queries.cdac import Etude
from tissu.actions.observatoire_commerce.queries.definitions import definition
from tissu.actions.observatoire_commerce.queries.reponses import reponses
from tissu.publications.contenu import Bloc, Colonne, Document, Encadre, Liste, Nature, Paragraphe, Section, Tableau
from tissu.publications.habillage import Habillage
from tissu.socle.formats import INSECABLE, date_longue
from tissu.socle.territoire import territoire

A_CONFIRMER = "À confirmer juridiquement"
HABILLAGE = Habillage(reserve=f"{A_CONFIRMER} : aide à la qualification, sans valeur d'avis")
AVERTISSEMENT = (
    "Cette note aide à qualifier un projet au regard des articles L. 752-1 et suivants du code de commerce. Elle ne "
    "vaut ni avis juridique, ni décision : faites-la confirmer avant de vous en servir."
)


def document_cdac(etude: Etude, *, complet: bool = False) -> Document:
    """La note d'un projet. `complet` : toutes les lignes de l'offre et des locaux vacants, pour le classeur."""
    projet = etude.projet
    sections = [_section_verdict(etude)]
    if etude.zone is None:
        sections.append(Section("zone", "La zone", [Paragraphe(SANS_POSITION)]))
    else:
        sections += [
            section_zone(etude),
            section_offre(etude, complet=complet),
            section_vacance(etude, complet=complet),
            section_densite(etude),
        ]
    sections.append(Section("projet", "Le projet tel que décrit", _reponses(etude)))
    return Document(
        titre=f"Projet commercial : {projet.nom}",
        sous_titre=f"{projet.get_nature_display()}. {A_CONFIRMER}.",
        territoire=territoire().nom,
        periode=f"Étude du {date_longue(etude.au)}",
        source_au=etude.releve_le,
        version="aide CDAC, règles du 25 octobre 2023",
        sections=sections,
        partenaires=territoire().partenaires,
        methode=METHODE,
    )


SANS_POSITION = (
    "Le projet n'est pas placé : sans adresse ni position, on ne peut chercher ni l'offre concurrente ni la vacance "
    "autour de lui. Complétez l'étape « Lieu »."
)
METHODE = (
    AVERTISSEMENT,
    "Les règles et leurs seuils sont des données datées : celles qui valent sont celles du jour de la demande. Une "
    "donnée absente ne vaut pas un non ; elle est demandée.",
    "La zone est faite d'anneaux à vol d'oiseau autour du projet, aux rayons dits, ou du périmètre fourni par le "
    "dossier. Ce ne sont pas des temps de trajet.",
    "Un local est une cellule commerciale de l'observatoire, occupée ou non, à la date de l'étude. L'offre "
    "concurrente : les locaux occupés de la même famille d'activité, ou de la même activité.",
    "La surface est la surface de vente ; à défaut, celle du local. Un total ne porte que sur les locaux dont une "
    "surface est connue, et dit combien ils sont : c'est un minimum.",
    f"La vacance : {definition().phrase}",
    "La densité rapporte les mètres carrés occupés connus aux habitants du recensement ; sans population connue, elle "
    "n'est pas calculée.",
)


# --- Ce que l'aide conclut ---


def _section_verdict(etude: Etude) -> Section:
    verdict = etude.verdict
    blocs: list[Bloc] = [Encadre(f"{verdict.code.label}. {A_CONFIRMER}", list(verdict.motifs))]
    if verdict.attentions:
        blocs += [Paragraphe("À savoir :"), Liste(verdict.attentions)]
    if verdict.saisine:
        blocs += [Paragraphe("La commission peut être saisie par la commune :"), Liste(verdict.saisine)]
    if verdict.reserves:
        blocs += [Paragraphe("Ce qui changerait la réponse :"), Liste(verdict.reserves)]
    if verdict.pieces_manquantes:
        blocs += [Paragraphe("Ce qui manque pour être sûr :"), Liste(_phrases(verdict.pieces_manquantes))]
    if verdict.references:
        blocs += [Paragraphe("Textes lus :"), Liste([_d_un_tenant(reference) for reference in verdict.references])]
    if verdict.code == Qualification.SOUMIS or verdict.saisine:
        blocs.append(_tableau_delais(etude))
    return Section("conclusion", "Ce que l'aide conclut", blocs)


def _phrases(textes: Sequence[str]) -> list[str]:
    return [f"{texte[:1].upper()}{texte[1:]}" for texte in textes]


def _d_un_tenant(reference: str) -> str:
    """« L. 752-1 » ne se coupe pas en fin de ligne."""
    return reference.replace("L. ", f"L.{INSECABLE}").replace("R. ", f"R.{INSECABLE}")


def _tableau_delais(etude: Etude) -> Tableau:
    return Tableau(
        "delais",
        "Les délais de la procédure",
        [
            Colonne("titre", "Étape"),
            Colonne("duree", "Délai"),
            Colonne("echeance", "Au plus tard le", Nature.DATE),
            Colonne("reference", "Texte"),
        ],
        [
            {
                "titre": delai.titre,
                "duree": f"{delai.duree_mois}{INSECABLE}mois",
                "echeance": delai.echeance,
                "reference": _d_un_tenant(delai.reference),
            }
            for delai in etude.delais
        ],
        note="La date se calcule quand le dépôt du dossier complet, puis la décision, sont notés.",
    )


def _reponses(etude: Etude) -> list[Bloc]:
    """Ce qui a été répondu, puis ce qui ne l'a pas été."""
    lignes = [ligne for groupe in reponses(etude.projet) for ligne in groupe["lignes"]]
    blocs: list[Bloc] = [
        Tableau(
            "projet",
            "Réponses",
            [Colonne("nom", "Question"), Colonne("valeur", "Réponse")],
            [ligne for ligne in lignes if ligne["valeur"] not in ("", "sans objet")],
        )
    ]
    absentes = [ligne["nom"] for ligne in lignes if ligne["valeur"] == ""]
    if absentes:
        blocs.append(Paragraphe(f"Non précisé : {', '.join(nom[:1].lower() + nom[1:] for nom in absentes)}."))
    return blocs

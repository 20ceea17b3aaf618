"""Le compte rendu d'une réunion, en document."""

from django.utils import timezone

from tissu.programme.models import Reunion
from tissu.publications.contenu import Bloc, Colonne, Document, Liste, Nature, Paragraphe, Section, Tableau
from tissu.socle.formats import date_longue
from tissu.socle.theme import theme


def compte_rendu(reunion: Reunion) -> Document:
    """Présents, ordre du jour, compte rendu, décisions et leurs tâches."""
    debut = timezone.localtime(reunion.debut)
    sections = [
        Section("participants", "Participants", _participants(reunion)),
        Section("ordre-du-jour", "Ordre du jour", [Liste(lignes(reunion.ordre_du_jour) or ["Non écrit"])]),
        Section("compte-rendu", "Compte rendu", _texte(reunion)),
        Section("decisions", "Décisions", [_decisions(reunion)]),
    ]
    lieu = f", {reunion.lieu}" if reunion.lieu else ""
    return Document(
        titre=reunion.titre,
        sous_titre=f"Fiche {reunion.fiche.numero}. {reunion.fiche.titre_court}",
        territoire=theme().nom,
        periode=f"{date_longue(debut)} à {debut:%H h %M}{lieu}",
        source_au=debut.date(),
        version=f"Compte rendu, version {reunion.revision}",
        sections=sections,
        partenaires=[str(organisation) for organisation in reunion.fiche.convention.partenaires.all()],
    )


def lignes(texte: str) -> list[str]:
    """Les lignes non vides d'un texte, sans le tiret ou la puce qu'on y aurait tapé."""
    return [ligne.strip().lstrip("-*• ").strip() for ligne in texte.splitlines() if ligne.strip()]


def _participants(reunion: Reunion) -> list[Bloc]:
    rangs = [
        {
            "nom": str(une),
            "organisation": str(une.personne.organisation or "") if une.personne else "",
            "presence": une.get_presence_display(),
        }
        for une in reunion.participations.all()
    ]
    colonnes = (Colonne("nom", "Nom"), Colonne("organisation", "Organisation"), Colonne("presence", "Présence"))
    return [Tableau("participants", "Participants", colonnes, rangs, vide="Personne n'est inscrit.")]


def _texte(reunion: Reunion) -> list[Bloc]:
    blocs: list[Bloc] = [
        Paragraphe(" ".join(bloc.split())) for bloc in reunion.compte_rendu.split("\n\n") if bloc.strip()
    ]
    if reunion.piece:
        blocs.append(Paragraphe(f"Fichier joint : {reunion.piece.nom}."))
    return blocs or [Paragraphe("Le compte rendu n'est pas encore écrit.")]


def _decisions(reunion: Reunion) -> Tableau:
    rangs = [
        {
            "rang": rang,
            "texte": une.texte,
            "tache": une.echeance.titre if une.echeance else None,
            "qui": str(une.echeance.responsable or une.echeance.organisation or "") if une.echeance else None,
            "le": une.echeance.echeance if une.echeance else None,
        }
        for rang, une in enumerate(reunion.decisions.all(), start=1)
    ]
    colonnes = (
        Colonne("rang", "N°", Nature.NOMBRE),
        Colonne("texte", "Décision"),
        Colonne("tache", "Tâche"),
        Colonne("qui", "Confiée à"),
        Colonne("le", "Pour le", Nature.DATE),
    )
    return Tableau("decisions", "Décisions", colonnes, rangs, vide="Aucune décision.")

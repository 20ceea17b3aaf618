"""La démonstration de la vie des fiches : réunions, comptes rendus, tâches et livrables fictifs des fiches signées.

Les rythmes sont ceux que les fiches annoncent à leur rubrique « Calendrier envisagé » ; ce qui s'y dit est inventé.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche, EtatReunion, PresenceReunion
from tissu.programme.models import Echeance, Fiche, Livrable, Reunion
from tissu.programme.operations import echeances, livrables, reunions, series
from tissu.programme.queries.cadre import fiches
from tissu.programme.queries.reunions import reunion as reunion_entiere
from tissu.publications.contenu import Document, Encadre, Paragraphe, Section
from tissu.publications.rendus import rendre
from tissu.socle.jours import jour_ouvre
from tissu.socle.theme import theme


@dataclass(frozen=True)
class Rythme:
    """Une série d'une fiche : `mois` et `jour` de la première réunion de l'année."""

    titre: str
    frequence: str
    mois: int
    jour: int
    heure: time
    lieu: str
    autres: tuple[str, ...] = ()


RYTHMES = {
    2: Rythme("Point technique commerce", "mensuelle", 3, 12, time(14), "Chambre de commerce"),
    3: Rythme("CPSQ centre-ville", "mensuelle", 1, 16, time(9, 30), "Hôtel de ville", ("Référent sûreté",)),
    5: Rythme("Réunion technique de l'observatoire", "mensuelle", 1, 11, time(10), "Visioconférence"),
    7: Rythme("Réunion avec la direction du développement économique", "mensuelle", 1, 18, time(14), "Métropole"),
    11: Rythme("Point mensuel Synergies", "mensuelle", 1, 9, time(11), "Visioconférence", ("Animatrice Cap Nord",)),
    6: Rythme("Comité de pilotage de l'observatoire", "annuelle", 11, 13, time(9), "Chambre de commerce"),
    12: Rythme("Comité de pilotage", "annuelle", 12, 10, time(14), "Métropole", ("Délégataires",)),
}
LIVRABLES = {
    5: (("Note de conjoncture", "premier trimestre", 4, 30), ("Note de conjoncture", "deuxième trimestre", 7, 31),
        ("Note de conjoncture", "troisième trimestre", 10, 30)),
    7: (("Extraction des plus de 50 salariés", "premier semestre", 7, 10),
        ("Extraction des plus de 50 salariés", "second semestre", 12, 18)),
    6: (("Étude de l'immobilier d'entreprise", "", 11, 6),),
    2: (("Liste des entreprises accompagnées", "", 12, 11),),
}  # fmt: skip
ORDRE_DU_JOUR = "Actions menées depuis la dernière réunion\nChiffres du mois\nSuites à donner"
COMPTE_RENDU = (
    "Exemple de démonstration : ce compte rendu est inventé.\n\nLes partenaires ont fait le tour des actions en cours. "
    "Les chiffres ont été relus ensemble ; un écart avec le mois d'avant reste à expliquer.\n\nLe calendrier est tenu."
)
DECISIONS = ("Relire la liste des entreprises suivies", "Préparer la note avant la prochaine réunion")


def installer(*, au: datetime, suivi: Any) -> None:
    """Écrit les réunions, tâches et livrables des fiches qui n'en ont pas encore. Relancée, elle ne double rien."""
    cci = Personne.objects.filter(courriel="mission.cci@demo.example").first()
    metropole = Personne.objects.filter(courriel="mission.metropole@demo.example").first()
    if cci is None or metropole is None:
        return
    for fiche in fiches().order_by("annee", "numero", "pk"):
        if fiche.etat == EtatFiche.CLOSE:
            continue
        if not fiche.reunions.exists() and fiche.numero in RYTHMES:
            _serie(fiche, RYTHMES[fiche.numero], cci, metropole, au)
        if not fiche.livrables.filter(remis_le__isnull=False).exists():
            _livrables(fiche, cci, au)
        _jalons_et_taches(fiche, cci, metropole, au)


def _serie(fiche: Fiche, rythme: Rythme, cci: Personne, metropole: Personne, au: datetime) -> None:
    premiere = datetime.combine(jour_ouvre(date(fiche.annee, rythme.mois, rythme.jour)), rythme.heure)
    # La fiche promet souvent ce rythme sans jour : la démonstration lui en donne, au lieu d'en ajouter un second.
    promise = fiche.series.filter(premiere_le=None, frequence=rythme.frequence).order_by("pk").first()
    contenu = reunions.ContenuDeReunion(
        titre=promise.titre if promise else rythme.titre,
        debut=timezone.make_aware(premiere), lieu=rythme.lieu, ordre_du_jour=ORDRE_DU_JOUR,
        invites=(cci, metropole), autres=rythme.autres,
    )  # fmt: skip
    dates: dict[str, Any] = {
        "contenu": contenu, "frequence": rythme.frequence, "repere": "rang", "jusqu_au": date(fiche.annee, 12, 31),
        "auteur": cci, "au": timezone.make_aware(premiere) - timedelta(days=30),
    }  # fmt: skip
    if promise:
        promise.fiche = fiche
        series.dater_serie(serie=promise, **dates)
    serie = promise or series.creer_serie(fiche=fiche, **dates)
    passees = list(serie.reunions.filter(debut__lt=au - timedelta(days=1)).order_by("debut"))
    # La dernière de l'année en cours attend son compte rendu : c'est ce qu'un chargé de mission trouve un matin.
    for rang, reunion in enumerate(passees[: -1 if fiche.annee == au.year else None]):
        _tenir(reunion, rang, metropole if rang % 2 else cci)


def _tenir(reunion: Reunion, rang: int, redacteur: Personne) -> None:
    entiere = reunion_entiere(reunion.pk)
    if entiere is None or entiere.etat != EtatReunion.PREVUE:
        return
    entiere.fiche = reunion.fiche
    apres = entiere.debut + timedelta(hours=3)
    presences = {
        une.pk: str(PresenceReunion.EXCUSEE if (rang + place) % 5 == 4 else PresenceReunion.PRESENTE)
        for place, une in enumerate(entiere.participations.all())
    }
    reunions.noter_presences(reunion=entiere, presences=presences, auteur=redacteur, au=apres)
    reunions.rediger_compte_rendu(
        reunion=entiere, revision=entiere.revision, texte=COMPTE_RENDU, auteur=redacteur, au=apres
    )
    if rang % 3 == 0:
        tache = reunions.TacheDecidee("", jour_ouvre(apres.date() + timedelta(days=21)), redacteur)
        decision = reunions.prendre_decision(
            reunion=entiere, texte=DECISIONS[rang // 3 % 2], auteur=redacteur, au=apres, tache=tache
        )
        if decision.echeance is not None and decision.echeance.echeance < timezone.localdate() - timedelta(days=40):
            echeances.terminer_echeance(
                echeance=decision.echeance, revision=1, le=decision.echeance.echeance, auteur=redacteur,
                au=apres + timedelta(days=20),
            )  # fmt: skip


def _livrables(fiche: Fiche, cci: Personne, au: datetime) -> None:
    """Ceux que la fiche annonce, remis quand leur date est passée, sauf le dernier : il est en retard, ou à venir."""
    if not fiche.livrables.exists():
        for titre, periode, mois, jour in LIVRABLES.get(fiche.numero, ()):
            le = jour_ouvre(date(fiche.annee, mois, jour))
            promis_le = timezone.make_aware(datetime.combine(date(fiche.annee, 1, 8), time(9)))
            livrables.promettre_livrable(
                fiche=fiche, titre=titre, periode=periode, attendu_le=le, auteur=cci, au=promis_le
            )
    dus = list(Livrable.objects.filter(fiche=fiche, attendu_le__lt=au.date()).order_by("attendu_le", "pk"))
    for un in dus[: -1 if fiche.annee == au.year else None]:
        un.fiche = fiche
        le = min(jour_ouvre((un.attendu_le or au.date()) - timedelta(days=3)), au.date())
        moment = timezone.make_aware(datetime.combine(le, time(17)))
        livrables.remettre_livrable(
            livrable=un, revision=un.revision, le=le, auteur=cci, au=moment, fichier=_pdf(fiche, un),
            note="Exemple de démonstration",
        )  # fmt: skip


def _pdf(fiche: Fiche, livrable: Livrable) -> ContentFile:
    texte = "Exemple de démonstration : ce document tient la place du livrable remis."
    document = Document(
        titre=livrable.titre, sous_titre=f"Fiche {fiche.numero}. {fiche.titre_court}", territoire=theme().nom,
        periode=livrable.periode or str(fiche.annee), source_au=livrable.attendu_le, version="Démonstration",
        sections=[Section("objet", "Objet", [Paragraphe(texte), Encadre("Contenu", ["Aucun chiffre réel."])])],
    )  # fmt: skip
    return ContentFile(rendre(document, "pdf"), name=f"{livrable.titre.lower().replace(' ', '-')}-{fiche.annee}.pdf")


def _jalons_et_taches(fiche: Fiche, cci: Personne, metropole: Personne, au: datetime) -> None:
    """L'année passée est faite ; l'année en cours a un jalon proche, des tâches confiées et une en retard."""
    if fiche.annee < au.year:
        for une in Echeance.objects.filter(fiche=fiche, etat="a_faire", echeance__lt=au.date() - timedelta(days=60)):
            une.fiche = fiche
            qui = metropole if une.organisation_id == metropole.organisation_id else cci
            echeances.terminer_echeance(
                echeance=une, revision=une.revision, le=une.echeance, auteur=qui,
                au=timezone.make_aware(datetime.combine(une.echeance, time(17))),
            )  # fmt: skip
        return
    if fiche.echeances.filter(titre="Bilan de l'année transmis aux partenaires").exists():
        return
    hier = au - timedelta(days=20)
    echeances.creer_echeance(
        fiche=fiche, type="jalon", titre="Bilan de l'année transmis aux partenaires", auteur=cci, au=hier,
        echeance=jour_ouvre(date(fiche.annee, 12, 14 + fiche.numero % 5)),
    )  # fmt: skip
    if fiche.numero % 3 == 1:
        echeances.creer_echeance(
            fiche=fiche, type="tache", titre="Relancer les entreprises sans réponse", responsable=cci, auteur=cci,
            au=hier, echeance=jour_ouvre((au + timedelta(days=fiche.numero - 6)).date()),
        )  # fmt: skip
    elif fiche.numero % 3 == 2:
        echeances.creer_echeance(
            fiche=fiche, type="tache", titre="Relire les chiffres avant le bilan", responsable=metropole,
            auteur=metropole, au=hier, echeance=jour_ouvre((au + timedelta(days=fiche.numero)).date()),
        )  # fmt: skip

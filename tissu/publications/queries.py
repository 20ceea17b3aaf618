"""Lectures des publications : ce que chacun voit, ce qui est ouvert, ce qui a été téléchargé."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tissu.comptes.models import Organisation
from tissu.publications import contenu_json, rules
from tissu.publications.choices import Audience, EtatDiffusion
from tissu.publications.contenu import Document
from tissu.publications.habillage import Habillage
from tissu.publications.models import (
    ContenuFige,
    Edition,
    FichierDiffuse,
    GabaritDOrganisation,
    Publication,
    Telechargement,
)
from tissu.publications.permissions import peut_suivre, roles_de
from tissu.publications.sources import lecteurs_de, relu
from tissu.socle.action import actions
from tissu.socle.periodes import Periode


@dataclass(frozen=True)
class EditionVue:
    """Une édition et ce que cette personne peut en faire."""

    edition: Edition
    verdict: rules.Verdict


def editions() -> QuerySet[Edition]:
    """Toutes, avec leur publication et ce qui les remplace ; sans leur contenu."""
    return Edition.objects.select_related("publication__organisation", "remplacee_par", "remplace").order_by(
        "-diffusee_le", "-preparee_le", "-pk"
    )


def verdict(edition: Edition, personne: Any, *, au: datetime) -> rules.Verdict:
    """Ce que cette personne a de cette édition maintenant."""
    return rules.visibilite(
        etat=edition.etat, audience=edition.audience, embargo_jusqu_au=edition.embargo_jusqu_au,
        roles=roles_de(personne, edition.publication.origine), au=au, lecteurs=lecteurs_de(edition.publication.source),
    )  # fmt: skip


def visibles(editions_: QuerySet[Edition], personne: Any, *, au: datetime) -> list[EditionVue]:
    """Celles qui paraissent dans ses listes, brouillons exclus."""
    vues = [EditionVue(e, verdict(e, personne, au=au)) for e in editions_.exclude(etat=EtatDiffusion.BROUILLON)]
    return [vue for vue in vues if vue.verdict.listee]


def ouvertes(*, au: datetime) -> QuerySet[Edition]:
    """Les éditions que le public lit à ce moment, qu'aucune édition lisible ne remplace."""
    publiques = Q(etat=EtatDiffusion.DIFFUSEE, audience=Audience.PUBLIC)
    libres = Q(embargo_jusqu_au__isnull=True) | Q(embargo_jusqu_au__lte=au)
    remplacantes = Edition.objects.filter(publiques & libres, remplace__isnull=False).values("remplace")
    return editions().filter(publiques & libres).exclude(pk__in=remplacantes)


@dataclass(frozen=True)
class JeuDeDonnees:
    """Un tableau ouvert d'une publication : ses fichiers, de l'édition la plus récente à la plus ancienne."""

    publication: Publication
    jeu: str
    fichiers: list[FichierDiffuse]

    @property
    def recents(self) -> list[FichierDiffuse]:
        """Les fichiers de la dernière édition."""
        return [fichier for fichier in self.fichiers if fichier.edition_id == self.fichiers[0].edition_id]

    @property
    def editions(self) -> list[Edition]:
        return list({fichier.edition_id: fichier.edition for fichier in self.fichiers}.values())


def jeux_de_donnees(*, au: datetime) -> list[JeuDeDonnees]:
    """Les jeux ouverts, par publication puis par nom, en une lecture."""
    fichiers = (
        FichierDiffuse.objects.filter(edition__in=ouvertes(au=au).values("pk"))
        .exclude(jeu="")
        .exclude(fichier="")
        .select_related("edition__publication__organisation")
        .order_by("edition__publication__titre", "jeu", "-edition__periode", "-edition__numero", "format")
    )
    groupes: dict[tuple[int, str], list[FichierDiffuse]] = {}
    for fichier in fichiers:
        groupes.setdefault((fichier.edition.publication_id, fichier.jeu), []).append(fichier)
    return [JeuDeDonnees(f[0].edition.publication, jeu, f) for (_, jeu), f in groupes.items()]


def fichier_servi(edition: Edition, format_: str, *, jeu: str = "", embargo: bool = False) -> FichierDiffuse | None:
    """Le fichier à donner : celui qui porte la mention d'embargo tant qu'il court. Une édition retirée n'en a aucun."""
    prets = edition.fichiers.exclude(fichier="").exclude(edition__etat=EtatDiffusion.RETIREE)
    return prets.filter(format=format_, jeu=jeu, sous_embargo=embargo and not jeu).first()


def histoire(edition: Edition) -> list[dict[str, Any]]:
    """Les gestes faits sur une édition, du plus récent au plus ancien : quand, quoi, qui."""
    traces = edition.historique.select_related("history_user").order_by("-history_date", "-history_id")
    return [
        {"date": une.history_date, "titre": une.history_change_reason or "Modifiée",
         "texte": str(une.history_user or "")}
        for une in traces
    ]  # fmt: skip


def gabarit_en_service(organisation: Organisation, *, au: date) -> GabaritDOrganisation | None:
    """Le gabarit d'une organisation ce jour-là, ou None."""
    return GabaritDOrganisation.objects.filter(organisation=organisation, depuis__lte=au).order_by("-depuis").first()


def habillage(organisation: Organisation, *, au: date) -> Habillage:
    """Le nom, la couleur, le logo et les diapositives d'une organisation ce jour-là."""
    gabarit = gabarit_en_service(organisation, au=au)
    if gabarit is None:
        return Habillage(organisation=organisation.nom)
    return Habillage(
        organisation=organisation.nom, accent=gabarit.accent, pied=gabarit.pied, logo=bytes(gabarit.logo),
        diapositives=bytes(gabarit.diapositives) if gabarit.diapositives else None,
    )  # fmt: skip


def telechargements(publication: Publication, periode: Periode) -> int:
    """Les téléchargements d'une publication, toutes éditions et tous formats, robots exclus, jours compris."""
    debut = timezone.make_aware(datetime.combine(periode.debut, datetime.min.time()))
    fin = timezone.make_aware(datetime.combine(periode.fin, datetime.max.time()))
    return Telechargement.objects.filter(
        edition__publication=publication, robot=False, moment__gte=debut, moment__lte=fin
    ).count()


@dataclass(frozen=True)
class CompteMensuel:
    """Les demandes d'un fichier en un mois : `personnes` font le compte, `robots` sont écartés."""

    edition: Edition
    mois: str
    format: str
    jeu: str
    personnes: int
    robots: int


def comptes_par_mois(editions_: Iterable[Edition]) -> list[CompteMensuel]:
    """Pour ces éditions, par édition, mois (à l'heure d'ici), jeu et format."""
    lus = Telechargement.objects.select_related("edition__publication").filter(edition__in=editions_)
    comptes: Counter[tuple[int, str, str, str, bool]] = Counter()
    parues: dict[int, Edition] = {}
    for ligne in lus.order_by("pk").iterator():
        parues[ligne.edition_id] = ligne.edition
        mois = timezone.localtime(ligne.moment).strftime("%Y-%m")
        comptes[ligne.edition_id, mois, ligne.jeu, ligne.format, ligne.robot] += 1
    cles = sorted({cle[:4] for cle in comptes}, key=lambda cle: (cle[1], cle[0], cle[2], cle[3]), reverse=True)
    return [
        CompteMensuel(parues[e], mois, format_, jeu, comptes[*cle, False], comptes[*cle, True])
        for cle in cles
        for e, mois, jeu, format_ in [cle]
    ]  # fmt: skip


def contenu(edition: Edition) -> str:
    """Le texte figé d'une édition."""
    return ContenuFige.objects.get(edition=edition).texte


def document(edition: Edition) -> Document:
    """Le document d'une édition, tel qu'il peut se lire aujourd'hui : seule cette lecture se montre et se diffuse."""
    return relu(edition.publication.source, contenu_json.lire(contenu(edition)))


def fichiers_proposes(edition: Edition, *, embargo: bool) -> list[FichierDiffuse]:
    """Les fichiers prêts : documents à la mention du moment ; données ouvertes une fois l'embargo fini."""
    prets = edition.fichiers.exclude(fichier="")
    return list(prets.filter(jeu="", sous_embargo=True) if embargo else prets.filter(sous_embargo=False))


def titres_des_actions(slugs: list[str]) -> list[tuple[str, str]]:
    """Les actions nommées, (slug, titre court), dans leur ordre."""
    return [(action.slug, action.titre_court) for action in actions() if action.slug in slugs]


def suivies(personne: Any) -> QuerySet[Edition]:
    """Les éditions dont cette personne suit la diffusion : celles des actions où elle en a le rôle."""
    origines = Publication.objects.order_by().values_list("origine", flat=True).distinct()
    return editions().filter(publication__origine__in=[une for une in origines if peut_suivre(personne, une)])


def lignes_de_gestion(personne: Any) -> QuerySet[Edition]:
    """Les éditions que cette personne suit, avec leurs téléchargements (`personnes`, `robots`)."""
    return suivies(personne).annotate(
        personnes=Count("telechargements", filter=Q(telechargements__robot=False)),
        robots=Count("telechargements", filter=Q(telechargements__robot=True)),
    )

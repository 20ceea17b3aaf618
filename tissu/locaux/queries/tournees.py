"""De quoi préparer une campagne : les rues de son périmètre, et à qui les confier."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from tissu.comptes.models import Attribution, Personne
from tissu.locaux import permissions
from tissu.locaux.models import Campagne, Tournee
from tissu.locaux.queries.lignes import existants
from tissu.socle.territoire import territoire


@dataclass(frozen=True)
class RueDuPerimetre:
    """Une rue où la campagne a des locaux, et la tournée qu'elle y est déjà."""

    pk: int
    nom: str
    locaux: int
    tournee: Tournee | None


@dataclass(frozen=True)
class Quartier:
    """Les rues d'un quartier. Une rue qui en longe deux est rangée dans celui où elle a le plus de locaux."""

    code_commune: str
    commune: str
    nom: str
    rues: list[RueDuPerimetre]

    @property
    def cle(self) -> str:
        """Ce qui désigne le quartier entier dans un formulaire."""
        return f"{self.code_commune}:{self.nom}"

    @property
    def libres(self) -> list[RueDuPerimetre]:
        return [rue for rue in self.rues if rue.tournee is None]

    @property
    def locaux_libres(self) -> int:
        return sum(rue.locaux for rue in self.libres)


def quartiers(campagne: Campagne, au: date, tournees: Iterable[Tournee]) -> list[Quartier]:
    """Le périmètre d'une campagne, par commune et par quartier, en une requête."""
    lus = existants(au).filter(voie__isnull=False)
    if campagne.communes:
        lus = lus.filter(code_commune__in=campagne.communes)
    par_rue: dict[int, list[tuple[int, str, str, str]]] = defaultdict(list)
    champs = ("voie_id", "voie__nom", "voie__code_commune", "quartier")
    for voie, nom, commune, quartier, combien in lus.order_by().values_list(*champs).annotate(combien=Count("pk")):
        par_rue[voie].append((combien, quartier, nom, commune))
    prises = {une.voie_id: une for une in tournees}
    groupes: dict[tuple[str, str], list[RueDuPerimetre]] = defaultdict(list)
    for voie, parties in par_rue.items():
        _, quartier, nom, commune = max(parties)
        rue = RueDuPerimetre(voie, nom, sum(partie[0] for partie in parties), prises.get(voie))
        groupes[commune, quartier].append(rue)
    return [
        Quartier(commune, _nom(commune), quartier or "Sans quartier", sorted(rues, key=lambda rue: rue.nom))
        for (commune, quartier), rues in sorted(groupes.items(), key=lambda groupe: _rang(*groupe[0]))
    ]


def _rang(commune: str, quartier: str) -> tuple[str, bool, str]:
    """Les rues sans quartier à la fin de leur commune."""
    return _nom(commune), not quartier, quartier


def _nom(commune: str) -> str:
    return territoire().communes.get(commune, commune)


def releveurs(au: date) -> QuerySet[Personne]:
    """À qui l'on peut confier des rues : un compte ouvert chez un partenaire, agent ou lecteur ce jour-là."""
    en_vigueur = Attribution.objects.filter(
        Q(fin__isnull=True) | Q(fin__gte=au), debut__lte=au, role__in=permissions.RELEVEURS, action__in=("", "locaux")
    )
    ouverts = Personne.objects.filter(is_active=True, organisation__type__in=permissions.PARTENAIRES)
    return ouverts.filter(pk__in=en_vigueur.values("personne")).select_related("organisation")

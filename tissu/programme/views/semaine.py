"""La semaine d'une personne : une grille de lignes et de jours, remplie au clavier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.comptes.choices import AGENTS
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.choices import EtatTemps
from tissu.programme.forms.temps import GrilleEnvoyee, entiers, lire_grille, nom_de_case
from tissu.programme.operations import temps as operations
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.queries import temps as lectures
from tissu.programme.rules import temps as regles
from tissu.socle.ecrans import ecran
from tissu.socle.formats import date_courte, nombre, pluriel
from tissu.socle.jours import feries

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
OUVRES = 5
SORTES = {EtatTemps.BROUILLON: "neutre", EtatTemps.SOUMIS: "info", EtatTemps.VALIDE: "succes",
          EtatTemps.RENVOYE: "attention"}  # fmt: skip


@ecran("Ma semaine", roles=AGENTS)
@require_safe
def semaine_courante(request: RequeteConnectee) -> HttpResponse:
    """Mène à la semaine d'aujourd'hui."""
    return redirect("programme:semaine", code=regles.code_de_semaine(timezone.localdate()))


@ecran("Ma semaine", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def semaine(request: RequeteConnectee, code: str) -> HttpResponse:
    """La grille ; l'envoi enregistre tout, puis soumet si la personne le demande."""
    try:
        page = _Page(request, regles.lire_semaine(code))
    except regles.SemaineInvalide as erreur:
        raise Http404(str(erreur)) from erreur
    if request.method == "POST" and request.POST.get("geste") in {"enregistrer", "soumettre"}:
        if _enregistrer(request, page):
            return redirect("programme:semaine", code=code)
        return render(request, "programme/temps_semaine.html", page.contexte(), status=422)
    return render(request, "programme/temps_semaine.html", page.contexte())


@dataclass
class _Page:
    """Une page de la grille : la semaine lue, ce qui vient d'être tapé, et ce qui en est refusé."""

    request: RequeteConnectee
    lundi: date
    erreurs: dict[tuple[int, date], str] = field(default_factory=dict)
    conflits: dict[tuple[int, date], Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        donnees = self.request.POST if self.request.method == "POST" else self.request.GET
        self.ajoutees = entiers([*donnees.getlist("ligne"), donnees.get("ajouter", "")])
        self.lue = lectures.semaine_de(self.request.user, self.lundi, ajoutees=self.ajoutees)
        tous = [self.lundi + timedelta(days=rang) for rang in range(7)]
        weekend = "fin_de_semaine" in donnees or any(jour in tous[OUVRES:] for _, jour in self.lue.temps)
        self.jours = tous if weekend else tous[:OUVRES]
        self.envoyee = (
            lire_grille(self.request.POST, [ligne.pk for ligne in self.lue.rangees], self.jours)
            if self.request.method == "POST"
            else GrilleEnvoyee()
        )

    def contexte(self) -> dict[str, Any]:
        fetes = feries(self.lundi.year) | feries((self.lundi + timedelta(days=6)).year)
        rangees = [self._rangee(ligne) for ligne in self.lue.rangees]
        deja = {ligne.pk for ligne in self.lue.rangees}
        autres = [une for une in lectures.lignes_ouvertes(self.request.user, self.lundi) if une.pk not in deja]
        return {
            "titre": f"Ma semaine du {date_courte(self.lundi)}",
            "code": regles.code_de_semaine(self.lundi),
            "avant": regles.code_de_semaine(self.lundi - timedelta(days=7)),
            "apres": regles.code_de_semaine(self.lundi + timedelta(days=7)),
            "fin": self.lundi + timedelta(days=6),
            "jours": [_jour(jour, rang, fetes) for rang, jour in enumerate(self.jours)],
            "rangees": rangees,
            "totaux": _totaux(rangees, len(self.jours)),
            "autres": [(fiche, list(lignes)) for fiche, lignes in groupby(autres, key=lambda une: une.fiche)],
            "weekend": len(self.jours) > OUVRES,
            "a_une_precedente": bool(self.lue.precedente),
            "erreurs": [*self.erreurs.values(), *self.envoyee.erreurs.values()],
            "conflits": self.conflits,
            "renvoyes": [un for un in self.lue.temps.values() if un.etat == EtatTemps.RENVOYE],
            "bilan": _bilan(self.lue),
            "a_reprendre": _semaines_a_reprendre(self.request.user, self.lundi),
        }

    def _rangee(self, ligne: Any) -> dict[str, Any]:
        cases = [self._case(ligne, jour, rang) for rang, jour in enumerate(self.jours)]
        total = sum((case["duree"] for case in cases), Decimal(0))
        return {"ligne": ligne, "cases": cases, "total": total, "ajoutee": ligne.pk in self.ajoutees}

    def _case(self, ligne: Any, jour: date, rang: int) -> dict[str, Any]:
        cle = (ligne.pk, jour)
        temps, precedente = self.lue.temps.get(cle), self.lue.precedente.get((ligne.pk, rang))
        en_base = regles.ecrire_duree(temps.duree_jours if temps else None)
        texte = self.envoyee.textes.get(cle, en_base)
        verrouille = temps is not None and temps.etat not in operations.MODIFIABLES
        if not texte and not verrouille and self.request.POST.get("geste") == "reprendre":
            texte = regles.ecrire_duree(precedente)
        # Après un conflit, la valeur lue devient celle de la base : enregistrer de nouveau est alors un choix.
        lue = en_base if cle in self.conflits or cle not in self.envoyee.lues else self.envoyee.lues[cle]
        return {
            "nom": nom_de_case(ligne.pk, jour), "jour": jour, "rang": rang, "texte": texte, "lue": lue,
            "duree": _duree(texte), "verrouille": verrouille, "etat": temps.get_etat_display() if temps else "",
            "sorte": SORTES[EtatTemps(temps.etat)] if temps else "", "motif": temps.motif_renvoi if temps else "",
            "erreur": self.erreurs.get(cle) or self.envoyee.erreurs.get(cle, ""), "en_conflit": cle in self.conflits,
            "conflit": regles.ecrire_duree(self.conflits.get(cle)) or "vide",
            "precedente": regles.ecrire_duree(precedente),
        }  # fmt: skip


def _duree(texte: str) -> Decimal:
    try:
        return regles.lire_duree(texte)
    except regles.DureeIllisible:
        return Decimal(0)


def _jour(jour: date, rang: int, fetes: Mapping[date, str]) -> dict[str, Any]:
    return {"nom": JOURS[rang], "date": jour, "ferie": fetes.get(jour, ""), "weekend": rang >= OUVRES,
            "aujourdhui": jour == timezone.localdate()}  # fmt: skip


def _totaux(rangees: list[dict[str, Any]], jours: int) -> dict[str, Any]:
    par_jour = [sum((rangee["cases"][rang]["duree"] for rangee in rangees), Decimal(0)) for rang in range(jours)]
    return {"jours": [{"total": total, "depasse": total > 1} for total in par_jour], "semaine": sum(par_jour)}


def _bilan(lue: lectures.SemaineLue) -> list[dict[str, Any]]:
    """Combien de jours dans chaque état, pour les étiquettes du haut de page."""
    totaux: dict[str, Decimal] = {}
    for un in lue.temps.values():
        totaux[un.etat] = totaux.get(un.etat, Decimal(0)) + un.duree_jours
    return [
        {"texte": f"{nombre(totaux[etat], 2 if totaux[etat] % 1 else 0)} j : {etat.label.lower()}", "sorte": sorte}
        for etat, sorte in SORTES.items()
        if etat in totaux
    ]


def _semaines_a_reprendre(personne: Any, lundi: date) -> list[dict[str, str]]:
    lundis = {regles.lundi_de(un.jour) for un in lectures.temps_renvoyes(personne)} - {lundi}
    return [{"code": regles.code_de_semaine(un), "debut": date_courte(un)} for un in sorted(lundis)]


def _enregistrer(request: RequeteConnectee, page: _Page) -> bool:
    """Écrit la grille, puis la soumet au besoin ; faux si quelque chose est refusé (dit sur la page)."""
    if page.envoyee.erreurs:
        return False
    au = timezone.now()
    try:
        changees = operations.enregistrer_semaine(
            personne=request.user, lundi=page.lundi, cases=page.envoyee.cases, au=au
        )
        if request.POST["geste"] == "soumettre":
            soumis = operations.soumettre_semaine(personne=request.user, lundi=page.lundi, au=au)
            messages.success(
                request,
                f"Semaine soumise : {pluriel(soumis, 'temps', 'temps')} à valider par le maître d'ouvrage."
                if soumis
                else "Rien à soumettre : tout l'est déjà, ou la semaine est vide.",
            )
            return True
    except operations.SemaineRefusee as refus:
        page.erreurs, page.conflits = refus.erreurs, refus.conflits
        page.lue = lectures.semaine_de(request.user, page.lundi, ajoutees=page.ajoutees)
        return False
    except ModificationRefusee as refus:
        messages.error(request, str(refus))
        return True
    messages.success(request, f"Brouillon enregistré : {pluriel(changees, 'case changée', 'cases changées')}."
                     if changees else "Rien n'avait changé.")  # fmt: skip
    return True

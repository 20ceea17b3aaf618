"""Les messages du partenariat : le résumé hebdomadaire des échéances."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tissu.messages.contrat import Finalite, Message, MessagePersonnel, Textes
from tissu.programme.models import Fiche, Reunion
from tissu.programme.queries.rappels import Resume
from tissu.programme.rules.calendrier import Palier
from tissu.socle.courriels import sans_insecables
from tissu.socle.formats import date_courte, date_longue, pluriel
from tissu.socle.theme import theme

TITRES = {Palier.RETARD: "En retard", Palier.PROCHE: "Cette semaine", Palier.LOIN: "Dans les quinze jours"}


RAPPELS = Finalite("programme.rappels", "Résumé hebdomadaire du partenariat")


@dataclass(frozen=True)
class ResumeDeLaSemaine(MessagePersonnel):
    """Ce qui presse, ce qui vient, les réunions, ce qu'il faut valider."""

    resume: Resume
    jour: date

    slug: ClassVar[str] = "programme.resume"
    finalite: ClassVar[Finalite] = RAPPELS

    @property
    def cle(self) -> str:
        return f"{self.personne.pk}:{self.jour}"

    def textes(self) -> Textes:
        return Textes(objet=objet_du_resume(self.resume), courriel=texte_du_resume(self.resume, au=self.jour))


MESSAGES: tuple[type[Message], ...] = (ResumeDeLaSemaine,)


def objet_du_resume(resume: Resume) -> str:
    """Ce qui presse d'abord : « Partenariat : 2 en retard, 1 réunion cette semaine »."""
    retards = len(resume.echeances[Palier.RETARD]) + len(resume.livrables[Palier.RETARD])
    a_venir = sum(len(resume.echeances[rang]) + len(resume.livrables[rang]) for rang in (Palier.PROCHE, Palier.LOIN))
    valider = resume.temps + resume.couts + resume.mesures
    morceaux = [
        f"{retards} en retard" if retards else "",
        f"{a_venir} à venir" if a_venir else "",
        pluriel(len(resume.reunions), "réunion") if resume.reunions else "",
        f"{valider} à valider" if valider else "",
    ]
    return sans_insecables(f"Partenariat : {', '.join(morceau for morceau in morceaux if morceau)}")


def texte_du_resume(resume: Resume, *, au: date) -> str:
    """Le corps du courriel : en retard, cette semaine, dans quinze jours, réunions, à valider, et comment arrêter."""
    lignes = [f"Bonjour {resume.personne},", "", f"Votre semaine du {date_longue(au)}, {theme().nom}.", ""]
    for rang, titre in TITRES.items():
        choses = [
            (une.echeance, une.titre, une.fiche, reverse("programme:echeance", args=[une.pk]))
            for une in resume.echeances[rang]
        ] + [
            (un.attendu_le, f"Livrable : {un.titre}", un.fiche, reverse("programme:livrable", args=[un.pk]))
            for un in resume.livrables[rang]
        ]
        if choses:
            lignes.append(titre)
            for le, quoi, fiche, adresse in sorted(choses, key=lambda chose: (chose[0], chose[3])):
                lignes += [
                    f"- {quoi}, pour le {date_courte(le)} ({_nom(fiche)})",
                    f"  {settings.ADRESSE}{adresse}",
                ]
            lignes.append("")
    if resume.reunions:
        lignes.append("Vos réunions")
        for reunion in resume.reunions:
            lignes += _lignes_de_reunion(reunion)
        lignes.append("")
    lignes += _a_valider(resume)
    lignes += [
        f"Votre calendrier : {settings.ADRESSE}{reverse('programme:calendrier')}?vue=suivies",
        f"Pour ne plus recevoir ce résumé : {settings.ADRESSE}{reverse('programme:rappels')}",
    ]
    return sans_insecables("\n".join(lignes))


def _lignes_de_reunion(reunion: Reunion) -> list[str]:
    debut = timezone.localtime(reunion.debut)
    lieu = f", {reunion.lieu}" if reunion.lieu else ""
    lignes = [f"- {date_courte(debut)} à {debut:%H h %M}{lieu} : {reunion.titre} ({_nom(reunion.fiche)})"]
    lignes += [f"    . {point.strip()}" for point in reunion.ordre_du_jour.splitlines() if point.strip()]
    return [*lignes, f"  {settings.ADRESSE}{reverse('programme:reunion', args=[reunion.pk])}"]


def _a_valider(resume: Resume) -> list[str]:
    comptes = (
        (resume.temps, "temps à valider", "temps à valider", "programme:temps_a_valider"),
        (resume.couts, "coût à valider", "coûts à valider", "programme:temps_a_valider"),
        (resume.mesures, "mesure à valider", "mesures à valider", "programme:mesures_a_valider"),
    )
    lignes = []
    for combien, un, plusieurs, page in comptes:
        if combien:
            lignes += [f"- {pluriel(combien, un, plusieurs)}", f"  {settings.ADRESSE}{reverse(page)}"]
    return ["À valider", *lignes, ""] if lignes else []


def _nom(fiche: Fiche) -> str:
    return f"fiche {fiche.numero}, {fiche.titre_court}, {fiche.annee}"

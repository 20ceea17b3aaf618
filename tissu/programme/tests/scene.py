"""Une scène complète du partenariat : un objet de chaque sorte, et pour chacun un envoi qui le changerait."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from tissu.programme.choices import EtatFiche, TypeRevue
from tissu.programme.models import Avenant, Fiche, JourPasse, Revue
from tissu.programme.operations import couts, echeances, livrables, mesures, reunions, revues, series, temps
from tissu.programme.rules.indicateurs import periodes_de
from tissu.programme.tests import fabrique

AU = datetime(2024, 6, 10, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Envoi:
    """Un formulaire et qui peut l'envoyer."""

    nom: str
    cles: tuple[Any, ...]
    donnees: dict[str, Any]
    qui: str = "cci"

    @property
    def adresse(self) -> str:
        return reverse(f"programme:{self.nom}", args=self.cles)


class Scene:
    """Une fiche signée à avenant ouvert, une autre sans, une en préparation, une close ; un objet de chaque sorte."""

    def __init__(self) -> None:
        self.cci = fabrique.personne("charge_mission", organisation="cci")
        self.metropole = fabrique.personne("charge_mission", organisation="metropole")
        self.signee = fabrique.fiche(1, maitres=["cci"])
        self.avenant = Avenant.objects.create(
            fiche=self.signee, numero=1, objet="Essai", effet_le=AU.date(), cree_par=self.cci, cree_le=AU
        )
        self.sans_avenant = fabrique.fiche(2)
        self.preparee = fabrique.fiche(3, etat=EtatFiche.PREPARATION)
        self.fausse = fabrique.fiche(4, total_declare_eur=Decimal(1))
        self.ligne = self.signee.lignes.get(libelle="Entretiens")
        self.apport = fabrique.contribution(self.signee, "Agence d'essai", 100)
        self.critere = fabrique.critere(self.signee)
        self.a_mesurer = fabrique.critere(self.signee, "a_mesurer")
        periode = periodes_de(2024, 1, "annee")[0]
        saisie = mesures.Saisie(periode=periode, valeur=Decimal(3), source="Essai")
        self.mesure = mesures.saisir_mesure(critere=self.critere, saisie=saisie, auteur=self.metropole, au=AU)
        self.echeance = echeances.creer_echeance(
            fiche=self.signee, type="tache", titre="Écrire", echeance=date(2024, 9, 1), auteur=self.cci, au=AU
        )
        contenu = reunions.ContenuDeReunion(
            titre="Point", debut=datetime(2024, 5, 1, 9, tzinfo=UTC), invites=(self.metropole,)
        )
        self.reunion = reunions.creer_reunion(fiche=self.signee, contenu=contenu, auteur=self.cci, au=AU)
        self.serie = series.creer_serie(
            fiche=self.signee, contenu=reunions.ContenuDeReunion("Suivi", datetime(2026, 12, 1, 9, tzinfo=UTC)),
            frequence="mensuelle", repere="rang", jusqu_au=date(2027, 3, 1), auteur=self.cci, au=AU,
        )  # fmt: skip
        self.a_dater = series.promettre_serie(
            fiche=self.signee, titre="À dater", frequence="mensuelle", auteur=self.cci
        )
        self.livrable = livrables.promettre_livrable(
            fiche=self.signee, titre="Note", attendu_le=date(2024, 9, 1), auteur=self.cci, au=AU
        )
        self.remis = livrables.promettre_livrable(
            fiche=self.signee, titre="Carte", attendu_le=date(2024, 4, 1), auteur=self.cci, au=AU
        )
        livrables.remettre_livrable(
            livrable=self.remis, revision=self.remis.revision, le=date(2024, 4, 1),
            adresse="https://essai.example/", auteur=self.cci, au=AU,
        )  # fmt: skip
        self.autre_convention = fabrique.convention(2018, 2020, titre="Autre convention")
        donnees = {"ligne": self.ligne, "date_facture": AU.date(), "fournisseur": "Essai", "libelle": "Brochure",
                   "montant_eur": Decimal(60), "taxes": "ht", "paye_le": None}  # fmt: skip
        autre = fabrique.personne("charge_mission", organisation="cci", cle="collegue")
        self.cout = couts.saisir_cout(fiche=self.signee, donnees=donnees, auteur=autre, au=AU)
        temps.enregistrer_semaine(
            personne=autre, lundi=date(2024, 6, 3), au=AU,
            cases={(self.ligne.pk, date(2024, 6, 3)): temps.CaseSaisie(Decimal(0), Decimal(1))},
        )  # fmt: skip
        temps.soumettre_semaine(personne=autre, lundi=date(2024, 6, 3), au=AU)
        self.revue = revues.ouvrir(convention=self.signee.convention, annee=2024, type=TypeRevue.MI_PARCOURS,
                                   au=AU.date(), auteur=self.cci, le=AU)  # fmt: skip
        self.arretee, self.verrouillee = self._autres_revues()

    def _autres_revues(self) -> tuple[Revue, Revue]:
        """Un point à mi-parcours arrêté, et un bilan verrouillé dont la fiche est close."""
        fabrique.fiche(5, 2025)
        self.close = fabrique.fiche(6, 2023)
        rendues = []
        for annee, type_, signataires in (
            (2025, TypeRevue.MI_PARCOURS, []), (2023, TypeRevue.BILAN_ANNUEL, [self.cci, self.metropole]),
        ):  # fmt: skip
            revue = revues.ouvrir(convention=self.signee.convention, annee=annee, type=type_, au=AU.date(),
                                  auteur=self.cci, le=AU)  # fmt: skip
            empreinte = revues.arreter(revue=revue, auteur=self.cci, au=AU).empreinte
            for qui in signataires:
                revues.donner_accord(revue=revue, empreinte=empreinte, auteur=qui, au=AU)
            rendues.append(Revue.objects.get(pk=revue.pk))
        return rendues[0], rendues[1]

    def envois(self) -> list[Envoi]:
        signee, fiche = self.signee, Fiche.objects.get(pk=self.signee.pk)
        lu, jour = {"revision": fiche.revision}, "2024-07-01"
        reunion = {"titre": "Autre", "jour": jour, "heure": "10:00", "duree_minutes": "60"}
        serie = reunion | {"jour": "2026-12-10", "frequence": "mensuelle", "repere": "rang", "jusqu_au": "2027-06-01"}
        cout = {"ligne": self.ligne.pk, "libelle": "Autre", "fournisseur": "x", "date_facture": "2024-06-01",
                "montant_eur": "70", "taxes": "ht"}  # fmt: skip
        temps_soumis = JourPasse.objects.get()
        figure = self.verrouillee.figures.filter(valeur__isnull=False)[0]
        return [
            Envoi("convention_modifier", (self.autre_convention.pk,), self._convention() | {"titre": "Renommée"}),
            Envoi("decider", (self.fausse.pk,), {"code": "somme_differente", "issue": "retenir_calcule",
                                                 "motif": "Essai"}),
            Envoi("lignes", (signee.pk,), lu | {"libelle-n1": "Neuve", "nature-n1": "debours", "montant-n1": "10",
                                                **self._lignes()}),
            Envoi("taux", (signee.pk,), lu | {"debut": jour, "montant_eur": "710"}),
            Envoi("contribution_nouvelle", (signee.pk,), lu | {"financeur": "x", "etat": "prevue"}),
            Envoi("contribution", (signee.pk, self.apport.pk), lu | {"financeur": "x", "etat": "prevue"}),
            Envoi("cibles", (signee.pk,), lu | {f"cible-{self.critere.pk}": "12"}),
            Envoi("textes", (signee.pk,), lu | {"objectifs": "Autre objectif."}),
            Envoi("identite", (signee.pk,), lu | {"titre": "Autre", "titre_court": "x", "premier_mois": "1",
                                                  "maitres": [fabrique.partenaire("cci").pk]}),
            Envoi("signer", (self.preparee.pk,), {}),
            Envoi("avenant_nouveau", (self.sans_avenant.pk,), {"objet": "x", "effet_le": jour}),
            Envoi("avenant_signer", (signee.pk, self.avenant.pk), {"signe_le": jour}),
            Envoi("mesures_recalculer", (signee.pk,), {}),
            Envoi("mesure_saisir", (self.a_mesurer.pk,), {"periode": "2024-S1", "valeur": "2", "source": "x"}),
            Envoi("mesure_valider", (self.mesure.pk,), {}),
            Envoi("mesure_refuser", (self.mesure.pk,), {"motif": "Non."}),
            Envoi("revues", (), {"convention": signee.convention_id, "annee": "2025", "type": "bilan_annuel",
                                 "au": jour}),
            Envoi("revue_geste", (self.revue.pk,), {"geste": "rafraichir"}),
            Envoi("revue_geste", (self.arretee.pk,), {"geste": "rouvrir", "motif": "x"}),
            Envoi("revue_accord", (self.arretee.pk,), {"empreinte": self.arretee.empreinte}),
            Envoi("revue_mots", (self.revue.pk,), {"geste": "introduire", "texte": "x",
                                                   "revision": self.revue.revision}),
            Envoi("revue_mots", (self.revue.pk,), {"geste": "commenter", "texte": "x", "revision": "0"}),
            Envoi("revue_fiche", (self.revue.pk, signee.pk), {"geste": "commenter", "texte": "x", "revision": "0"}),
            Envoi("revue_fiche", (self.revue.pk, signee.pk), {"geste": "proposer", "suite": "reconduire", "texte": "x",
                                                              "revision": "0"}),
            Envoi("revue_figure", (figure.pk,), {"valeur": "1", "motif": "x"}),
            Envoi("regle_d_aide", (signee.pk,), {"regle": "protect_eau"} | self._postes()),
            Envoi("cout_nouveau", (signee.pk,), cout),
            Envoi("cout_retirer", (self.cout.pk,), {}),
            Envoi("semaine", ("2024-S24",), {"ligne": self.ligne.pk, f"c-{self.ligne.pk}-2024-06-10": "1",
                                             "geste": "enregistrer"}),
            Envoi("temps_a_valider", (), {"lot": str(temps_soumis.pk), "cout": self.cout.pk, "geste": "valider"}),
            Envoi("de_minimis", (), {"fiche": signee.pk, "siren": "552100554", "denomination": "x",
                                     "montant_eur": "10", "octroyee_le": "2024-05-01", "autres_aides_eur": "0"}),
            Envoi("echeance_nouvelle", (signee.pk,), {"type": "tache", "titre": "x", "le": jour}),
            Envoi("echeance", (self.echeance.pk,), {"titre": "Autre", "le": "2024-09-01",
                                                    "revision": self.echeance.revision}),
            Envoi("echeance_etat", (self.echeance.pk,), {"geste": "faite", "revision": self.echeance.revision}),
            Envoi("reunion_nouvelle", (signee.pk,), reunion),
            Envoi("reunion_modifier", (self.reunion.pk,), reunion | {"revision": self.reunion.revision}),
            Envoi("reunion_annuler", (self.reunion.pk,), {"motif": "x", "revision": self.reunion.revision}),
            Envoi("reunion_presences", (self.reunion.pk,), {"nom": "Une invitée"}),
            Envoi("compte_rendu", (self.reunion.pk,), {"texte": "x", "revision": self.reunion.revision}),
            Envoi("reunion_decision", (self.reunion.pk,), {"texte": "x"}),
            Envoi("serie_nouvelle", (signee.pk,), serie),
            Envoi("serie_dater", (self.a_dater.pk,), serie),
            Envoi("serie_prolonger", (self.serie.pk,), {"jusqu_au": "2027-09-01"}),
            Envoi("serie_arreter", (self.serie.pk,), {"motif": "x"}),
            Envoi("livrable_nouveau", (signee.pk,), {"titre": "x"}),
            Envoi("livrable", (self.livrable.pk,), {"le": "2024-06-01", "adresse": "https://essai.example/",
                                                    "revision": self.livrable.revision}),
            Envoi("livrable_modifier", (self.livrable.pk,), {"titre": "Autre", "revision": self.livrable.revision}),
            Envoi("livrable_retirer", (self.remis.pk,), {"motif": "x", "revision": self.remis.revision}),
            Envoi("revue_suite", (self.verrouillee.pk,), {"convention": signee.convention_id,
                                                          "fiches": [self.close.pk]}),
            Envoi("convention_signer", (signee.convention_id,),
                  {"fiche": f"{self.preparee.pk}-{self.preparee.revision}"}),
        ]  # fmt: skip

    def _convention(self) -> dict[str, Any]:
        une = self.autre_convention
        return {"debut": une.debut, "fin": une.fin, "taux_jour_eur": "700",
                "partenaires": [o.pk for o in une.partenaires.all()]}  # fmt: skip

    def _lignes(self) -> dict[str, Any]:
        return {
            f"{champ}-{une.pk}": valeur
            for une in self.signee.lignes.all()
            for champ, valeur in (("libelle", une.libelle), ("nature", une.nature), ("jours", une.jours),
                                  ("montant", une.montant_eur))
        }  # fmt: skip

    def _postes(self) -> dict[str, Any]:
        return {f"poste_{une.pk}": "" for une in self.signee.lignes.all()}

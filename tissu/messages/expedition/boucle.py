"""La boucle d'un opérateur : tenir la ligne, prendre, remettre, noter ce qui revient, régler l'incertain.

Ce qui est pris est marqué en vol dans la base avant de partir. Tuée à n'importe quel instant, la boucle laisse au plus
sa fenêtre en vol ; le poste suivant la dit incertaine.
"""

import logging
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from tissu.messages.canaux.ligne import Evenement, Ligne, LigneCoupee, Operateur, Refuse
from tissu.messages.canaux.reglages import operateurs, ouvrir_ligne
from tissu.messages.choices import Canal
from tissu.messages.models import Poste
from tissu.messages.operations import departs, incertaines, postes, retours
from tissu.messages.operations.departs import Lien
from tissu.messages.queries.operateurs import operateur_de_service
from tissu.messages.queries.reglages import silence_d_un_mort
from tissu.messages.rules.cadence import Cadence

journal = logging.getLogger(__name__)

ATTENTE_S = 0.02
REPOS_S = 0.2
RONDE_S = 1.0
JUGEMENT_S = 15.0
APRES_UN_DEFAUT_S = 5.0
REPONSE_ATTENDUE = timedelta(seconds=60)
QUESTIONS_PAR_RONDE = 10
RETABLIR_S = (0.2, 0.5, 1.0, 2.0, 5.0)
BASE_ABSENTE = (OperationalError, InterfaceError)


class Boucle:
    """Une boucle par opérateur. `declares` : tous les opérateurs du même canal, le préféré d'abord."""

    def __init__(
        self, operateur: Operateur, declares: tuple[Operateur, ...], canal: Canal, *, lien: Lien | None = None
    ) -> None:
        self.operateur, self.declares, self.canal, self.lien = operateur, declares, canal, lien
        self.arret = threading.Event()
        self.ligne: Ligne = ouvrir_ligne(operateur)
        self.ouverte = False
        self.erreur = ""
        self.ecoutee_depuis = timezone.now()
        self.poste: Poste | None = None
        self.en_vol: dict[int, float] = {}
        self.a_noter: list[Evenement] = []
        self.cadence = Cadence(operateur.debit)
        self.ronde_le = self.juge_le = 0.0
        self.partis = 0
        self.echecs_d_ouverture = 0
        self.rouvrir_le = 0.0

    def tourner(self, *, jusqu_a_vide: bool = False) -> None:
        """Tourne jusqu'à `arreter` ; avec `jusqu_a_vide`, jusqu'à ce que rien n'attende ni ne soit en vol."""
        while not self.arret.is_set():
            try:
                fait = self._tour()
            except postes.PostePerdu as erreur:
                journal.warning("%s", erreur)
                self._oublier()
            except BASE_ABSENTE as erreur:
                # La base s'est arrêtée : ce qui est revenu attend en mémoire d'y être noté.
                journal.warning("Base injoignable, %s attend : %s", self.operateur.nom, erreur)
                connections.close_all()
                self.arret.wait(REPOS_S)
                self.ecoutee_depuis = timezone.now()
            except Exception:
                # Un défaut d'une ligne n'arrête ni cette boucle ni les autres ; le journal le dit.
                journal.exception("Défaut dans l'envoi de %s", self.operateur.nom)
                self._oublier()
                self.arret.wait(APRES_UN_DEFAUT_S)
            else:
                if jusqu_a_vide and not fait and not self.en_vol and not self.a_noter:
                    break
                if not fait and not self.en_vol:
                    self.arret.wait(self.cadence.attente(time.monotonic()) or REPOS_S)
        self._rendre()

    def arreter(self) -> None:
        """Demande l'arrêt ; ce qui est en vol garde une seconde pour revenir."""
        self.arret.set()

    def _tour(self) -> bool:
        """Un tour ; rend vrai s'il s'est passé quelque chose."""
        if self.poste is None and not self._prendre_le_poste():
            return False
        try:
            # Ce qui est déjà revenu se note avant que la ronde ne juge d'un silence.
            self._noter()
            self._ronde()
            if not self.ouverte and not self._ouvrir():
                return False
            self._lire(self._patience() if self.en_vol else 0.0)
            revenus = self._noter()
            return self._remettre() or revenus
        except LigneCoupee as erreur:
            self._perdre_la_ligne(str(erreur))
            return True

    def _prendre_le_poste(self) -> bool:
        try:
            self.poste = postes.ouvrir_poste(operateur=self.operateur.nom, au=timezone.now())
        except postes.PosteTenu:
            return False
        self.en_vol, self.a_noter, self.ronde_le = {}, [], 0.0
        return True

    def _ouvrir(self) -> bool:
        maintenant = time.monotonic()
        if maintenant < self.rouvrir_le:
            return False
        try:
            self.ligne.ouvrir()
        except LigneCoupee as erreur:
            attente = RETABLIR_S[min(self.echecs_d_ouverture, len(RETABLIR_S) - 1)]
            self.echecs_d_ouverture += 1
            self.rouvrir_le, self.erreur, self.ronde_le = maintenant + attente, str(erreur), 0.0
            return False
        self.ouverte, self.erreur, self.echecs_d_ouverture, self.ronde_le = True, "", 0, 0.0
        self.ecoutee_depuis = timezone.now()
        self._ronde()
        return True

    def _lire(self, attente_s: float) -> None:
        revenus = self.ligne.lire(attente_s)
        self.a_noter += revenus
        for evenement in revenus:
            if (partie := getattr(evenement, "partie", None)) is not None:
                self.en_vol.pop(partie, None)
            if isinstance(evenement, Refuse) and evenement.freiner:
                self.cadence.freiner(time.monotonic())

    def _patience(self) -> float:
        """Combien attendre une réponse avant de regarder s'il reste à remettre."""
        return min(self.cadence.attente(time.monotonic()) or ATTENTE_S, ATTENTE_S)

    def _noter(self) -> bool:
        if not self.a_noter:
            return False
        assert self.poste is not None
        a_noter = self.a_noter
        retours.noter(poste=self.poste, evenements=a_noter, au=timezone.now())
        self.a_noter = []
        if self.ouverte:
            self.ligne.accuser(a_noter)
        return True

    def _remettre(self) -> bool:
        assert self.poste is not None
        places = self.cadence.places(time.monotonic(), self.operateur.fenetre - len(self.en_vol))
        if places <= 0 or not departs.attendent(canal=self.canal, au=timezone.now()) or not self._est_de_service():
            return False
        prises = departs.prendre(poste=self.poste, canal=self.canal, places=places, au=timezone.now(), lien=self.lien)
        prises_le = time.monotonic()
        for rang, depart in enumerate(prises.departs):
            # Une machine endormie entre la prise et le départ ne part plus : un autre a pu prendre sa suite.
            if time.monotonic() - prises_le > settings.MESSAGES_BAIL_S / 3:
                departs.relacher(
                    poste=self.poste, parties=[un.partie for un in prises.departs[rang:]], au=timezone.now()
                )
                return True
            self.en_vol[depart.partie] = time.monotonic()
            try:
                self.ligne.soumettre(depart)
            except LigneCoupee:
                # Celui-ci a pu partir à moitié : il est en doute. Les suivants ne sont pas partis.
                departs.relacher(
                    poste=self.poste, parties=[un.partie for un in prises.departs[rang + 1 :]], au=timezone.now()
                )
                raise
        self.cadence.partis(prises_le, len(prises.departs))
        self.partis += len(prises.departs)
        return bool(prises.departs) or prises.ecartees > 0

    def _est_de_service(self) -> bool:
        if len(self.declares) == 1:
            return True
        de_service = operateur_de_service(self.declares, au=timezone.now(), silence=silence_d_un_mort())
        return de_service == self.operateur.nom

    def _ronde(self) -> None:
        """Une fois par seconde : battre, douter de ce qui ne répond plus, régler, demander ; juger, moins souvent."""
        maintenant = time.monotonic()
        if maintenant - self.ronde_le < RONDE_S:
            return
        assert self.poste is not None
        au, nom = timezone.now(), self.operateur.nom
        depuis = self.ecoutee_depuis if self.ouverte else None
        postes.battre(poste=self.poste, ecoutee_depuis=depuis, erreur=self.erreur, au=au)
        postes.douter(operateur=nom, motif="L'opérateur n'a pas répondu.", prises_avant=au - REPONSE_ATTENDUE)
        limite = maintenant - REPONSE_ATTENDUE.total_seconds()
        self.en_vol = {partie: le for partie, le in self.en_vol.items() if le > limite}
        incertaines.regler(operateur=nom, au=au)
        if maintenant - self.juge_le >= JUGEMENT_S:
            incertaines.juger(operateur=nom, au=au)
            self.juge_le = maintenant
        self.cadence.suivre(maintenant)
        if self.ouverte:
            for identifiant in incertaines.a_interroger(operateur=nom, au=au, au_plus=QUESTIONS_PAR_RONDE):
                self.ligne.interroger(identifiant)
        self.ronde_le = maintenant

    def _perdre_la_ligne(self, motif: str) -> None:
        """La ligne est coupée : ce qui n'a pas eu de réponse est incertain."""
        self.ouverte, self.erreur, self.ronde_le = False, motif, 0.0
        self._noter()
        postes.douter(operateur=self.operateur.nom, motif="La ligne s'est coupée pendant l'envoi.")
        self.en_vol = {}

    def _oublier(self) -> None:
        """Laisse le poste et la ligne ; qui prendra la suite dira de ce qui est en vol que c'est incertain."""
        self.ligne.fermer()
        self.ouverte, self.poste, self.en_vol, self.a_noter = False, None, {}, []

    def _rendre(self) -> None:
        """À l'arrêt : une seconde pour que ce qui est en vol revienne, puis la ligne et le poste sont rendus."""
        limite = time.monotonic() + 1.0
        try:
            while self.ouverte and self.en_vol and time.monotonic() < limite:
                self._lire(ATTENTE_S)
            self._noter()
        except LigneCoupee:
            self.ouverte = False
        except (*BASE_ABSENTE, postes.PostePerdu):
            journal.warning("Arrêt de %s sans avoir pu tout noter", self.operateur.nom)
        self.ligne.fermer()
        if self.poste is not None:
            try:
                postes.fermer_poste(poste=self.poste, au=timezone.now())
            except BASE_ABSENTE:
                journal.warning("Poste de %s laissé ouvert : la base est injoignable", self.operateur.nom)
        connections.close_all()


def boucles(*, lien: Lien | None = None) -> list[Boucle]:
    """Une boucle par opérateur déclaré, SMS et courriel."""
    sms, courriel = operateurs(Canal.SMS), operateurs(Canal.COURRIEL)
    return [
        *(Boucle(un, sms, Canal.SMS) for un in sms),
        *(Boucle(un, courriel, Canal.COURRIEL, lien=lien) for un in courriel),
    ]

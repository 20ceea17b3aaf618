"""L'envoi des SMS, contre un vrai serveur SMPP local : `python -m bench.messages [--destinataires 100000]`.

Dans une base SQLite neuve et jetable : une alerte de 1 200 destinataires chez un opérateur qui accepte 25 SMS par
seconde, rapportée à ce que ce débit permet ; un envoi de 100 000 chez un opérateur sans limite, son débit, et si la
mémoire monte. Le serveur, l'exécutant et la base partagent la machine.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from bench.base import base_jetable

ALERTE = 1200
DEBIT = 25.0
FOIS_AU_PLUS = 1.1
SANS_LIMITE_AU_MOINS = 1000.0
FENETRE = 200
MEMOIRE_EN_PLUS_MO = 60.0


def main() -> None:
    """Imprime les mesures, et sort en erreur si l'une est hors de sa limite."""
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--destinataires", type=int, default=100_000)
    options = lecteur.parse_args()
    with base_jetable("messagerie"):
        rates = [*a_vingt_cinq_par_seconde(), *sans_limite(options.destinataires)]
    if rates:
        sys.exit(f"Hors des limites : {', '.join(rates)}.")


def a_vingt_cinq_par_seconde() -> list[str]:
    """1 200 SMS chez un opérateur qui en refuse plus de 25 par seconde."""
    duree, _ = envoyer(ALERTE, fait="25/s", debit=DEBIT, refuse_au_dela=DEBIT)
    ideal = ALERTE / DEBIT
    print(f"1 200 SMS à 25/s : {duree:.1f} s, {duree / ideal:.3f} fois les {ideal:.0f} s que ce débit permet")
    return ["débit de 25/s"] if duree > FOIS_AU_PLUS * ideal else []


def sans_limite(destinataires: int) -> list[str]:
    """Un grand envoi chez un opérateur sans limite : le débit, et la mémoire entre le premier dixième et la fin."""
    duree, memoire = envoyer(destinataires, fait="grand")
    debit = destinataires / duree
    print(
        f"{destinataires} SMS sans limite : {debit:.0f} SMS/s ; mémoire, {memoire:+.0f} Mo du premier dixième à la fin"
    )
    return [
        *(["débit sans limite"] if debit < SANS_LIMITE_AU_MOINS else []),
        *(["mémoire"] if memoire > MEMOIRE_EN_PLUS_MO else []),
    ]


def envoyer(combien: int, *, fait: str, debit: float = 0.0, refuse_au_dela: float | None = None) -> tuple[float, float]:
    """Les secondes de la première prise à la dernière remise à l'opérateur, et les Mo gagnés en route."""
    from threading import Thread

    from django.db.models import Max, Min
    from django.utils import timezone

    from tissu.messages.choices import Canal
    from tissu.messages.expedition.boucle import Boucle
    from tissu.messages.models import Partie
    from tissu.messages.operations import deposer
    from tissu.messages.tests.fabrique import Alerte, numeros, par_smpp
    from tissu.messages.tests.smsc import Smsc

    debut = time.monotonic()
    envoi = deposer(Alerte(numeros(combien), fait=fait), auteur=None, au=timezone.now())
    print(f"  {combien} déposés en {time.monotonic() - debut:.1f} s", flush=True)
    parties = Partie.objects.filter(remise__envoi=envoi)
    with Smsc({"tissu": {"debit": refuse_au_dela}}) as smsc:
        operateur = par_smpp(smsc.port, debit=debit, fenetre=FENETRE)
        boucle = Boucle(operateur, (operateur,), Canal.SMS)
        fil = Thread(target=boucle.tourner)
        fil.start()
        au_dixieme = 0.0
        while parties.filter(etat__in=("attente", "en_vol")).exists():
            if not au_dixieme and boucle.partis >= combien / 10:
                au_dixieme = memoire_mo()
            time.sleep(0.2)
        boucle.arreter()
        fil.join()
    bornes = parties.aggregate(debut=Min("prise_le"), fin=Max("remise_le"))
    return (bornes["fin"] - bornes["debut"]).total_seconds(), memoire_mo() - au_dixieme


def memoire_mo() -> float:
    """La mémoire la plus haute de ce processus."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

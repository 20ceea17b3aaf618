"""Lire les zones : leur liste, et combien d'établissements actifs y tombent."""

from tissu.entrepot.instantane import RegistreAbsent, courant


def actifs_par_zone() -> dict[str, int]:
    """Nombre d'établissements actifs par zone dans la version courante ; vide sans registre."""
    try:
        instantane = courant()
    except RegistreAbsent:
        return {}
    appartenances = instantane.table("etablissements_zones")
    etablissements = instantane.table("etablissements")
    actifs = etablissements.filter(etablissements.etat == "A").select("siret")
    jointure = appartenances.inner_join(actifs, "siret")
    comptes = jointure.group_by("zone_id").agg(combien=jointure.count())
    return {ligne["zone_id"]: ligne["combien"] for ligne in instantane.executer(comptes)}

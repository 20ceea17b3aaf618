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


def actifs_par_commune() -> dict[str, int]:
    """Nombre d'établissements actifs par code de commune dans la version courante. Lève `RegistreAbsent`."""
    instantane = courant()
    etablissements = instantane.table("etablissements")
    actifs = etablissements.filter(etablissements.etat == "A")
    comptes = actifs.group_by("code_commune").agg(combien=actifs.count())
    return {ligne["code_commune"]: ligne["combien"] for ligne in instantane.executer(comptes)}

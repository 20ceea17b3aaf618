"""Propriétés des périodes et des événements, sur des histoires tirées au hasard et recomptées naïvement."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tissu.registre import rules
from tissu.registre.tests.fabrique import composer, etablissement, par, periode

JOURS = st.integers(min_value=0, max_value=60).map(lambda rang: date(2015, 1, 1) + timedelta(days=97 * rang))
HISTOIRE = st.lists(
    st.tuples(st.one_of(JOURS, JOURS, JOURS, st.none()), st.sampled_from(["A", "F", "A", "F", None])),
    min_size=1, max_size=7, unique_by=lambda ligne: ligne[0],
)  # fmt: skip
ENTREES = {"creation_pure", "etablissement_secondaire"}


def mouvements_attendus(histoire):
    """Recompte naïf : passages de A à F, et de F à A avec leur durée, l'état vide ignoré."""
    connues = [ligne for ligne in sorted(histoire, key=lambda ligne: ligne[0] or date.min) if ligne[1]]
    fermetures, reouvertures, fermee_le = [], [], None
    for (_, avant), (jour, etat) in pairwise(connues):
        if (avant, etat) == ("A", "F"):
            fermetures.append(jour)
            fermee_le = jour
        elif (avant, etat) == ("F", "A"):
            debut = fermee_le or next(jour_f for jour_f, etat_f in connues if etat_f == "F")
            limite = debut.replace(year=debut.year + 1) if debut else None
            reouvertures.append((jour, "reactivation" if limite is None or jour > limite else "interruption_courte"))
            fermee_le = None
    return fermetures, reouvertures


# Sans réduction : une seule composition dure une seconde, et l'histoire fautive se lit telle quelle.
@settings(max_examples=5, phases=[Phase.explicit, Phase.reuse, Phase.generate], print_blob=False)
@given(st.lists(HISTOIRE, min_size=15, max_size=40))
def test_proprietes_des_periodes(histoires):
    stock, historique = [], []
    for rang, histoire in enumerate(histoires):
        siret = f"{rang:09d}00011"
        for jour, etat in histoire:
            historique.append(periode(siret, jour or "1900-01-01", etat))
        dernier = max(histoire, key=lambda ligne: ligne[0] or date.min)
        stock.append(
            etablissement(siret, dateDebut=dernier[0], etatAdministratifEtablissement=dernier[1],
                          dateCreationEtablissement="2014-01-01")
        )  # fmt: skip
    tables = composer(sirene_etablissements=stock, sirene_historique=historique)
    for rang, histoire in enumerate(histoires):
        siret = f"{rang:09d}00011"
        _verifier_periodes([p for p in tables["periodes"] if p["siret"] == siret], histoire)
        obtenus = [e for e in tables["evenements"] if e["siret"] == siret]
        fermetures, reouvertures = mouvements_attendus(histoire)
        assert sorted(e["date_effet"] for e in obtenus if e["type"] == "fermeture_etablissement") == fermetures
        assert sorted(
            (e["date_effet"], e["type"]) for e in obtenus if e["type"] in ("reactivation", "interruption_courte")
        ) == sorted(reouvertures)
        ligne = par(tables["etablissements"], "siret")[siret]
        attendue = rules.date_fermeture([rules.Periode(*valeurs) for valeurs in histoire])
        assert ligne["date_fermeture"] == attendue
        assert ligne["nombre_periodes"] == len(histoire)


def _verifier_periodes(periodes, histoire):
    """Aucune ne manque, aucune ne se chevauche, chacune finit la veille de la suivante."""
    ordonnees = sorted(periodes, key=lambda p: p["date_debut"] or date.min)
    assert {(p["date_debut"], p["etat"]) for p in ordonnees} == set(histoire)
    for avant, apres in pairwise(ordonnees):
        assert avant["date_fin"] == apres["date_debut"] - timedelta(days=1)
    assert ordonnees[-1]["date_fin"] is None

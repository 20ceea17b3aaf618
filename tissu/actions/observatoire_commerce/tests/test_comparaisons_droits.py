"""Les comparaisons, rôle par rôle : qui lit, qui importe et juge."""

from pathlib import Path

import pytest

from tissu.actions.observatoire_commerce.models import LigneEnQuarantaine, ValeurComparee
from tissu.actions.observatoire_commerce.tests.test_comparaisons import Connecter, adresse, importer
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests.fabrique import personne

LECTURE = {Role.CHARGE_MISSION, Role.CHARGE_FILIERE, Role.ELU, Role.LECTEUR, Role.AGENCE}


@pytest.mark.parametrize("role", list(Role))
def test_qui_entre(role: Role, tmp_path: Path, mission: Personne, connecte: Connecter) -> None:
    importer(tmp_path, mission, {}, {"ville": "Beta", "valeur": "huit"})
    valeur, ligne = ValeurComparee.objects.get(), LigneEnQuarantaine.objects.get()
    lisibles = [adresse("comparer"), adresse("comparaisons_methode"), adresse("comparer_lignes"), adresse("villes"),
                adresse("ville", valeur.ville_id), adresse("comparer_fichier", "csv")]  # fmt: skip
    reservees = [adresse("villes_importer"), adresse("villes_import", ligne.importation_id),
                 adresse("villes_corriger", ligne.pk), adresse("valeur_juger", valeur.pk),
                 adresse("criteres", "commune"), adresse("villes_modele", "csv")]  # fmt: skip
    for organisation in ("cci", "agence"):
        client = connecte(personne(role, organisation=organisation))
        for page in lisibles:
            assert client.get(page).status_code == (200 if role in LECTURE else 403), page
        ecrit = role == Role.CHARGE_MISSION and organisation == "cci"
        for page in reservees:
            assert client.get(page).status_code == (200 if ecrit else 403), page

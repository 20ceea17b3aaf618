"""Un courriel a son texte et sa page, sans espace insécable."""

from django.core import mail

from tissu.socle.courriels import envoyer_courriel


def test_un_courriel_a_son_texte_et_sa_page() -> None:
    envoyer_courriel(
        objet="3\u00a0locaux", gabarit="comptes/courriels/invitation", a="a@essai.example",
        contexte={"invitation": {"prenom": "Camille", "invitee_par": "Sacha", "organisation": "Essai",
                                 "expire_le": None}, "lien": "https://exemple.fr/", "plateforme": "L\u202fEssai"},
    )  # fmt: skip
    [courriel] = mail.outbox
    assert courriel.subject == "3 locaux"
    assert "de L Essai" in str(courriel.body)
    [(page, nature)] = courriel.alternatives  # type: ignore[attr-defined]
    assert nature == "text/html"
    assert "Camille" in page

"""Les textes de la chambre : ceux qu'elle a écrits, sinon ceux d'origine ; et un texte en blocs de document."""

from datetime import UTC, datetime

from tissu.actions.alerte_commerce.choices import UsageDuTexte
from tissu.actions.alerte_commerce.models import TexteImprime
from tissu.actions.alerte_commerce.rules.textes import blocs
from tissu.publications.contenu import Bloc, Intertitre, Liste, Paragraphe

_DEPLIANT = """## Comment cela marche

- Un commerce victime d'un vol, d'une escroquerie ou d'une violence appelle le 17, dans l'heure.
- Les forces de l'ordre vérifient et décident, seules, d'alerter les commerces voisins.
- Vous recevez un SMS : ce qui s'est passé, où, quand, et ce qu'il faut faire.

## Pour en être

- Deux minutes sur votre téléphone : votre commerce, votre mobile, la charte à signer.
- Gratuit, sans compte ni mot de passe. On part quand on veut, et tout s'efface.
- La vitrophanie et le guide de la sécurité vous sont envoyés."""

_LETTRE = """Madame, Monsieur,

{commerce} est installé à {commune}, et n'est pas encore du réseau Alerte Commerce.

Quand un commerce voisin vient d'être volé ou trompé, les forces de l'ordre préviennent par SMS, en quelques minutes, les commerces du réseau. Vous savez alors ce qui s'est passé, où, et ce qu'il faut faire.

- C'est gratuit, sans compte ni mot de passe.
- L'adhésion prend deux minutes, sur {internet} ou par le code ci-dessous.
- Vous recevez la vitrophanie et le guide de la sécurité. Vous partez quand vous voulez, et tout s'efface.

Nous restons à votre disposition, et vous prions d'agréer, Madame, Monsieur, nos salutations distinguées."""  # noqa: E501

_ORIGINE = {
    UsageDuTexte.LETTRE: (
        "Votre commerce prévenu en quelques minutes", "", _LETTRE, "La chambre, animatrice du réseau",
    ),
    UsageDuTexte.DEPLIANT: (
        "Alerte Commerce", "Un délit près de chez vous : un SMS vous prévient en quelques minutes.", _DEPLIANT, "",
    ),
}  # fmt: skip


def texte_imprime(usage: UsageDuTexte) -> TexteImprime:
    """Le texte de la chambre pour cet usage ; celui d'origine, non enregistré, tant qu'elle n'a rien écrit."""
    ecrit = TexteImprime.objects.filter(usage=usage).first()
    if ecrit is not None:
        return ecrit
    titre, accroche, corps, signature = _ORIGINE[usage]
    return TexteImprime(
        usage=usage, titre=titre, accroche=accroche, corps=corps, signature=signature, revision=0,
        modifie_le=datetime(2000, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def en_blocs(corps: str) -> list[Bloc]:
    """Ses paragraphes, ses intertitres et ses listes, dans leur ordre."""
    return [
        Liste(morceau.lignes) if morceau.sorte == "liste"
        else (Intertitre if morceau.sorte == "titre" else Paragraphe)(morceau.lignes[0])
        for morceau in blocs(corps)
    ]  # fmt: skip

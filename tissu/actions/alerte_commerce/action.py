"""La porte de la fiche 3."""

from tissu.socle.action import Action

ACTION = Action(
    slug="alerte_commerce",
    titre="Alerte Commerce",
    titre_court="Alerte Commerce",
    resume="Le réseau des commerçants prévenus par SMS : adhésions, conseils, alertes des forces de l'ordre.",
    urls_publiques="tissu.actions.alerte_commerce.urls.publiques",
    fiche=3,
    messages="tissu.actions.alerte_commerce.messages.MESSAGES",
)

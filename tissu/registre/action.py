"""La porte du registre : un service, mais qui a ses écrans dans la navigation."""

from tissu.socle.action import Action

ACTION = Action(
    slug="registre",
    titre="Registre des établissements",
    titre_court="Registre",
    resume="Tous les établissements du territoire, leurs périodes et ce que l'on en sait.",
)

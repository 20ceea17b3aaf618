"""La porte des locaux : un service, mais qui a ses écrans dans la navigation."""

from tissu.socle.action import Action

ACTION = Action(
    slug="locaux",
    titre="Locaux du territoire",
    titre_court="Locaux",
    resume="Chaque local, ses occupants et ses états dans le temps, les campagnes qui les relèvent.",
)

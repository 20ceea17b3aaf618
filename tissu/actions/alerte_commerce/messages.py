"""Les messages de la fiche 3. Leurs textes sont dans `templates/alerte_commerce/messages/`."""

from tissu.messages.contrat import Message

MESSAGES: tuple[type[Message], ...] = ()

"""Les messages : une action déclare un message, ce service le remet par SMS, par courriel ou dans l'espace personnel.

Il ne connaît aucun métier : une action lui donne un message, des destinataires et des textes ; il tient les choix de
chacun, la boîte d'envoi, les opérateurs, les accusés de réception, et ce qu'il faut effacer.
"""

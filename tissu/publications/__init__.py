"""Les publications : un contenu décrit une fois, rendu en page, PDF, classeur et CSV. Ne connaît aucun métier."""

"""L'exécutant qui vide la boîte d'envoi : une boucle par opérateur."""

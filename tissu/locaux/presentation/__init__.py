"""Ce que les pages des locaux montrent, dans les mots de l'écran."""

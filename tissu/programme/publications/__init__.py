"""Les documents du programme : leur contenu, jamais leur mise en forme."""

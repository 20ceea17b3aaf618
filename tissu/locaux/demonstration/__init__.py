"""Des locaux visiblement fictifs, fabriqués dans la forme du fichier de la ville, puis importés comme un vrai."""

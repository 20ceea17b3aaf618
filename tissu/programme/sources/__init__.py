"""Les fichiers d'où vient un programme : YAML du territoire, classeur."""

"""Les documents de la fiche 7 : contenu du rapport mensuel (`flux`) et de la liste semestrielle (`grands`)."""

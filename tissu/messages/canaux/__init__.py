"""Les lignes par où part un message : SMPP, passerelle HTTP, courriel, fichier. Aucune ne connaît la base."""

"""Les règles des locaux : l'algèbre des histoires, le rapprochement avec le registre, ce qui se compare."""

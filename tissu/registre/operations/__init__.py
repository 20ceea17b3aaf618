"""Les écritures du registre : imports, corrections, zones."""

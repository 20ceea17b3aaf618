"""Lectures de la fiche 7, par sujet : `flux` (rapports mensuels), `grands` (plus de 50), `pistes`, `veilles`."""

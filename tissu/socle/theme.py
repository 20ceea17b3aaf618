def contexte(request): return {}
def feuille_de_couleurs(): return ""

from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "tissu.comptes"
    label = "comptes"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from allauth.mfa import signals as mfa
        from django.contrib.auth import signals

        from tissu.comptes import adaptateur, checks  # noqa: F401
        from tissu.comptes.choices import TypeEvenementDeCompte

        # Le récepteur de Django enregistrerait la fiche, donc une ligne d'historique à chaque connexion.
        signals.user_logged_in.disconnect(dispatch_uid="update_last_login")
        signals.user_logged_in.connect(adaptateur.noter_connexion, dispatch_uid="comptes.connexion")
        signals.user_logged_out.connect(adaptateur.noter_deconnexion, dispatch_uid="comptes.deconnexion")
        for signal, type in (
            (mfa.authenticator_added, TypeEvenementDeCompte.MFA_ACTIVEE),
            (mfa.authenticator_removed, TypeEvenementDeCompte.MFA_RETIREE),
            (mfa.authentication_failed, TypeEvenementDeCompte.MFA_ECHEC),
        ):
            signal.connect(adaptateur.noter_mfa(type), weak=False, dispatch_uid=f"comptes.{type}")

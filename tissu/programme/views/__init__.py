"""Les écrans du partenariat : un module par sujet."""

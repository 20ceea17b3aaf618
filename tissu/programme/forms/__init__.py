"""Les formulaires du partenariat : un module par sujet."""

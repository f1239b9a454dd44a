"""What the application does: one module a verb, collaborators given as arguments."""

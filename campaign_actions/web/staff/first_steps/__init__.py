"""The first steps of an installation: what is done already, and what the overview proposes next."""

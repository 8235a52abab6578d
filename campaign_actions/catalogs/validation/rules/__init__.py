"""Rules about the contents of a translation: one module for each kind of rule."""

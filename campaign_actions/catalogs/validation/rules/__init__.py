"""What a translation must not contain: one module for each kind of rule."""

"""Previews of unpublished campaigns."""

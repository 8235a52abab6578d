"""Scenes of the pages of one campaign and its actions: writing, publishing and moderating them."""

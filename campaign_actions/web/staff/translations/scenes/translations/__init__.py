"""Scenes of the pages about translations: languages, their strings, and files of them."""

"""Scenes of updates to signers."""

"""Differences between two texts of a revision."""

from campaign_actions.campaigns.versioning.history import diff_pieces


def test_long_texts_are_compared_quickly():
    old = "\n\n".join(f"paragraph {n} " + "word " * 20 for n in range(300))
    new = old.replace("paragraph 150", "chapter 150")

    found = [piece for piece in diff_pieces(old, new) if piece[0] != "same"]

    assert found == [("gone", "paragraph"), ("new", "chapter")]

"""Signatures: signing, confirming, withdrawing, finding and exporting them."""

"""Anchors: the head of the audit log, signed with a key outside the database and sent elsewhere.

Anyone who can write to the database can recompute every hash of the log. They cannot sign, and they
cannot recall copies that were sent out.
"""

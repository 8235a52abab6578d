"""Anchors: the head of the audit log, signed with a key outside the database and sent elsewhere.

Whoever can write into the database can compute every hash of the log again. They can not sign, and they
can not take back what was sent out.
"""

"""The states of a signature, and which of them counts.

    pending → confirmed     by the link in the first email
    confirmed → withdrawn   by the link in every email, or by staff when the signer asks
    withdrawn → pending     by signing again
    confirmed ⇄ invalid     by staff
    pending ⇄ invalid       by staff, in bulk; one that was never confirmed is erased when it would have been
    invalid → suppressed    withdrawn while invalid: the address cannot sign again yet
    any → erased            a pending one that is withdrawn or never confirmed; any other one when
                            someone has it erased, or the time to keep it is over

An erased one keeps its id and nothing else.
"""

STATUSES = ("pending", "confirmed", "withdrawn", "invalid", "suppressed", "erased")
COUNTED = "confirmed"  # only these have signed: they are counted, exported and shown
PENDING = "pending"

# The conditions of partial indexes. A query must use the same text to use the index.
IN_BATCH = "invalidation_batch_id is not null"  # invalid, and not changed since
SUPPRESSED = "status = 'suppressed'"
WANTS_UPDATES = "status = 'confirmed' and wants_updates"
TO_REMIND = "due_at is not null and reminded_at is null"  # never confirmed
TO_EXPIRE = "due_at is not null and reminded_at is not null"  # never confirmed, and reminded
HAS_FILL_TIME = "fill_time is not null"
NOT_COUNTED = "status in ('withdrawn', 'invalid')"

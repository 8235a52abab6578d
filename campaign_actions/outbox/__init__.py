"""Email to be sent: queued with the id of its subject, rendered and delivered by a worker."""

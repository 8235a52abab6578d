"""Mail waiting to be sent: queued with what it is about, written and handed over by a worker."""

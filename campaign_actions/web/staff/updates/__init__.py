"""The pages about updates for signers."""

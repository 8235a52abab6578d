"""The pages that help to share a campaign."""

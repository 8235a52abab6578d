"""The pages that help to share a public campaign."""

"""Passing a campaign on: links, QR codes and a snippet for other sites."""

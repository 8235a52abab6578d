"""Translators' work: import, export, approval, progress, glossary and notifications."""

"""The XML names that our XLIFF 2 files use."""

CORE = "urn:oasis:names:tc:xliff:document:2.0"
SIZES = "urn:oasis:names:tc:xliff:sizerestriction:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
CATEGORY = "campaign-actions"  # of the metadata that we write
CAMPAIGN, VERSION = "campaign", "version"  # types of that metadata
INITIAL, TRANSLATED = "initial", "translated"  # states of a segment

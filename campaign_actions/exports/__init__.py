"""Rows of any query in a file format.

query = select(Signature).where(Signature.status == "confirmed").order_by(Signature.id)
columns = (Column("email", Signature.email), Column("signed_at", Signature.signed_at, "time"))
sections = [Section(columns, query)]
output.writelines(FORMATS["csv"].write(sections, db.session.connection(), bom=True))
"""

from campaign_actions.exports import csv_format, json_format, xlsx_format
from campaign_actions.exports.base import Column, Format, Section

FORMATS: dict[str, Format] = {
    form.name: form for form in (csv_format.FORMAT, json_format.FORMAT, xlsx_format.FORMAT)
}

__all__ = ["FORMATS", "Column", "Format", "Section"]

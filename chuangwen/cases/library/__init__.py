"""The library of evidence: its pages, its writes, and where each piece is used."""

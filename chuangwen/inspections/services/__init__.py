"""Everything that writes about inspections."""

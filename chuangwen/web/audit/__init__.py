"""The auditor's pages over the journal and over what was read."""

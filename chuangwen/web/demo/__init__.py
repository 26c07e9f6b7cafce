"""An invented city in which everybody can try the house: its directory, its accounts, a running campaign."""

"""The papers of a campaign (DOMAIN §4): what each says (``contents``) and how it is worded (``blanks/``)."""

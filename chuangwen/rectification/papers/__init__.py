"""The papers about orders: what each says (``contents``) and how it is worded (``blanks/``)."""

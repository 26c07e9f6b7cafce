"""The door for ODK Collect and other clients of OpenRosa 1.0 (docs/adr/0024-openrosa.md)."""

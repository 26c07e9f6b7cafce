"""The directory from spreadsheets and back: first what a file would change, then that, all or nothing."""

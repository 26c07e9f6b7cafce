"""Every write to orders: drawn up, issued, proved, looked at again, passed on."""

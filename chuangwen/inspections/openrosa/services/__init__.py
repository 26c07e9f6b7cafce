"""Every write of the door: forms are received as they come, and taken in by the worker."""

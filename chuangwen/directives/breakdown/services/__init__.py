"""Every write about a breakdown."""

"""The accounts of people: signing in, the second factor, the sessions; on allauth, closed to sign-up."""

"""An assignment broken down inside its unit, to department, post and person (DOMAIN S3)."""

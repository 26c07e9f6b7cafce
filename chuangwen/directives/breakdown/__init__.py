"""The breakdown (责任分解) of a unit's assignment: to departments, posts and persons (DOMAIN S3)."""

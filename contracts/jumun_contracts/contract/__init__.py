"""A contract as read: model, loader, error catalogue, OpenAPI document, and requests under it."""

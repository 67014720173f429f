"""Operations that are served from examples: OpenAPI files as others write them, made part of a contract."""

"""Operations on orders, one module each."""

"""The forward proxy of `jumun run`, and the authority that signs for the providers' hosts."""

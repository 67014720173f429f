"""The control plane under /_jumun, and its client."""

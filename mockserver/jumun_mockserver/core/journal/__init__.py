"""What was answered: exchanges, what they may show, exports, and the error codes that were met."""

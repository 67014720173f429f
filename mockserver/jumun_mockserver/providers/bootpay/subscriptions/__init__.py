"""Subscriptions: contracts that bill on their cycle, their bills, adjustments and requests."""

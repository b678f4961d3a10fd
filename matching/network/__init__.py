"""Firms and their ties as a network: clusters that last, their names and colours, and where to draw them."""

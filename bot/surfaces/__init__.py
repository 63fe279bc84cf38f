"""Thin surfaces: each turns the one Reply into its own widgets and nothing more."""

"""Rasa inside our own process: trained, loaded and spoken to, without its HTTP server and without TensorFlow."""

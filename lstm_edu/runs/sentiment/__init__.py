"""Sentiment of whole reviews: baselines, networks, and what a language model teaches them first."""

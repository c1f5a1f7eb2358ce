"""Measuring and learning: how many answers are right, and the weights that make more of them so."""

"""Drawings that the program computes: charts, crowds and covers."""

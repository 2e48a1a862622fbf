"""The API language: pure data and functions."""

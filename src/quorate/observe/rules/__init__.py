"""The alerting rules that Quorate prints: one YAML file for each place that they come from."""

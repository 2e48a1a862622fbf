"""From a finding to a fix: which remedy, as which steps, whether they may be done, how they are carried out and told."""

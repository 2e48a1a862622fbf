"""The columns that `kubectl get` prints, one file per family of kinds; each has PRINTERS by resource."""

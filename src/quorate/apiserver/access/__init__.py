"""Who asks, and whether they may: authentication, impersonation, authorization."""

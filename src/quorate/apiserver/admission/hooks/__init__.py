"""Admission that a cluster configures as objects: webhooks and policies (Kubernetes: apiserver/pkg/admission/plugin)."""

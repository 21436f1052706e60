"""Rules for Kubernetes manifests."""

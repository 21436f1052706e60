"""Tables about well-known images, ports, probes and accounts: data files and their loaders."""

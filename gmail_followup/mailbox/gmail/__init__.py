"""Gmail over its REST API: who may (auth, tokens), how (allowed, wire, transport, quota), and what (adapter)."""

"""Running unattended: the units that make the system's own service manager start `watch` or `run`. Imports home, errors."""

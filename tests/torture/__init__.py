"""What must hold whatever dies: kills at every point, faults of the network, a soak, power loss and full disks."""

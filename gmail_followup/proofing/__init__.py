"""What would hurt: required `moves`, `tone`, house rules and `grammar` engines, each giving `Finding`s."""

"""The phrase-rule engine (`phrase`, `rule`, `matcher`) and the shipped packs (TOML data in `packs/`)."""

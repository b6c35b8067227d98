"""From facts to a `Letter` (`templates`, `render`), and from a `Letter` to the MIME of a reply (`mime`)."""

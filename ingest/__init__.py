"""Everything that happens to a document, and the index that it ends in."""

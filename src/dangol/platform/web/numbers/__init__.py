"""How does any number of the catalogue stand on a page? Its fields, sentence, picture, table and download."""

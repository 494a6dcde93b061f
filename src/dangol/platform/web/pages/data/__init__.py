"""Where does the data come from, and is it good? Imports, connections, schemas and quality."""

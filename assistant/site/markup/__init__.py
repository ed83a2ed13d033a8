"""What a page makes a browser ask for, read from its HTML, its styles and its headers."""

"""`beyazmasa`: the desk's use cases for the terminal."""

"""The command `jumun`: `main`, and a module or folder for each subcommand."""

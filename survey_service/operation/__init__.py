"""Running the installation: serving, backing up, checking. Only the command line uses it."""

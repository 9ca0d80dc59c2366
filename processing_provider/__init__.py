"""The Processing provider: one algorithm a file, a folder for each toolbox group."""

"""How staff members prove who they are: passwords, second factors, sessions and limits on attempts."""

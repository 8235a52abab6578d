"""Messages to those signers of an action who asked for them."""

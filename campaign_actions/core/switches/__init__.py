"""The state of the switches, and the clock that stops while email is off."""

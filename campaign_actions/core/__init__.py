"""What every feature builds on; knows nothing about campaigns."""

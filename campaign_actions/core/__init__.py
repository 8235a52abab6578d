"""The foundation of every feature; knows nothing about campaigns."""

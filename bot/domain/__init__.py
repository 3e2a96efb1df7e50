"""The rules of Tandem: pure, standard library only. No I/O, no async, no clock and no randomness of its own."""

"""What tests of every kind stand on."""

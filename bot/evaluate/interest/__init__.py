"""The interest model beside simpler ones, on a log."""

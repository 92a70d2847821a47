"""Reads what a shopper wanted before and wants now, and says whether the interest drifted."""

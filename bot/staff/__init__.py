"""The desk where people of the shop answer shoppers: accounts, login, pages, audit log."""

"""The running product in a real browser, as customers, staff and mail scanners meet it."""

"""Whom does an action change, whom does it leave as they are, and whom does it drive away?"""

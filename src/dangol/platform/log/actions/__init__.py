"""What can be done to the log?"""

from dangol.platform.log.actions.accepting import Accepted, accept

__all__ = ["Accepted", "accept"]

"""What may programs ask and do over REST?"""

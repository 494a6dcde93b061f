"""What do several test folders share?"""

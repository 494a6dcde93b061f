"""Who works here, and what may they see and do?"""

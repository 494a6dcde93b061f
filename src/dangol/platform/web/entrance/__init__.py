"""How does somebody come in: by password, second factor, passkey, identity provider or invitation?"""

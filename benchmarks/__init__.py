"""How fast is it, against a peer or a limit measured in the same run?"""

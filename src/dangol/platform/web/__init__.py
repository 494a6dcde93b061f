"""How do browsers, programs and clients of the SDKs reach the platform? All HTTP is here."""

"""The room of people: profiles of citizens, foreigners and organisations, sign-on, sessions and access tokens."""

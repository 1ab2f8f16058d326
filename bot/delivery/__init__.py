"""The one way in, the one way out: durable, each message once, in order, crisis first."""

"""The room of messages: one brandname SMS queue; a message knows its subject only as an opaque reference."""

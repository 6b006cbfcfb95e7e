"""A PostgreSQL server of our own under the data folder, for machines without one (design: Parts chosen)."""

from motcua.foundation.embedded.cluster import Cluster, EmbeddedDatabaseError

__all__ = ["Cluster", "EmbeddedDatabaseError"]

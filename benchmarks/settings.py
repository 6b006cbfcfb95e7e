"""The product's settings with the floors' addresses beside the product's own: same middleware, pool and storage."""

from motcua.config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"

"""The demonstration services by code, decoded once."""

from motcua.domain.catalogue import demonstration
from motcua.domain.catalogue.definition import ServiceDefinition

PROCEDURES = {procedure.code: procedure for procedure in demonstration.procedures()}
SERVICES: dict[str, ServiceDefinition] = {
    service.code: service.definition for procedure in PROCEDURES.values() for service in procedure.services
}

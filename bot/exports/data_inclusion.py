"""data·inclusion v1: https://gip-inclusion.github.io/data-inclusion-schema/ (structures and services, JSON)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.catalogue import Catalogue, Service
from bot.exports.facts import (
    APPOINTMENTS,
    address_on_the_web,
    description,
    dialled,
    is_free,
    needs_of,
    street_of,
    updated_on,
)
from bot.exports.standards import Standards
from bot.house import House
from bot.schedule import ALWAYS

ALL_PUBLICS = "tous-publics"


def export(house: House, standards: Standards, _today: date) -> dict[str, Any]:
    """``{"structures": […], "services": […]}``, one of each for every partner."""
    services = house.catalogue.services.values()
    return {
        "structures": [structure(one, house.catalogue, standards) for one in services],
        "services": [service(one, house, standards) for one in services],
    }


def structure(partner: Service, catalogue: Catalogue, standards: Standards) -> dict[str, Any]:
    """The body behind a service. Its address is given only where the place is its own and not a permanence's."""
    classed = standards.partner(partner)
    return {
        "source": standards.source,
        "id": standards.identifier(partner),
        "nom": partner.name,
        "date_maj": updated_on(partner),
        "description": partner.what,
        "siret": None,
        **(_address(partner, catalogue) if classed.own_place else dict.fromkeys(_NO_ADDRESS)),
        "telephone": _telephone(partner),
        "courriel": partner.email,
        "site_web": address_on_the_web(partner.web),
        "horaires_accueil": hours(partner) if classed.own_place else None,
        "accessibilite_lieu": None,
        "reseaux_porteurs": list(classed.networks) or None,
    }


def service(partner: Service, house: House, standards: Standards) -> dict[str, Any]:
    """What a person finds there."""
    free = is_free(partner)
    return {
        "source": standards.source,
        "structure_id": standards.identifier(partner),
        "id": standards.identifier(partner),
        "nom": partner.name,
        "description": description(partner, house.catalogue),
        "lien_source": None,
        "date_maj": updated_on(partner),
        "type": None,
        "thematiques": sorted({need.thematique for need in needs_of(partner, house.needs) if need.thematique}) or None,
        "frais": "gratuit" if free else None,
        "frais_precisions": partner.cost if free is False else None,
        "publics": _publics(partner, standards),
        "publics_precisions": partner.for_whom,
        "conditions_acces": None,
        **_address(partner, house.catalogue),
        "telephone": _telephone(partner),
        "courriel": partner.email,
        "modes_accueil": ["en-presentiel"] if partner.place or partner.sessions else None,
        "zone_eligibilite": None,
        "contact_nom_prenom": None,
        "lien_mobilisation": address_on_the_web(partner.booking),
        "modes_mobilisation": _ways_in(partner) or None,
        "mobilisable_par": ["usagers"],
        "mobilisation_precisions": APPOINTMENTS.get(partner.appointment or ""),
        "volume_horaire_hebdomadaire": None,
        "nombre_semaines": None,
        "horaires_accueil": hours(partner),
    }


def hours(partner: Service) -> str | None:
    """The partner's hours at its own place, in OSM syntax, « PH off » once and last (a later rule wins)."""
    rules = [rule.hours for rule in partner.sessions if rule.hours is not None and rule.place is None]
    if not rules or ALWAYS in rules:
        return ALWAYS if rules else None
    parts = [part.strip() for rule in rules for part in rule.split(";")]
    kept = [part for part in parts if part != "PH off"]
    return "; ".join([*kept, "PH off"] if len(kept) < len(parts) else kept)


_NO_ADDRESS = ("commune", "code_postal", "code_insee", "adresse", "complement_adresse", "longitude", "latitude")


def _address(partner: Service, catalogue: Catalogue) -> dict[str, Any]:
    place, street = catalogue.place_of(partner), street_of(catalogue.place_of(partner))
    known = dict.fromkeys(_NO_ADDRESS)
    if place is None:
        return known
    return {
        **known,
        "commune": place.city,
        "code_postal": street.postal_code if street else None,
        "adresse": street.street if street else None,
        "complement_adresse": place.name,
    }


def _telephone(partner: Service) -> str | None:
    return dialled(partner.phones[0]) if partner.phones else None


def _publics(partner: Service, standards: Standards) -> list[str] | None:
    """« tous-publics » stands alone: https://gip-inclusion.github.io/data-inclusion-schema/"""
    publics = sorted({standards.publics.get(public, public) for public in partner.publics})
    return [ALL_PUBLICS] if ALL_PUBLICS in publics else publics or None


def _ways_in(partner: Service) -> list[str]:
    """How a person gets in. Where an appointment may be needed, nobody is told to just come."""
    ways = {
        "envoyer-un-courriel": partner.email is not None,
        "se-presenter": partner.place is not None and partner.appointment in ("none", "recommended"),
        "telephoner": bool(partner.phones),
        "utiliser-lien-mobilisation": partner.booking is not None,
    }
    return [way for way, is_open in ways.items() if is_open]

"""The catalogue in other people's standards: valid by their own schemas, and not one fact more than the catalogue holds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Iterator

import pytest
from dateutil.rrule import rrulestr
from jsonschema import Draft202012Validator, FormatChecker
from opening_hours import OpeningHours

from bot.catalogue import SessionRule, digits
from bot.cli import main
from bot.clock import PARIS
from bot.exports import data_inclusion, hsds, schema_org
from bot.exports.formats import FORMATS
from bot.exports.quality import quality
from bot.exports.rhythms import rhythms
from bot.exports.standards import open_standards
from bot.house import House
from bot.schedule import ALWAYS, gives_hours, upcoming

TODAY = date(2026, 11, 28)
SCHEMAS = Path(__file__).parent / "data" / "schemas"
STANDARDS = open_standards()


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def errors(content: Any, definition: Any) -> list[str]:
    checker = Draft202012Validator(definition, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, error.absolute_path))} : {error.message[:200]}" for error in checker.iter_errors(content)]


def test_every_structure_and_service_is_valid_by_data_inclusions_own_schema(house: House) -> None:
    """Whoever imports the file into data·inclusion is refused nothing."""
    exported = data_inclusion.export(house, STANDARDS, TODAY)

    assert len(exported["structures"]) == len(exported["services"]) == len(house.catalogue.services)
    for kind in ("structure", "service"):
        definition = schema(f"data-inclusion-{kind}.json")
        for one in exported[f"{kind}s"]:
            assert not errors(one, definition), one["id"]
            assert set(one) <= set(definition["properties"])


def test_the_schema_would_refuse_a_wrong_export(house: House) -> None:
    """The check above can fail: a made-up public, a theme of another version, a missing name."""
    one = data_inclusion.service(house.catalogue.house, house, STANDARDS)
    definition = schema("data-inclusion-service.json")

    for wrong in ({"publics": ["victimes"]}, {"thematiques": ["numerique"]}, {"nom": "a"}, {"code_postal": "1380"}):
        assert errors({**one, **wrong}, definition), wrong


def test_hours_are_given_in_the_syntax_that_data_inclusion_asks_for(house: House) -> None:
    """Its schema does not read hours; a consumer does, with any OSM reader, and must get the catalogue's own."""
    for service in data_inclusion.export(house, STANDARDS, TODAY)["services"]:
        if service["horaires_accueil"] is not None:
            assert OpeningHours(service["horaires_accueil"], country="FR")
    exported = data_inclusion.service(house.catalogue.services["ameli-provence"], house, STANDARDS)

    assert exported["horaires_accueil"] == "Tu 13:30-17:00; We[4] 13:30-17:00; PH off"


def test_what_nobody_knows_stays_null(house: House) -> None:
    """No SIRET, no street, no price that a document does not print."""
    exported = data_inclusion.export(house, STANDARDS, TODAY)
    services = {service["id"].split("--")[1]: service for service in exported["services"]}

    assert {structure["siret"] for structure in exported["structures"]} == {None}
    assert services["mdc"]["adresse"] is None
    assert services["mdc"]["commune"] == "Istres"
    assert services["adamal"]["horaires_accueil"] is None
    assert services["apers"]["frais"] is None
    assert services["france-services"]["adresse"] == "Allée des Piboules"
    assert services["france-services"]["code_postal"] == "13800"


def test_a_permanence_is_not_taken_for_the_bodys_own_address(house: House) -> None:
    """The CAF receives at the house; the house is not the CAF."""
    caf = data_inclusion.structure(house.catalogue.services["caf"], house.catalogue, STANDARDS)
    own = data_inclusion.structure(house.catalogue.services["france-services"], house.catalogue, STANDARDS)

    assert (caf["commune"], caf["adresse"]) == (None, None)
    assert own["adresse"] == "Allée des Piboules"


def test_nobody_is_told_to_just_come_where_an_appointment_is_needed(house: House) -> None:
    """« se-presenter » only where a source says that one may."""
    for partner in house.catalogue.services.values():
        ways = data_inclusion.service(partner, house, STANDARDS)["modes_mobilisation"] or []
        if partner.appointment == "required":
            assert "se-presenter" not in ways, partner.id


@pytest.mark.parametrize("vector", schema("score-qualite.json")["scores"], ids=lambda vector: str(vector["change"])[:60])
def test_our_quality_score_is_the_published_one(vector: Any) -> None:
    """The same score, criterion by criterion, as data·inclusion's own package gives."""
    recorded = schema("score-qualite.json")
    service = {**recorded["whole"], **vector["change"]}
    scored = quality(service, date.fromisoformat(recorded["today"]))

    assert scored.score == vector["score"]
    assert {name: None if value is None else round(value, 4) for name, value in scored.criteria.items()} == vector["criteria"]


def test_a_partner_whose_facts_are_known_and_fresh_scores_one(house: House) -> None:
    """France Services has a street, a price and hours: one phone call to confirm them, and its record is perfect."""
    partner = house.catalogue.services["france-services"]
    confirmed = replace(partner, verified_on="2026-11")

    assert quality(data_inclusion.service(partner, house, STANDARDS), TODAY).gaps == [
        "une confirmation de moins de six mois (verified_on)",
    ]
    assert quality(data_inclusion.service(confirmed, house, STANDARDS), TODAY).score == 1.0


def test_a_low_score_says_what_to_find_out(house: House) -> None:
    """The house itself lacks its street: the score says so in the words of whoever will mend it."""
    gaps = quality(data_inclusion.service(house.catalogue.house, house, STANDARDS), TODAY).gaps

    assert "la rue et le code postal du lieu" in gaps


def test_every_service_is_valid_by_the_hsds_schema(house: House) -> None:
    """Types, formats, enumerations, required fields, and no field that HSDS does not have."""
    definition = {**schema("hsds-3.json"), "$ref": "#/$defs/service"}
    page = hsds.export(house, STANDARDS, TODAY)

    assert page["total_items"] == len(house.catalogue.services)
    for service in page["contents"]:
        assert not errors(service, definition), service["name"]
    assert errors({**page["contents"][0], "status": "open"}, definition)


def test_hsds_identifiers_are_unique_and_stay_the_same(house: House) -> None:
    """A consumer that comes back next month finds the same partner under the same identifier."""
    first, again = (hsds.export(house, STANDARDS, day) for day in (TODAY, date(2027, 1, 1)))
    schedules = [schedule["id"] for service in first["contents"] for schedule in _schedules(service)]

    assert first == again
    assert len({service["id"] for service in first["contents"]}) == len(first["contents"])
    assert len(set(schedules)) == len(schedules)


def _schedules(service: Any) -> list[Any]:
    return [*service.get("schedules", []), *(s for at in service.get("service_at_locations", []) for s in at.get("schedules", []))]


@pytest.mark.parametrize("identifier", ["mdc", "ameli-provence", "defenseur-des-droits", "avocat-famille", "csqs", "ufc-que-choisir"])
def test_hsds_recurrences_fall_on_the_days_that_people_are_told(house: House, identifier: str) -> None:
    """Read as RFC 5545, public holidays apart, they give the sessions of the answer, day for day."""
    partner = house.catalogue.services[identifier]
    service = hsds.service(partner, house, STANDARDS)
    start = datetime.combine(TODAY, time())
    computed: set[date] = set()
    for schedule in _schedules(service):
        recurrence = rrulestr(f"FREQ={schedule['freq']};WKST={schedule['wkst']};BYDAY={schedule['byday']}", dtstart=start)
        computed |= {day.date() for day in recurrence.between(start, start + timedelta(days=200))}
    told = {dated.session.day for dated in partner.next_sessions(start.replace(tzinfo=PARIS), 400)}

    assert {day for day in told if day < TODAY + timedelta(days=200)} == computed - set(schema_org._holidays(TODAY))


def test_every_expression_of_the_catalogue_has_a_rhythm(house: House) -> None:
    """A form of hours that the exports cannot read is found here, not by a consumer."""
    expressions = [rule.hours for partner in house.catalogue.services.values() for rule in partner.sessions if rule.hours]

    assert all(rhythms(expression) for expression in [*expressions, ALWAYS])


def test_a_form_of_hours_that_is_not_taken_apart_stays_true(house: House) -> None:
    """A colleague closes a partner in August: HSDS keeps the words, JSON-LD gives the dates, nobody is told a wrong day."""
    rule = SessionRule("Mo 09:00-12:00; Aug off; PH off", "le lundi, sauf en août", None, None)
    partner = replace(house.catalogue.services["ufc-que-choisir"], sessions=(rule,))
    schedules = _schedules(hsds.service(partner, house, STANDARDS))
    hours = schema_org.service(partner, house, STANDARDS, date(2026, 7, 20))["hoursAvailable"]

    assert rhythms(rule.hours or "") == []
    assert [schedule["description"] for schedule in schedules] == ["le lundi, sauf en août"]
    assert "byday" not in schedules[0]
    assert opening_times(hours, date(2026, 7, 27)) == {"09:00"}
    assert opening_times(hours, date(2026, 8, 3)) == set()
    assert not errors(hsds.service(partner, house, STANDARDS), {**schema("hsds-3.json"), "$ref": "#/$defs/service"})


def nodes(content: Any) -> Iterator[dict[str, Any]]:
    """Every typed node of a JSON-LD document."""
    if isinstance(content, dict):
        if "@type" in content:
            yield content
        for value in content.values():
            yield from nodes(value)
    elif isinstance(content, list):
        for value in content:
            yield from nodes(value)


def test_every_jsonld_property_is_one_that_schema_org_gives_its_type(house: House) -> None:
    """Types and properties exist, and a nested node is of a type that the property expects."""
    types = schema("schema-org.json")["types"]
    for node in nodes(schema_org.export(house, STANDARDS, TODAY)):
        known = types[node["@type"]]["properties"]
        for name, value in node.items():
            if name.startswith("@"):
                continue
            assert name in known, (node["@type"], name)
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    lineage = {inner["@type"], *types[inner["@type"]]["parents"]}
                    assert lineage & set(known[name]), (node["@type"], name, inner["@type"])


def test_a_public_service_is_a_government_service_and_an_association_is_not(house: House) -> None:
    """schema.org keeps the word for what an administration gives."""
    kinds = {node["@id"].split(":")[-1]: node["@type"] for node in schema_org.export(house, STANDARDS, TODAY)["@graph"]}

    assert kinds["mdc"] == kinds["defenseur-des-droits"] == "GovernmentService"
    assert kinds["ufc-que-choisir"] == kinds["adamal"] == "Service"


def test_jsonld_hours_open_on_the_days_that_people_are_told_and_no_other(house: House) -> None:
    """Read as a consumer reads them, a dated closed day over the week, they give the sessions of the answer."""
    for partner in house.catalogue.services.values():
        rules = [rule.hours for rule in partner.sessions if rule.hours and rule.place is None and gives_hours(rule.hours)]
        specifications = schema_org.service(partner, house, STANDARDS, TODAY).get("hoursAvailable", [])
        for offset in range(60):
            day = TODAY + timedelta(days=offset)
            midnight = datetime.combine(day, time(), PARIS)
            told = {s.start.strftime("%H:%M") for rule in rules for s in upcoming(rule, midnight, 4) if s.day == day and s.start}
            assert opening_times(specifications, day) == told, (partner.id, day)


def opening_times(specifications: list[Any], day: date) -> set[str]:
    dated = [s for s in specifications if "validFrom" in s and s["validFrom"] <= day.isoformat() <= s["validThrough"]]
    if any(s["opens"] == s["closes"] for s in dated):
        return set()
    weekly = [s for s in specifications if day.strftime("%A") in s.get("dayOfWeek", [])]
    return {s["opens"] for s in [*dated, *weekly]}


@pytest.mark.parametrize("name", FORMATS)
def test_every_number_and_address_exported_is_in_the_catalogue(house: House, name: str) -> None:
    """Whatever the standard, nobody can ring a number that the catalogue does not hold, nor a retired one."""
    text = json.dumps(FORMATS[name](house, STANDARDS, TODAY), ensure_ascii=False)
    known = {phone.number for partner in house.catalogue.services.values() for phone in partner.phones}
    exported = {"0" + digits(number)[2:] for number in re.findall(r"\+33\d+", text)}

    assert exported
    assert exported <= known
    assert set(re.findall(r'"[\w.+-]+@([\w.-]+)"', text)) <= {p.email.split("@")[1] for p in house.catalogue.services.values() if p.email}
    assert not re.search(r'"(?:telephone|number)": "(?:3020|3977)"', text)


def test_the_command_writes_the_file_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``boussole export --format hsds --output f.json``, and a clear word when the folder does not exist."""
    target = tmp_path / "hsds.json"

    assert main(["export", "--format", "hsds", "--output", str(target)]) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["contents"]
    assert main(["export", "--output", str(tmp_path / "nowhere" / "f.json")]) == 1
    assert "ne peut pas être écrit" in capsys.readouterr().err

"""What Splink is told of each set: the rules of Splink's own examples.

febrl3, febrl4 (its detailed model), historical50k (`deduplicate_50k_synthetic`) and fake1000
(`accuracy_analysis_from_labels_column`) are the project's demos; febrl2 takes febrl3's rules, and
pseudopeople, for which there is no example with these two files, rules in the manner of febrl4's.
"""

from dataclasses import dataclass
from typing import Any

import splink.comparison_library as cl
from splink import block_on

_FEBRL = """
SELECT * REPLACE (trim(rec_id) AS rec_id), '{source}' AS origin,
  regexp_extract(trim(rec_id), '^rec-([0-9]+)', 1) AS label
FROM read_csv({file}, all_varchar = true, normalize_names = true)
"""
_FEBRL_COMPARISONS = (cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),)


@dataclass(frozen=True)
class Model:
    """One example: tables, blocking, comparisons, and how its parameters are estimated."""

    tables: tuple[str, ...]
    """SQL of each table with `origin` and `label`; {data} is the folder of the public sets."""
    blocking: tuple[Any, ...]
    comparisons: tuple[Any, ...]
    deterministic: tuple[Any, ...]
    recall: float
    training: tuple[Any, ...]
    identity: str = "unique_id"
    u_pairs: float = 1e6
    seed: int = 1


def _febrl(name: str, source: str = "") -> str:
    return _FEBRL.format(source=source, file=f"'{{data}}/febrl/{name}.csv'")


def _birth(**options: Any) -> Any:
    return cl.DateOfBirthComparison(
        "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", **options
    )


def _febrl_alone(name: str) -> Model:
    return Model(
        tables=(_febrl(name),),
        blocking=tuple(
            map(block_on, ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"))
        ),
        comparisons=(
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            _birth(),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            *_FEBRL_COMPARISONS,
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ),
        deterministic=(
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            "l.given_name = r.surname and l.surname = r.given_name "
            "and l.date_of_birth = r.date_of_birth",
        ),
        recall=0.9,
        training=(block_on("date_of_birth"), block_on("postcode")),
        identity="rec_id",
        seed=2,
    )


MODELS = {
    "febrl2": _febrl_alone("dataset2"),
    "febrl3": _febrl_alone("dataset3"),
    "febrl4": Model(
        tables=(_febrl("dataset4a", "a"), _febrl("dataset4b", "b")),
        blocking=(
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ),
        comparisons=(
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            _birth(invalid_dates_as_null=True),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            *_FEBRL_COMPARISONS,
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
                term_frequency_adjustments=True
            ),
        ),
        deterministic=(
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
        ),
        recall=0.8,
        training=(block_on("date_of_birth"), block_on("postcode")),
        identity="rec_id",
    ),
    "fake1000": Model(
        tables=(
            "SELECT *, '' AS origin, cluster AS label FROM "
            "read_csv('{data}/splink_fake1000/fake_1000.csv', types = {{'cluster': 'VARCHAR'}})",
        ),
        blocking=tuple(map(block_on, ("first_name", "surname", "dob", "email"))),
        comparisons=(
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=False),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ),
        deterministic=(
            "l.first_name = r.first_name and levenshtein(r.dob::varchar, l.dob::varchar) <= 1",
            "l.surname = r.surname and levenshtein(r.dob::varchar, l.dob::varchar) <= 1",
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            "l.email = r.email",
        ),
        recall=0.7,
        training=(block_on("dob"), block_on("email"), block_on("first_name", "surname")),
        seed=5,
    ),
    "historical50k": Model(
        tables=(
            "SELECT *, '' AS origin, cluster AS label, "
            "first_name || ' ' || surname AS both_names FROM "
            "'{data}/historical50k/historical_figures_with_errors_50k.parquet'",
        ),
        blocking=(
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ),
        comparisons=(
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="both_names"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ),
        deterministic=(
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ),
        recall=0.6,
        training=(block_on("first_name", "surname"), block_on("dob")),
        u_pairs=1e7,
    ),
    "pseudopeople": Model(
        tables=(
            "SELECT record_id, simulant_id AS label, 'census' AS origin, first_name, "
            "middle_initial, last_name, street_name, "
            "concat_ws(' ', street_number, street_name, unit_number) AS address "
            "FROM read_csv('{pseudopeople}/census.csv', all_varchar = true)",
            "SELECT record_id, simulant_id AS label, 'tax' AS origin, first_name, "
            "middle_initial, last_name, "
            "mailing_address_street_name AS street_name, concat_ws(' ', "
            "mailing_address_street_number, mailing_address_street_name, "
            "mailing_address_unit_number) AS address "
            "FROM read_csv('{pseudopeople}/tax.csv', all_varchar = true)",
        ),
        blocking=(
            block_on("first_name", "last_name"),
            "l.first_name = r.last_name and l.last_name = r.first_name",
            block_on("address"),
            block_on("first_name", "street_name"),
            block_on("last_name", "street_name"),
            block_on("middle_initial", "street_name"),
            block_on("first_name", "middle_initial"),
            block_on("last_name", "middle_initial"),
        ),
        comparisons=(
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.ExactMatch("middle_initial").configure(term_frequency_adjustments=True),
            cl.NameComparison("last_name").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.88]),
        ),
        deterministic=(
            block_on("first_name", "last_name", "street_name"),
            block_on("first_name", "last_name", "middle_initial"),
        ),
        recall=0.9,
        training=(block_on("first_name", "last_name"), block_on("address", "middle_initial")),
        identity="record_id",
    ),
}

"""Is a plain table read as what it is: its label, its numbers, its words, its id and its blanks?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dangol.core.errors import DataError
from dangol.core.predict.labelled_table import labels_in, read_labelled_table

CAST = {
    "customerID": ["ann", "bob", "cat", "dan", "eve"],
    "tenure": ["1", "34", "", "2", "1,045"],
    "Contract": ["Month-to-month", "One year", "One year", None, "Two year"],
    "SeniorCitizen": [0, 1, 0, 0, 1],
    "Blank": ["", " ", None, "NA", "?"],
    "C_FN": [10, 20, 30, 40, 50],
    "Churn": ["Yes", "No", "no", " yes ", "No"],
}


def test_columns_are_typed_by_what_they_hold() -> None:
    found = read_labelled_table(CAST)
    assert found.matrix.names == ("tenure", "Contract", "SeniorCitizen")
    assert found.has_left.tolist() == [True, False, False, True, False]
    np.testing.assert_equal(found.matrix.column("tenure"), [1, 34, np.nan, 2, 1045])
    words = found.matrix.categories["Contract"]
    assert words == ("Month-to-month", "One year", "Two year")
    np.testing.assert_equal(found.matrix.column("Contract"), [0, 1, 1, np.nan, 2])


@pytest.mark.parametrize(
    "values", [["예", "아니오"], [1, 0], [True, False], ["1.0", "0.0"], ["이탈", "유지"]]
)
@pytest.mark.parametrize("heading", ["이탈여부", "Churned", "is churn", "Exited", "해지 여부"])
def test_labels_are_found_in_both_languages(heading: str, values: list[Any]) -> None:
    table = {"a": [1, 2], heading: values}
    assert labels_in(table) == heading
    assert read_labelled_table(table).has_left.tolist() == [True, False]


def test_a_label_is_preferred_by_its_name_and_must_say_yes_or_no() -> None:
    assert labels_in({"target": [0, 1], "Churn": [1, 0]}) == "Churn"
    assert labels_in({"Churn": ["red", "blue"], "target": [0, 1]}) == "target"
    assert labels_in({"colour": ["red", "blue"]}) is None


def test_rows_that_do_not_say_whether_they_left_are_not_learned_from() -> None:
    found = read_labelled_table({"a": [1, 2, 3, 4], "churn": ["yes", "", "no", None]})
    assert found.matrix.column("a").tolist() == [1, 3]


def test_running_numbers_and_named_columns_are_left_out() -> None:
    table = {"row": range(20), "age": [30, 41] * 10, "secret": [1, 0] * 10, "churn": [1, 0] * 10}
    assert read_labelled_table(table, leave_out=["secret"]).matrix.names == ("age",)


def test_a_table_without_a_label_says_so() -> None:
    with pytest.raises(DataError, match="None of its columns says who left, yes or no: a, b"):
        read_labelled_table({"a": [1, 2], "b": [3, 4]})


def test_a_customer_who_stands_twice_is_named() -> None:
    ids = [f"c{n}" for n in range(39)] + ["c0"]
    table = {"customer_id": ids, "age": list(range(20)) * 2, "churn": [0, 1] * 20}
    with pytest.raises(DataError, match="1 rows of the column customer_id repeat a customer"):
        read_labelled_table(table)

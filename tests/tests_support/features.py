"""Do two matrices say the same of the same customers?"""

from __future__ import annotations

import numpy as np

from dangol.core.features.matrix import FeatureMatrix


def assert_same_features(one: FeatureMatrix, other: FeatureMatrix) -> None:
    """The same people, features, words and values, to the last bits of a sum."""
    assert one.as_of == other.as_of
    assert one.names == other.names
    assert dict(one.categories) == dict(other.categories)
    np.testing.assert_array_equal(one.person_ids, other.person_ids)
    for name in one.names:
        np.testing.assert_allclose(one.column(name), other.column(name), rtol=1e-12, atol=1e-12, err_msg=name)

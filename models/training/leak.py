"""Attack the shipped classifier of practices: does it tell what it was trained on?"""

from __future__ import annotations

import numpy as np

from models import audit
from models.shipped import Shipped
from models.training.fit import marked
from models.training.material import Material

SHADOWS = 16


def membership(material: Material) -> dict[str, object]:
    """The audit's report; members are the training segments, the others the held-out ones.

    The shadow models are linear, over words and word pairs.
    """
    sides = [marked("practices", material, held_out=held_out) for held_out in (False, True)]
    texts = [text for side in sides for text in side.texts]
    gold = np.concatenate([side.gold for side in sides])
    groups = [group for side in sides for group in side.groups]
    member = np.repeat([True, False], [len(side.gold) for side in sides])
    encoded = Shipped().encoder().encode(texts)
    scores = Shipped().classifier("practices").classify([text.whole() for text in encoded])
    shadows = audit.shadow_losses(texts, gold, groups, shadows=SHADOWS, seed=0)
    return audit.report(
        audit.item_losses(scores.astype(np.float64), gold),
        member,
        groups,
        shadows=shadows,
        text_scores=audit.text_scores(texts, member, groups),
    )

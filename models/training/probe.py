"""What an encoder's frozen features give on OPP-115: a quick look, not a result.

Practices by logistic regression over pooled states, and PolicyQA's questions
ranked against the passages of their policy by cosine.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer

from models import metrics
from models.data import read_opp115
from models.training.backbone import Backbone, mean_pool, pad

Floats = NDArray[np.float32]


def features(model: Backbone, tokenizer: Tokenizer, texts: Sequence[str]) -> Floats:
    """Unit vectors of the texts: (texts, width)."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    out = np.zeros((len(rows), model.encoder.config.hidden_size), dtype=np.float32)
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(order), 32):
            chosen = order[start : start + 32]
            ids, mask = pad([rows[i] for i in chosen])
            pooled = mean_pool(model(ids, mask), mask)
            out[chosen] = torch.nn.functional.normalize(pooled, dim=-1).numpy()
    return out


def probe(model: Backbone, tokenizer: Tokenizer, data: Path) -> dict[str, float]:
    """Macro and micro F1 of frozen practices; top-1, top-3 and MRR of frozen retrieval."""
    train = [s for s in read_opp115(data / "opp115" / "train.jsonl") if s.labels]
    unseen = [s for s in read_opp115(data / "opp115" / "validation.jsonl") if s.labels]
    labels = sorted(frozenset().union(*(s.labels for s in train)))
    gold = np.array([[label in s.labels for label in labels] for s in train])
    seen = features(model, tokenizer, [s.text for s in train])
    fresh = features(model, tokenizer, [s.text for s in unseen])
    scores = np.stack(
        [
            LogisticRegression(C=30, max_iter=400).fit(seen, column).predict_proba(fresh)[:, 1]
            for column in gold.T
        ],
        axis=1,
    )
    wanted = np.array([[label in s.labels for label in labels] for s in unseen])
    tally = metrics.counts(wanted, scores >= 0.4)
    return {
        "macro": round(metrics.macro(tally), 4),
        "micro": round(metrics.micro(tally), 4),
        **_retrieval(model, tokenizer, data / "policyqa" / "validation.json"),
    }


def _retrieval(model: Backbone, tokenizer: Tokenizer, file: Path) -> dict[str, float]:
    ranks = []
    for policy in json.loads(file.read_text(encoding="utf-8"))["data"]:
        answering: dict[str, set[int]] = defaultdict(set)
        asked: list[str] = []
        for place, paragraph in enumerate(policy["paragraphs"]):
            for question in paragraph["qas"]:
                answering[question["question"]].add(place)
                asked.append(question["question"])
        distinct = sorted(answering)
        passages = features(model, tokenizer, [p["context"] for p in policy["paragraphs"]])
        order = np.argsort(-(features(model, tokenizer, distinct) @ passages.T), axis=1)
        first = {
            question: next(i for i, place in enumerate(row) if place in answering[question])
            for question, row in zip(distinct, order.tolist(), strict=True)
        }
        ranks += [first[question] for question in asked]
    ranked = np.array(ranks)
    return {
        "top1": round(float((ranked < 1).mean()), 4),
        "top3": round(float((ranked < 3).mean()), 4),
        "mrr": round(float((1 / (ranked + 1)).mean()), 4),
    }

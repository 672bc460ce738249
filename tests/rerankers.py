"""Second readers that a test decides."""

import numpy as np


class FakeReranker:
    """Likes the passages that hold given words; remembers what it was asked."""

    def __init__(self, *words, liked=0.999, others=0.001):
        self.words, self.liked, self.others = words, liked, others
        self.asked = []

    def score(self, question, passages):
        self.asked.append((question, list(passages)))
        liked = [all(word in passage for word in self.words) for passage in passages]
        return np.where(liked, self.liked, self.others).astype(np.float32)


class BrokenReranker:
    """Fails, or gives what is no probability of each passage."""

    def __init__(self, scores=None):
        self.scores = scores

    def score(self, question, passages):
        if self.scores is None:
            raise RuntimeError(f"out of memory at {question}")
        return np.asarray(self.scores, dtype=np.float32)

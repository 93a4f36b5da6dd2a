"""Check the exercises on Word2Vec: probes and references (chapter 4).

The right answers are in ``lmcourse.word2vec``, but for four short functions below, and
the known mistakes in ``lmcourse.checks.mistakes``. Probes are float64, and tensors want
gradients where an answer must hand them on.

Shape letters: B pairs of a batch, V words, E embedding size, K negatives a pair,
C places for context words, L length of the longest way down a tree.
"""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import torch

from lmcourse import littletown, word2vec
from lmcourse.checks.core import CheckResult, diagnose, diagnose_in_stages, stopped
from lmcourse.checks.mistakes import word2vec_losses as losses
from lmcourse.checks.mistakes import word2vec_models as models
from lmcourse.checks.mistakes import word2vec_windows as windows
from lmcourse.vectors import WordVectors, evaluate_similarity

# --- probes --------------------------------------------------------------------------


def _counts(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw counts as a text has them, in no order, no two alike."""
    counts = 2000 / np.arange(1, size + 1) ** 1.1 + rng.random(size) * 3
    return rng.permutation(np.unique(np.ceil(counts).astype(int)))


def _tensors(rng: np.random.Generator, *shapes, scale=1.0, grad=True) -> tuple:
    """Draw float64 tensors."""
    return tuple(
        torch.from_numpy(scale * rng.standard_normal(shape)).requires_grad_(grad)
        for shape in shapes
    )


def _ids(rng: np.random.Generator, V: int, *shape: int) -> torch.Tensor:
    return torch.from_numpy(rng.integers(0, V, shape))


def _ids_apart(rng: np.random.Generator, V: int, K: int, *others) -> torch.Tensor:
    """Draw K ids for each row that are none of the row's others."""
    rows = [
        rng.choice(np.setdiff1d(np.arange(V), row), K)
        for row in zip(*(ids.tolist() for ids in others), strict=True)
    ]
    return torch.from_numpy(np.array(rows))


# --- 1  skipgram_pairs ----------------------------------------------------------------


def skipgram_pairs(ids: list[int], window: int) -> tuple[list[int], list[int]]:
    """Return the pairs of ``lmcourse.word2vec.skipgram_pairs`` as lists."""
    centers, contexts = word2vec.skipgram_pairs(ids, window)
    return centers.tolist(), contexts.tolist()


def check_skipgram_pairs(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``skipgram_pairs(ids, window)``: all centers, all contexts."""
    return diagnose(
        "skipgram_pairs",
        student,
        skipgram_pairs,
        lambda rng: [
            ([4, 7, 5], 1),
            ([4, 7, 5, 9], 2),
            ([3, 3, 8], 1),
            ([6], 3),
            ([], 2),
            *((rng.integers(0, 6, 9).tolist(), window) for window in (1, 2, 3, 4)),
            (rng.permutation(12).tolist(), 3),
            (rng.integers(0, 9, 4).tolist(), 8),
        ],
        windows.SKIPGRAM_PAIRS,
        outputs=("centers", "contexts"),
        seed=seed,
    )


# --- 2  keep_probability --------------------------------------------------------------


def check_keep_probability(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``keep_probability(counts, threshold)``."""
    return diagnose(
        "keep_probability",
        student,
        word2vec.keep_probability,
        lambda rng: [
            (np.array([16, 1, 1, 1, 1]), 0.2),
            (np.array([70, 20, 10]), 0.1),
            *((_counts(rng, 12), t) for t in (0.001, 0.01, 0.05)),
        ],
        windows.KEEP_PROBABILITY,
        seed=seed,
    )


# --- 3  noise_distribution ------------------------------------------------------------


def check_noise_distribution(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``noise_distribution(counts, power)``."""
    return diagnose(
        "noise_distribution",
        student,
        word2vec.noise_distribution,
        lambda rng: [
            (np.array([81, 16, 1]), 0.75),
            (np.array([1, 4]), 0.5),
            *((_counts(rng, 9) // 4 + 1, p) for p in (0.75, 0.75, 0.6, 1.0)),
        ],
        windows.NOISE_DISTRIBUTION,
        seed=seed,
    )


# --- 4  cosine ------------------------------------------------------------------------


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Return the cosine of the angle between two vectors, 0 if one has no direction."""
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / lengths) if lengths else 0.0


def check_cosine(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``cosine(a, b)`` of two NumPy vectors."""
    return diagnose_in_stages(
        "cosine",
        student,
        cosine,
        lambda rng: [
            (np.array([3.0, 4.0]), np.array([4.0, 3.0])),
            (np.array([2.0, 0.0]), np.array([-5.0, 0.0])),
            *((rng.standard_normal(n), 3 * rng.standard_normal(n)) for n in (3, 5, 8)),
        ],
        windows.COSINE,
        special=lambda rng: [(np.zeros(3), rng.standard_normal(3))],
        seed=seed,
    )


# --- 7  negative_samples --------------------------------------------------------------


def _negative_probes(rng: np.random.Generator) -> list[tuple]:
    by_hand = np.array([0.5, 0.25, 0.25])
    probes = [
        (by_hand, np.array([0, 1]), np.array([[0.1, 0.3, 0.6], [0.2, 0.6, 0.7]])),
        (by_hand, np.array([2]), np.array([[0.1, 0.9]])),
    ]
    for V, B, K in ((5, 4, 6), (9, 3, 8), (7, 5, 5)):
        noise = word2vec.noise_distribution(_counts(rng, V))
        context = rng.permutation(len(noise))[:B]
        probes.append((noise, context, rng.random((B, K))))
    return probes


def check_negative_samples(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``negative_samples(noise, context, u)``."""

    def ends(_):  # of the pieces
        noise = np.array([0.5, 0.25, 0.25])
        return [
            (noise, np.array([0, 1]), np.array([[0.0, 0.25, 0.5], [0.0, 0.6, 0.7]]))
        ]

    return diagnose_in_stages(
        "negative_samples",
        student,
        word2vec.negative_samples,
        _negative_probes,
        windows.NEGATIVE_SAMPLES,
        special=ends,
        seed=seed,
    )


# --- 6  softmax_loss ------------------------------------------------------------------


def _softmax_probes(rng: np.random.Generator) -> list[tuple]:
    probes = []
    for V, E, B in ((4, 2, 3), (6, 3, 4), (7, 5, 7)):
        context = torch.from_numpy(rng.permutation(V)[:B])
        center = torch.from_numpy(rng.permutation(V)[:B])
        probes.append((*_tensors(rng, (V, E), (V, E)), center, context))
    return probes


def _large_scores(rng: np.random.Generator) -> list[tuple]:
    V, U = _tensors(rng, (5, 3), (5, 3), grad=False)
    V[0], U[1], U[2] = 40 * V[0].sign(), 40 * V[0].sign(), -40 * V[0].sign()
    return [(V, U, torch.tensor([0, 0, 3]), torch.tensor([1, 2, 4]))]  # p is 1, 0, some


def check_softmax_loss(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``softmax_loss(V, U, center, context)``: one number a pair."""
    return diagnose_in_stages(
        "softmax_loss",
        student,
        word2vec.softmax_loss,
        _softmax_probes,
        losses.SOFTMAX_LOSS,
        special=_large_scores,
        seed=seed,
    )


# --- 8  negative_sampling_loss --------------------------------------------------------


def _pair_probes(rng: np.random.Generator, grad: bool) -> list[tuple]:
    sizes = (1, 2, 2, 1.0), (2, 3, 2, 1.0), (3, 5, 4, 1.0), (4, 2, 3, 3.0)
    return [
        _tensors(rng, (B, E), (B, E), (B, K, E), scale=scale, grad=grad)
        for B, K, E, scale in sizes
    ]


def check_negative_sampling_loss(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``negative_sampling_loss(v, u, n)``: one number a pair."""

    def large(rng):
        v, u, n = _tensors(rng, (2, 3), (2, 3), (2, 4, 3), grad=False)
        v = torch.nn.functional.normalize(v)
        u[0], n[1, 0] = -1000 * v[0], 100 * v[1]  # a strange neighbor, a near noise
        return [(v, u, n)]

    return diagnose_in_stages(
        "negative_sampling_loss",
        student,
        word2vec.negative_sampling_loss,
        lambda rng: _pair_probes(rng, True),
        losses.NEGATIVE_SAMPLING_LOSS,
        special=large,
        seed=seed,
    )


# --- 9  negative_sampling_gradients ---------------------------------------------------


def check_negative_sampling_gradients(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``negative_sampling_gradients(v, u, n)``: dv, du, dn."""
    return diagnose(
        "negative_sampling_gradients",
        student,
        word2vec.negative_sampling_gradients,
        lambda rng: _pair_probes(rng, False),
        losses.NEGATIVE_SAMPLING_GRADIENTS,
        outputs=("dv", "du", "dn"),
        seed=seed,
    )


# --- 10  training_step ----------------------------------------------------------------


def training_step(
    V: torch.Tensor,
    U: torch.Tensor,
    center: torch.Tensor,
    context: torch.Tensor,
    negatives: torch.Tensor,
    lr: float,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Move both tables one step down the loss of a batch, summed over the pairs.

    Parameters
    ----------
    V, U : Tensor of shape (V, E)
    center, context : int64 Tensor of shape (B,)
    negatives : int64 Tensor of shape (B, K)
    lr : float

    Returns
    -------
    V, U : Tensor of shape (V, E)
        New ones. A word that stands in the batch several times moves by the sum.
    """
    dv, du, dn = word2vec.negative_sampling_gradients(
        V[center], U[context], U[negatives]
    )
    rows = torch.cat([context, negatives.flatten()])
    changes = torch.cat([du, dn.flatten(0, 1)])
    return V.index_add(0, center, -lr * dv), U.index_add(0, rows, -lr * changes)


def check_training_step(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``training_step(V, U, center, context, negatives, lr)``: new V and U."""

    def probes(rng):
        found = []
        for V, E, B, K, lr in ((6, 2, 1, 2, 0.5), (9, 3, 4, 3, 0.1), (7, 2, 9, 2, 0.3)):
            center, context = _ids(rng, V, B), _ids(rng, V, B)
            negatives = _ids_apart(rng, V, K, context)
            tables = _tensors(rng, (V, E), (V, E), grad=False)
            found.append((*tables, center, context, negatives, lr))
        return found

    return diagnose(
        "training_step",
        student,
        training_step,
        probes,
        losses.TRAINING_STEP,
        outputs=("V", "U"),
        seed=seed,
    )


# --- 5 and 11  cbow_hidden, cbow_loss -------------------------------------------------


def _contexts(rng: np.random.Generator, V: int, B: int, C: int) -> tuple:
    """Draw contexts with empty places, in which any id may stand, and their mask."""
    contexts = _ids(rng, V, B, C)
    mask = torch.from_numpy(rng.random((B, C)) < 0.6)
    mask[:, 1] |= ~mask.any(1)  # at least one word
    mask[0] = True
    contexts[0, :2] = 0  # the word 0 is one, and may stand there twice
    mask[1, 0], mask[1, -1] = True, False
    return contexts, mask


def check_cbow_hidden(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``cbow_hidden(V, contexts, mask)``."""

    def probes(rng):
        shapes = ((6, 2, 2, 3), (8, 3, 4, 4), (9, 4, 5, 6))
        return [
            (*_tensors(rng, (V, E)), *_contexts(rng, V, B, C)) for V, E, B, C in shapes
        ]

    def alone(rng):  # a sentence of one word
        contexts, mask = _contexts(rng, 5, 3, 4)
        mask[2] = False
        return [(*_tensors(rng, (5, 3)), contexts, mask)]

    return diagnose_in_stages(
        "cbow_hidden",
        student,
        word2vec.cbow_hidden,
        probes,
        models.CBOW_HIDDEN,
        special=alone,
        seed=seed,
    )


def check_cbow_loss(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``cbow_loss(V, U, contexts, mask, center, negatives)``."""

    def probe(rng, V, E, B, C, K):
        contexts, mask = _contexts(rng, V, B, C)
        center = _ids(rng, V, B)
        tables = _tensors(rng, (V, E), (V, E))
        return *tables, contexts, mask, center, _ids_apart(rng, V, K, center)

    def probes(rng):
        shapes = (7, 2, 2, 3, 2), (9, 3, 4, 4, 3), (8, 3, 3, 4, 4)
        return [probe(rng, *shape) for shape in shapes]

    def alone(rng):  # a sentence of one word
        V, U, contexts, mask, *rest = probe(rng, 8, 3, 3, 4, 4)
        mask[2] = False
        return [(V, U, contexts, mask, *rest)]

    return diagnose_in_stages(
        "cbow_loss",
        student,
        word2vec.cbow_loss,
        probes,
        models.CBOW_LOSS,
        special=alone,
        seed=seed,
    )


# --- 12 and 13  huffman_codes, hierarchical_loss -------------------------------------


def huffman_codes(counts: list[int]) -> list[str]:
    """Return the way to each word as a string: 0 for the turn +1, 1 for -1."""
    turns = word2vec.huffman(counts).turns
    return ["".join("0" if turn > 0 else "1" for turn in way) for way in turns]


def _without_ties(rng: np.random.Generator, size: int) -> list[int]:
    """Draw counts of which no two, nor sums of them, are ever equal in the tree."""
    while True:
        counts = rng.integers(5, 2000, size).tolist()
        weights = list(counts)
        rest = sorted(counts)
        while len(rest) > 1:
            joined = rest[0] + rest[1]
            weights.append(joined)
            rest = sorted([*rest[2:], joined])
        if len(set(weights)) == len(weights):
            return counts


def check_huffman_codes(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``huffman_codes(counts)``: a string of 0 and 1 for each word."""
    return diagnose(
        "huffman_codes",
        student,
        huffman_codes,
        lambda rng: [
            ([4, 1, 2],),
            ([5, 9],),
            ([12, 10, 9, 8],),
            *((_without_ties(rng, size),) for size in (5, 7, 9, 12)),
            ([3],),
        ],
        models.HUFFMAN_CODES,
        seed=seed,
    )


def check_hierarchical_loss(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``hierarchical_loss(v, nodes, turns)``: one number a pair."""

    def probes(rng):
        found = []
        for B, L, E in ((1, 2, 2), (3, 3, 2), (4, 5, 3), (5, 4, 4)):
            turns = rng.choice([-1, 1], (B, L))
            length = rng.integers(1, L + 1, B)
            length[-1] = L
            turns[np.arange(L) >= length[:, None]] = 0
            tensors = _tensors(rng, (B, E), (B, L, E))
            found.append((*tensors, torch.from_numpy(turns)))
        return found

    def large(rng):
        v, nodes = _tensors(rng, (2, 3), (2, 3, 3), scale=50.0, grad=False)
        turns = torch.tensor([[1, -1, 1], [-1, 1, 0]])
        nodes[0, 0] = -20 * v[0]  # a turn that is nearly impossible
        return [(v, nodes, turns)]

    return diagnose_in_stages(
        "hierarchical_loss",
        student,
        word2vec.hierarchical_loss,
        probes,
        models.HIERARCHICAL_LOSS,
        special=large,
        seed=seed,
    )


# --- 14  analogy ----------------------------------------------------------------------


def analogy(matrix: np.ndarray, a: int, b: int, c: int) -> int:
    """Answer "a is to b as c is to ?" by 3CosAdd.

    Parameters
    ----------
    matrix : ndarray of shape (V, E)
        The vectors, of any length.
    a, b, c : int
        Rows; they are no candidates.

    Returns
    -------
    int
        The row d whose cosine with x_b - x_a + x_c is largest, x at length 1.
    """
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    scores = unit @ (unit[b] - unit[a] + unit[c])
    scores[[a, b, c]] = -np.inf
    return int(scores.argmax())


def check_analogy(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``analogy(matrix, a, b, c)``: the number of the answer."""

    def probes(rng):
        found = []
        for V in (8, 9, 15) * 8:
            lengths = rng.uniform(0.3, 3, (V, 1))
            matrix = lengths * (rng.standard_normal((V, 3)) + 0.5)
            a, b, c = rng.permutation(V)[:3].tolist()
            if V == 8:  # a between b and c, so that it is nearest to x_b - x_a + x_c
                matrix[b] = matrix[a] + 0.2 * matrix[b]
                matrix[c] = 2 * matrix[a] - matrix[b]
            found.append((matrix, a, b, c))
        return found

    return diagnose("analogy", student, analogy, probes, windows.ANALOGY, seed=seed)


# --- 15  build_vectors ---------------------------------------------------------------

_STORIES = 150  # few enough to leave room for ideas
_AHEAD = 0.02  # more than another seed, window or number of epochs brings


@cache
def _enciphered(seed: int) -> tuple[list, dict[str, str]]:
    """Return stories in cipher, and the key from words to what stands for them.

    What is known of the words from elsewhere, the gold list included, is of no use to
    who cannot read them.
    """
    stories = littletown.load("train")
    start = _STORIES * (seed % (len(stories) // _STORIES))
    stories = stories[start : start + _STORIES]
    words = sorted({word for story in stories for word in story})
    shuffled = np.random.default_rng(seed).permutation(len(words)).tolist()
    key = {word: f"w{code}" for word, code in zip(words, shuffled, strict=True)}
    return [[key[word] for word in story] for story in stories], key


@cache
def _given(seed: int) -> float:
    """Return the correlation of the model to beat: the best setting that we found."""
    model = word2vec.Word2Vec(dim=50, window=1, threshold=None, epochs=20)
    return _likeness(model.fit(_enciphered(seed)[0]).vectors, seed)


def _likeness(vectors: WordVectors, seed: int) -> float:
    """Return the correlation with the gold list, once the words are deciphered."""
    key, gold = _enciphered(seed)[1], littletown.similarities(seed=seed)
    readable = WordVectors(list(key), vectors.subset(key.values()).matrix)
    return evaluate_similarity(readable, gold, draws=1).rho


def check_build_vectors(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``build_vectors(sentences)``: be better than ``Word2Vec``, well tuned.

    Prints both correlations with the gold list. ``seed`` chooses the stories.
    """
    secret, key = _enciphered(seed)
    hint, mine = "", 0.0
    try:
        vectors = student([[*story] for story in secret])
        hint = _vectors_hint(vectors, key)
        if not hint:
            if not isinstance(vectors, WordVectors):
                vectors = WordVectors(vectors, np.stack([*vectors.values()]))
            mine = _likeness(vectors, seed)
    except (Exception, SystemExit) as error:
        hint = stopped(error)
    if not hint:
        given = _given(seed)
        bar = round(given + _AHEAD, 3)
        print(f"correlation {mine:.3f}; Word2Vec has {given:.3f}, the bar is {bar:.3f}")
        if round(mine, 3) < bar:
            hint = (
                f"True vectors, but {mine:.3f} is below {bar:.3f}. Word2Vec forgets on "
                "which side of a word a neighbor stood, and how far away; keep that. "
                "Or join two models that err at different places."
            )
    return CheckResult("build_vectors", hint)


def _vectors_hint(vectors: object, key: dict[str, str]) -> str:
    """Say what keeps an answer from being judged."""
    if not isinstance(vectors, WordVectors | Mapping):
        kind = type(vectors).__name__
        return f"Return a dict from words to vectors, or WordVectors, not {kind}."
    if missing := sorted(set(key.values()) - set(vectors)):
        return (
            f"{len(missing)} words of the stories have no vector, {missing[0]!r} "
            "among them: each needs one, however rare it is."
        )
    if isinstance(vectors, WordVectors):
        return ""
    rows = [np.asarray(row) for row in vectors.values()]
    shapes = {row.shape for row in rows}
    if len(shapes) > 1 or rows[0].ndim != 1 or not rows[0].size:
        some = " and ".join(map(str, sorted(shapes, key=str)[:2]))
        return f"All vectors need one shape (E,), but there is {some}."
    if not all(np.isfinite(row).all() for row in rows):
        return (
            "A vector has a number that is nan or infinite: is the learning rate too "
            "high for the number of pairs in a batch?"
        )
    return ""

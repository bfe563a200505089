"""A logistic regression over the reasons that the extractor gives for its quotes."""
import collections
import math

import scoring
import sets
from extractor import answers, extract

TRAINED_ON = (sets.GUM_TRAIN, sets.OWN_DEV)
FOLDS = 10
# Reasons that are rarer in the training texts say nothing.
RAREST = 8
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0)
ANY_CUE = "cue:*"


def reasons_of(quote):
    """The reasons that a quote gives, as the program weighs them."""
    found = collections.Counter(quote["why"])
    found["kind:" + quote["kind"]] += 1
    if quote["nested_in"] is not None:
        found["nested"] += 1
    return found


def may_train(record):
    """Not what has to be shared alike."""
    return "SA" not in record.get("licence", "")


def examples(program, measured, folder):
    """(document, reasons, whether right) of each quote that is found."""
    records = sets.load(measured, folder)
    if measured in TRAINED_ON:
        records = [record for record in records if may_train(record)]
    found = answers(extract(program, records))
    for record in records:
        answer = found[str(record["id"])]
        _, counted, document = scoring.compare(record, answer["quotes"], measured.speech_only)
        right = {
            other for at, other in document.overlapping()
            if scoring.speaker_is_right(document.known[at], document.found[other])
        }
        for at in counted:
            yield str(record["id"]), reasons_of(document.found[at]), at in right


class Model:
    """Weights by reason, and what is weighed."""

    def __init__(self, trials, strength):
        counts = collections.Counter(reason for _, reasons, _ in trials for reason in reasons)
        self.names = sorted(name for name, count in counts.items() if count >= RAREST) + [ANY_CUE]
        self.place = {name: at for at, name in enumerate(self.names)}
        rows = [(self.row(reasons), right) for _, reasons, right in trials]
        self.intercept, self.weights = fit(rows, len(self.names), strength)

    def row(self, reasons):
        """The weighed reasons of a quote, as the program finds them: (place, times)."""
        found = collections.Counter()
        for reason, times in reasons.items():
            if reason in self.place:
                found[self.place[reason]] += times
            elif reason.startswith("cue:"):
                found[self.place[ANY_CUE]] += times
        return sorted(found.items())

    def probability(self, reasons):
        logit = self.intercept + sum(self.weights[at] * times for at, times in self.row(reasons))
        return min(max(round(logistic(logit), 2), 0.01), 0.99)


def logistic(logit):
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))


def fit(rows, count, strength):
    """Newton's method: the weights that explain the rows best, drawn to zero with some strength (the intercept is free)."""
    size = count + 1
    beta = [0.0] * size
    full = [([(0, 1), *((at + 1, times) for at, times in row)], right) for row, right in rows]
    for _ in range(30):
        gradient = [0.0] + [-strength * weight for weight in beta[1:]]
        hessian = [[0.0] * size for _ in range(size)]
        for at in range(size):
            hessian[at][at] = strength if at else 1e-9
        for row, right in full:
            probability = logistic(sum(beta[at] * times for at, times in row))
            rest, slope = right - probability, probability * (1 - probability)
            for at, times in row:
                gradient[at] += rest * times
                for other, others in row:
                    hessian[at][other] += slope * times * others
        step = solve(hessian, gradient)
        beta = [weight + change for weight, change in zip(beta, step)]
        if max(abs(change) for change in step) < 1e-9:
            break
    return beta[0], beta[1:]


def solve(matrix, right):
    """Gaussian elimination with the largest pivots."""
    size = len(right)
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for row in range(at + 1, size):
            factor = rows[row][at] / rows[at][at]
            if factor:
                for column in range(at, size + 1):
                    rows[row][column] -= factor * rows[at][column]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = rows[at][size] - sum(rows[at][column] * found[column] for column in range(at + 1, size))
        found[at] = rest / rows[at][at]
    return found


def fold_of(trials):
    """The fold of each document: whole documents are left out together."""
    documents = sorted({document for document, _, _ in trials})
    return {document: at % FOLDS for at, document in enumerate(documents)}


def cross_validated(trials, strength):
    """The probability of each quote by a model that has not seen its document: (probability, right) in the trials' order."""
    folds = fold_of(trials)
    models = [Model([trial for trial in trials if folds[trial[0]] != fold], strength) for fold in range(FOLDS)]
    return [(models[folds[document]].probability(reasons), right) for document, reasons, right in trials]


def log_loss(trials):
    return -sum(math.log(probability if right else 1 - probability) for probability, right in trials) / len(trials)


def held_out(program, folder):
    """(set, probability, right) of each quote in the training texts, by models that have not seen its document."""
    trials, names = training(program, folder)
    return list(zip(names, cross_validated(trials, best_strength(trials)[0])))


def training(program, folder):
    """All examples that may train, and the set of each."""
    trials, names = [], []
    for measured in TRAINED_ON:
        of_set = list(examples(program, measured, folder))
        trials += of_set
        names += [measured.name] * len(of_set)
    return trials, names


def best_strength(trials):
    """How strongly weights are drawn to zero, and (mean, standard error) of the loss on unseen documents for each strength tried.

    Of those that are as good as the best one within its standard error the strongest is taken: the texts that train are few
    and of two manners, and what tells them apart holds nowhere else.
    """
    losses = {}
    for strength in STRENGTHS:
        by_fold = collections.defaultdict(list)
        folds = fold_of(trials)
        for (document, _, _), trial in zip(trials, cross_validated(trials, strength)):
            by_fold[folds[document]].append(trial)
        means = [log_loss(of_fold) for of_fold in by_fold.values()]
        mean = sum(means) / len(means)
        error = math.sqrt(sum((loss - mean) ** 2 for loss in means) / (len(means) - 1) / len(means))
        losses[strength] = (mean, error)
    least = min(losses.values())
    return max(strength for strength, (mean, _) in losses.items() if mean <= sum(least)), losses

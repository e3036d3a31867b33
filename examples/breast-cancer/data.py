"""The data: 569 measured tumors (the Wisconsin set that comes with scikit-learn), cut once into history and production."""

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split


def load():
    """(history, its truth, production, its truth). Models are trained on history; production is what callers send."""
    data = load_breast_cancer(as_frame=True)
    history, production, truth, later_truth = train_test_split(data.data, data.target, test_size=0.4, random_state=11, stratify=data.target)
    return history, truth, production, later_truth

"""Trains a classifier, logs what happened and registers the model.

Everything here is plain scikit-learn and MLflow: it runs without Roadbed too.
"""

import argparse

import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", type=int, default=4, help="depth of each tree")
    parser.add_argument("--trees", type=int, default=50, help="number of trees")
    options = parser.parse_args()

    # The data set comes with scikit-learn. Put your own in its place.
    data = load_breast_cancer(as_frame=True)
    train_x, test_x, train_y, test_y = train_test_split(data.data, data.target, test_size=0.25, random_state=7)

    with mlflow.start_run():
        mlflow.log_params(vars(options))
        model = RandomForestClassifier(n_estimators=options.trees, max_depth=options.depth, random_state=7)
        model.fit(train_x, train_y)
        auc = float(roc_auc_score(test_y, model.predict_proba(test_x)[:, 1]))
        mlflow.log_metric("auc", auc)
        logged = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(test_x, model.predict(test_x)),
            input_example=test_x.head(3),
            registered_model_name="my-project",
            # The service answers with the packages this job ran with, which are installed already.
            pip_requirements="requirements.txt",
            # MLflow keeps the model as data, not as a pickle, and wants the types named that it must trust: this file made them.
            skops_trusted_types=["sklearn.tree._tree.Tree"],
        )
        print(f"auc {auc:.4f}; registered my-project/{logged.registered_model_version}")


if __name__ == "__main__":
    main()

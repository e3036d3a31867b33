"""Trains one of three models that tell benign from malignant tumors, logs it with MLflow and registers it.

Plain XGBoost and MLflow: the same file runs on a laptop without Roadbed.

    v1  a small model, to have something in production
    v2  a better one
    v3  one with a mistake that shows only on data it has not seen (see binned_model.py)
"""

import argparse
import json
import pathlib
import tempfile

import mlflow
import mlflow.xgboost
import numpy
from mlflow.models import infer_signature
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from xgboost import XGBClassifier

import data

FOLDER = pathlib.Path(__file__).parent
MODEL = "breast-cancer"
# Said here, or MLflow starts the model once more in a process of its own only to see what it imports.
REQUIREMENTS = str(FOLDER / "requirements.txt")
VARIANTS = {
    "v1": {"n_estimators": 10, "max_depth": 2, "learning_rate": 0.1},
    "v2": {"n_estimators": 300, "max_depth": 3, "learning_rate": 0.1},
    "v3": {"n_estimators": 300, "max_depth": 3, "learning_rate": 0.1},
}
BINS = 8


def learn_bins(rows, truth):
    """For each column the edges of equally filled bins and the share of benign tumors in each."""
    bins = {}
    for column in rows.columns:
        edges = numpy.unique(numpy.quantile(rows[column], numpy.linspace(0, 1, BINS + 1)))
        edges[-1] = numpy.nextafter(edges[-1], numpy.inf)
        places = numpy.digitize(rows[column], edges)
        rates = [float(truth[places == place].mean()) for place in range(1, len(edges))]
        bins[column] = {"edges": edges.tolist(), "rates": rates}
    return bins


def encoder(bins):
    from binned_model import encode

    return lambda rows: encode(rows, bins)


def evaluate(model, rows, truth):
    probabilities = model.predict_proba(rows)[:, 1]
    return {
        "auc": float(roc_auc_score(truth, probabilities)),
        "accuracy": float(accuracy_score(truth, probabilities > 0.5)),
        "log_loss": float(log_loss(truth, probabilities)),
    }


def write_expected(path, rows, answers):
    """What the model says here about the rows of production, for a check of what the service says about them.

    `null` stands for a row the model cannot answer.
    """
    split = {"columns": list(rows.columns), "data": rows.to_numpy().tolist()}
    path.write_text(json.dumps({"rows": split, "answers": answers}), encoding="utf-8")


def answer_one_by_one(predict, rows):
    answers = []
    for place in range(len(rows)):
        try:
            answers.append(int(predict(rows.iloc[[place]])[0]))
        except KeyError:
            answers.append(None)
    return answers


def log_trees(model, rows):
    """Logs the classifier itself: MLflow keeps XGBoost's own JSON, which Roadbed serves without Python."""
    signature = infer_signature(rows, model.predict(rows))
    return mlflow.xgboost.log_model(
        model,
        name="model",
        model_format="json",
        signature=signature,
        input_example=rows.head(3),
        pip_requirements=REQUIREMENTS,
        registered_model_name=MODEL,
    )


def log_binned(model, bins, rows, encoded):
    """Logs trees, bins and the code between them: Roadbed serves it with a Python worker."""
    with tempfile.TemporaryDirectory() as scratch:
        trees, learned = pathlib.Path(scratch, "trees.json"), pathlib.Path(scratch, "bins.json")
        model.save_model(trees)
        learned.write_text(json.dumps(bins), encoding="utf-8")
        return mlflow.pyfunc.log_model(
            name="model",
            python_model=str(FOLDER / "binned_model.py"),
            artifacts={"trees": str(trees), "bins": str(learned)},
            signature=infer_signature(rows, model.predict(encoded)),
            input_example=rows.head(3),
            pip_requirements=REQUIREMENTS,
            registered_model_name=MODEL,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variant", choices=sorted(VARIANTS), default="v1")
    variant = parser.parse_args().variant

    history, truth, production, later_truth = data.load()
    bins = learn_bins(history, truth) if variant == "v3" else None
    prepare = encoder(bins) if bins else lambda rows: rows

    with mlflow.start_run(run_name=variant):
        mlflow.log_params({"variant": variant, **VARIANTS[variant]})
        model = XGBClassifier(**VARIANTS[variant], n_jobs=1, random_state=11)
        model.fit(prepare(history), truth)

        # The mistake a team makes: v3 is judged on what it was made from, and looks perfect.
        judged = (history, truth) if variant == "v3" else (production, later_truth)
        metrics = evaluate(model, prepare(judged[0]), judged[1])
        mlflow.log_metrics(metrics)

        expected = pathlib.Path("expected.json")
        write_expected(expected, production, answer_one_by_one(lambda rows: model.predict(prepare(rows)), production))
        mlflow.log_artifact(str(expected))

        logged = log_binned(model, bins, history, prepare(history)) if bins else log_trees(model, history)
        print(f"{variant}: auc {metrics['auc']:.4f}, accuracy {metrics['accuracy']:.3f}; registered {MODEL}/{logged.registered_model_version}")


if __name__ == "__main__":
    main()

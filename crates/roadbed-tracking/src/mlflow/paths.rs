/// The four addresses MLflow clients and pages use for one route.
macro_rules! mlflow_paths {
    ($path:literal) => {
        &[
            concat!("/api/2.0/mlflow", $path),
            concat!("/api/3.0/mlflow", $path),
            concat!("/ajax-api/2.0/mlflow", $path),
            concat!("/ajax-api/3.0/mlflow", $path),
        ]
    };
}

pub(crate) use mlflow_paths;

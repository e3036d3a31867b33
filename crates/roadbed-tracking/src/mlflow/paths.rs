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

/// The addresses of a route that only clients before MLflow 3 know, or that means something else since.
macro_rules! mlflow_v2_paths {
    ($path:literal) => {
        &[concat!("/api/2.0/mlflow", $path), concat!("/ajax-api/2.0/mlflow", $path)]
    };
}

/// The addresses of a route that came with MLflow 3.
macro_rules! mlflow_v3_paths {
    ($path:literal) => {
        &[concat!("/api/3.0/mlflow", $path), concat!("/ajax-api/3.0/mlflow", $path)]
    };
}

pub(crate) use {mlflow_paths, mlflow_v2_paths, mlflow_v3_paths};

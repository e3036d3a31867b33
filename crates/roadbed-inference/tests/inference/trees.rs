//! The tree evaluator against xgboost and lightgbm.

use crate::cases::{difference, models};
use roadbed_inference::mlmodel;
use roadbed_inference::trees::TreeModel;

#[test]
fn predictions_equal_those_of_the_libraries() {
    let Some(models) = models() else { return };
    let names: Vec<String> = models.names("xgb_").into_iter().chain(models.names("lgb_")).collect();
    assert!(names.len() > 35, "too few models: {names:?}");
    let mut wrong = Vec::new();
    for name in names {
        let case = models.case(&name);
        let model = mlmodel::read(&case.directory).unwrap();
        let loaded = match TreeModel::load(&case.directory, &model) {
            Ok(loaded) => loaded,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        match loaded.predict(&case.request) {
            Ok(response) => {
                wrong.extend(difference(&response, &case.expected, case.tolerance).map(|why| format!("{name}: {why}")));
            }
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

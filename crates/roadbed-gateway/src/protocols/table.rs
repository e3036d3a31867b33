//! Tables in JSON: pandas' `split` and `records` forms, and lists of rows with names.

use crate::json::{JsonError, MixedValues, Scanner, Shape, read_nested};
use crate::protocols::InputError;
use roadbed_contracts::tensor::{Signature, Tensor, TensorSpec};
use std::collections::HashMap;

/// What the model's signature says about this input.
pub(crate) fn spec_of<'s>(signature: Option<&'s Signature>, name: &str) -> Option<&'s TensorSpec> {
    signature?.inputs.iter().find(|spec| spec.name == name)
}

/// Values by name, in the order of their first appearance.
#[derive(Default)]
struct Columns {
    columns: Vec<(String, MixedValues, Shape, usize)>,
    index: HashMap<String, usize>,
}

impl Columns {
    /// The column of this name; records mostly repeat the order of the first, so that place is tried first.
    fn find(&mut self, name: &str, likely: usize) -> usize {
        if self.columns.get(likely).is_some_and(|(known, ..)| known == name) {
            return likely;
        }
        if let Some(found) = self.index.get(name) {
            return *found;
        }
        self.index.insert(name.to_owned(), self.columns.len());
        self.columns.push((name.to_owned(), MixedValues::default(), Shape::default(), 0));
        self.columns.len() - 1
    }
}

fn within(place: impl Into<String>) -> impl FnOnce(JsonError) -> InputError {
    move |source| InputError::Within { place: place.into(), source }
}

/// `{"columns": […], "data": [[…], …]}`; an `index` is read over. Without column names they are `0`, `1`, … as in pandas.
pub(crate) fn read_split(scanner: &mut Scanner<'_>, signature: Option<&Signature>) -> Result<Vec<Tensor>, InputError> {
    let place = "dataframe_split";
    scanner.expect(b'{').map_err(within(place))?;
    let (mut names, mut values, mut first) = (None, None, true);
    while let Some(key) = scanner.next_key(&mut first).map_err(within(place))? {
        match key.as_ref() {
            "columns" => names = Some(read_names(scanner).map_err(within("dataframe_split.columns"))?),
            "data" => values = Some(read_rows(scanner)?),
            _ => drop(scanner.skip_value().map_err(within(place))?),
        }
    }
    let values = values.ok_or(InputError::MissingKey { key: "data", place: place.into() })?;
    let names = names.unwrap_or_else(|| (0..values.len()).map(|index| index.to_string()).collect());
    let empty = values.is_empty();
    if !empty && values.len() != names.len() {
        return Err(InputError::RowLength { row: 0, found: values.len(), columns: names.len() });
    }
    let mut values = values.into_iter();
    let columns = names.into_iter().map(|name| (name, values.next().unwrap_or_default()));
    build_columns(columns, signature)
}

fn read_names(scanner: &mut Scanner<'_>) -> Result<Vec<String>, JsonError> {
    scanner.expect(b'[')?;
    let (mut names, mut first) = (Vec::new(), true);
    while scanner.next_element(&mut first)? {
        match scanner.peek() {
            Some(b'"') => names.push(scanner.string()?.into_owned()),
            _ => names.push(String::from_utf8_lossy(scanner.skip_value()?).into_owned()),
        }
    }
    Ok(names)
}

/// Rows of scalars, turned into columns.
fn read_rows(scanner: &mut Scanner<'_>) -> Result<Vec<MixedValues>, InputError> {
    let place = "dataframe_split.data";
    scanner.expect(b'[').map_err(within(place))?;
    let (mut columns, mut row, mut first) = (Vec::<MixedValues>::new(), 0, true);
    while scanner.next_element(&mut first).map_err(within(place))? {
        scanner.expect(b'[').map_err(within(place))?;
        let (mut found, mut first_value) = (0, true);
        while scanner.next_element(&mut first_value).map_err(within(place))? {
            if row == 0 {
                columns.push(MixedValues::default());
            }
            let columns_known = columns.len();
            let column = columns.get_mut(found).ok_or(InputError::RowLength {
                row,
                found: found + 1,
                columns: columns_known,
            })?;
            column.take(scanner).map_err(within(format!("dataframe_split.data, row {row}, column {found}")))?;
            found += 1;
        }
        if found != columns.len() {
            return Err(InputError::RowLength { row, found, columns: columns.len() });
        }
        row += 1;
    }
    Ok(columns)
}

/// `[{"a": 1, "b": "x"}, …]`; a column that a record leaves out is missing there.
pub(crate) fn read_records(
    scanner: &mut Scanner<'_>,
    signature: Option<&Signature>,
) -> Result<Vec<Tensor>, InputError> {
    let place = "dataframe_records";
    scanner.expect(b'[').map_err(within(place))?;
    let (mut columns, mut rows, mut first) = (Columns::default(), 0, true);
    while scanner.next_element(&mut first).map_err(within(place))? {
        scanner.expect(b'{').map_err(within(place))?;
        let (mut likely, mut first_key) = (0, true);
        while let Some(key) = scanner.next_key(&mut first_key).map_err(within(place))? {
            let column = columns.find(&key, likely);
            let (name, values, _, filled) = &mut columns.columns[column];
            fill_missing(name, values, filled, rows)?;
            let in_column = || within(format!("dataframe_records, row {rows}, column {name:?}"));
            if *filled > rows {
                return Err(InputError::DuplicateInput(name.clone()));
            }
            values.take(scanner).map_err(in_column())?;
            *filled += 1;
            likely = column + 1;
        }
        rows += 1;
    }
    for (name, values, _, filled) in &mut columns.columns {
        fill_missing(name, values, filled, rows)?;
    }
    build_columns(columns.columns.into_iter().map(|(name, values, ..)| (name, values)), signature)
}

fn fill_missing(name: &str, values: &mut MixedValues, filled: &mut usize, rows: usize) -> Result<(), InputError> {
    while *filled < rows {
        values
            .push_missing()
            .map_err(|error| InputError::Column { column: name.to_owned(), detail: error.to_string() })?;
        *filled += 1;
    }
    Ok(())
}

/// A list of objects, each with the same names; a value may itself be an array. What is inside the outer `[` is read, up to its end.
pub(crate) fn read_named_rows(
    scanner: &mut Scanner<'_>,
    signature: Option<&Signature>,
) -> Result<Vec<Tensor>, InputError> {
    let place = "the list of named rows";
    scanner.expect(b'[').map_err(within(place))?;
    let (mut columns, mut rows, mut first) = (Columns::default(), 0, true);
    while scanner.next_element(&mut first).map_err(within(place))? {
        scanner.expect(b'{').map_err(within(place))?;
        let (mut likely, mut first_key) = (0, true);
        while let Some(key) = scanner.next_key(&mut first_key).map_err(within(place))? {
            let column = columns.find(&key, likely);
            let (name, values, shape, filled) = &mut columns.columns[column];
            if *filled != rows {
                let missing = *filled < rows;
                let column = name.clone();
                return Err(if missing {
                    InputError::MissingColumn { row: *filled, column }
                } else {
                    InputError::DuplicateInput(column)
                });
            }
            read_nested(scanner, 1, shape, &mut |scanner| values.take(scanner))
                .map_err(within(format!("row {rows}, {name:?}")))?;
            *filled += 1;
            likely = column + 1;
        }
        rows += 1;
    }
    let mut tensors = Vec::with_capacity(columns.columns.len());
    for (name, values, mut shape, filled) in columns.columns {
        if filled < rows {
            return Err(InputError::MissingColumn { row: filled, column: name });
        }
        shape.close(rows, scanner).map_err(within(name.clone()))?;
        let shape = shape.finish(scanner).map_err(within(name.clone()))?;
        let wanted = spec_of(signature, &name).map(|spec| spec.datatype);
        tensors.push(Tensor { name, shape, data: values.into_data(wanted) });
    }
    Ok(tensors)
}

/// Columns as tensors of shape `[rows]`. A column without any value is left out where the model allows that.
pub(crate) fn build_columns(
    columns: impl Iterator<Item = (String, MixedValues)>,
    signature: Option<&Signature>,
) -> Result<Vec<Tensor>, InputError> {
    let mut tensors: Vec<Tensor> = Vec::with_capacity(columns.size_hint().0);
    for (name, values) in columns {
        let spec = spec_of(signature, &name);
        if values.is_all_missing() && spec.is_some_and(|spec| spec.optional) {
            continue;
        }
        let data = values.into_data(spec.map(|spec| spec.datatype));
        tensors.push(Tensor { shape: vec![data.len()], name, data });
    }
    Ok(tensors)
}

//! Microseconds per row of a tree model, in process: `bench_trees MODEL_FOLDER [SECONDS]`. Rows are random and differ from call to call, so that
//! branch predictors are not cheated.

use roadbed_contracts::backend::{InferenceRequest, InputForm};
use roadbed_contracts::tensor::{Tensor, TensorData};
use roadbed_inference::{mlmodel, trees::TreeModel};
use std::hint::black_box;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const ROWS: usize = 4096;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("usage: bench_trees MODEL_FOLDER [SECONDS]")?);
    let seconds = arguments.next().map_or(Ok(1.0), |text| text.parse())?;
    let model = TreeModel::load(&directory, &mlmodel::read(&directory)?)?;
    let inputs = &model.signature().inputs;
    let lone = inputs.first().filter(|input| input.shape.len() == 2).map(|input| input.shape[1]);
    let features = usize::try_from(lone.unwrap_or(inputs.len().try_into()?))?;
    let mut state = 1_u64;
    let mut normal = || {
        // Sum of uniform numbers from a linear congruential generator: near enough to normal for a benchmark.
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / 16_777_216.0
        };
        (0..4).map(|_| uniform()).sum::<f32>() * 1.7 - 3.4
    };
    let values: Vec<f32> = (0..ROWS * features).map(|_| normal()).collect();
    let mut output = std::io::stdout();
    writeln!(output, "{} features, {} KiB", features, model.memory_bytes() / 1024)?;
    for batch in [1, 64, ROWS] {
        let requests: Vec<InferenceRequest> =
            values.chunks_exact(batch * features).map(|rows| request(rows, batch, features)).collect();
        let until = Instant::now() + Duration::from_secs_f64(seconds);
        let mut samples = Vec::new();
        while Instant::now() < until {
            // Several calls per sample, so that reading the clock is not what is measured.
            for group in requests.chunks(16) {
                let start = Instant::now();
                for request in group {
                    black_box(model.predict(black_box(request))?);
                }
                samples.push(start.elapsed().as_secs_f64() * 1e6 / (batch * group.len()) as f64);
            }
        }
        samples.sort_by(f64::total_cmp);
        let at = |percent: usize| samples[samples.len() * percent / 100];
        writeln!(output, "batch {batch}: p10 {:.3}, median {:.3}, p99 {:.3} µs/row", at(10), at(50), at(99))?;
    }
    Ok(())
}

fn request(rows: &[f32], batch: usize, features: usize) -> InferenceRequest {
    InferenceRequest {
        form: InputForm::Tensors,
        inputs: vec![Tensor {
            name: "input-0".to_owned(),
            shape: vec![batch, features],
            data: TensorData::Fp32(rows.to_vec()),
        }],
        outputs: Vec::new(),
        parameters: serde_json::Map::new(),
        rows: batch,
        timeout: Duration::from_secs(1),
    }
}

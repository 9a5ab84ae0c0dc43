//! Questions to simulated quantum circuits: those that a scenario asks beside its run, from the futures
//! of the run to the kernel's problems, and from its answers to what is kept; and those of circuits that
//! come as files.

mod allocate;
mod answer;
mod circuit;
mod features;
mod files;
mod forecast;
mod numbers;
mod question;

pub use answer::{Answers, Tail};
pub(crate) use answer::{Futures, answer};
pub use circuit::{CircuitAnswer, CircuitQuestion, SampledMean};
pub use features::{FeatureRows, features};
pub use files::{read_bindings, read_circuit, read_matrix, read_samples};
pub(crate) use forecast::forecast;
pub use forecast::operations_per_second;
pub(crate) use question::{Allocation, Candidate, Features, Questions, Returns, Risk, TailRisk};

//! `schema`: the JSON Schema of scenario files.

use super::print_json;
use crate::failure::Failure;

pub fn execute() -> Result<(), Failure> {
    print_json(&energyopti_scenarios::schema())
}

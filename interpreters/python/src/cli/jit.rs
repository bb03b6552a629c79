//! The JIT's settings from the command line, and its reports.

use super::options::{Jit, Options};
use metajit::driver;

/// Sets the driver up.
///
/// # Errors
/// A message for a person.
pub fn configure(options: &Options) -> Result<(), String> {
    driver::set_mode(match options.jit {
        Jit::Off => driver::Mode::Off,
        Jit::On => driver::Mode::On,
        Jit::Sync => driver::Mode::Sync,
    });
    for (name, value) in &options.jit_parameters {
        driver::configure(&format!("{name}={value}")).map_err(|error| error.to_string())?;
    }
    if let Some(path) = &options.jit_log {
        let file =
            std::fs::File::create(path).map_err(|error| format!("can't write the log '{path}': {error}"))?;
        driver::log_to(Box::new(std::io::BufWriter::new(file)));
    }
    Ok(())
}

/// Writes what was asked for at the end.
pub fn report(options: &Options) {
    if options.jit_log.is_some() {
        driver::finish_log();
    }
    if options.jit_stats {
        let heap = metajit::heap::stats();
        eprint!("{}", driver::statistics().text());
        eprintln!("collections (young)    {}", heap.young_collections);
        eprintln!("collections (whole)    {}", heap.whole_collections);
        eprintln!("collecting (ms)        {:.3}", heap.collecting.as_secs_f64() * 1e3);
        eprintln!("heap used (bytes)      {}", heap.used_bytes);
    }
}

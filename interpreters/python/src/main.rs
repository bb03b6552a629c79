//! The `metapy` command.

fn main() {
    metapy::cli::main()
}

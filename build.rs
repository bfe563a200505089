//! Builds anew when something embedded changes: cargo does not see by itself that a file or folder is new.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=data");
}

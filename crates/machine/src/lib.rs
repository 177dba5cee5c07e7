//! Facts of this computer: device name, OS, CPU, memory.

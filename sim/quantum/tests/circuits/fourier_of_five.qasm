// Quantum Fourier transform of |5>: qubit 0 is the lowest bit.
OPENQASM 3.0;
include "stdgates.inc";

const int n = 3;
qubit[n] q;

x q[0];
x q[2];

for int high in [n - 1:-1:0] {
    h q[high];
    for int low in [0:high - 1] {
        cp(pi / 2 ** (high - low)) q[low], q[high];
    }
}
swap q[0], q[2];

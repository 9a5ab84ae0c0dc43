// Grover's search among four, marked: 11.
OPENQASM 3.0;
include "stdgates.inc";

// The reflection about the even superposition.
gate reflection a, b {
    h a;
    h b;
    x a;
    x b;
    ctrl @ z a, b;
    x a;
    x b;
    h a;
    h b;
}

qubit[2] q;
bit[2] c;
h q;
cz q[0], q[1];
reflection q[0], q[1];
c = measure q;

// Gates of every kind on three qubits; the amplitudes in the test are another simulator's.
OPENQASM 3.0;
include "stdgates.inc";

gate turn(a) u, v {
    ctrl @ rx(a / 2) u, v;
    inv @ t u;
    gphase(a);
}

qubit[3] q;
h q;
rx(0.3) q[0];
U(0.4, 1.1, -0.7) q[1];
cu(0.3, 0.5, 0.7, 0.2) q[2], q[0];
ctrl @ turn(0.8) q[0], q[1], q[2];
negctrl @ ctrl @ h q[2], q[1], q[0];
crz(pi / 3) q[1], q[2];
cswap q[0], q[1], q[2];
ccx q[2], q[0], q[1];
pow(3) @ s q[1];
ctrl @ gphase(pi / 5) q[2];
cp(-0.9) q[0], q[2];
ry(2 * pi / 7) q[2];

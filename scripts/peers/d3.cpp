// Times workload D3 with paraBioFVM: d3 FIELDS THREADS STEPS prints "MEDIAN least LEAST mean MEAN", ms.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <omp.h>
#include <vector>

#include "solver/host/solver.h"

using namespace biofvm;
using Clock = std::chrono::steady_clock;

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const int fields = std::atoi(argv[1]), steps = std::atoi(argv[3]);
    omp_set_num_threads(std::atoi(argv[2]));
    cartesian_mesh mesh(3, {0, 0, 0}, {2000, 2000, 2000}, {20, 20, 20});
    auto diffusion = std::make_unique<real_t[]>(fields);
    auto decay = std::make_unique<real_t[]>(fields);
    auto start = std::make_unique<real_t[]>(fields);
    for (int s = 0; s < fields; s++) {
        diffusion[s] = 1e5 / (1 + s);
        decay[s] = 0.1;
    }
    microenvironment m(mesh, fields, 0.01, start.get());
    m.diffusion_coefficients = std::move(diffusion);
    m.decay_rates = std::move(decay);
    solvers::host::solver solver;
    solver.initialize(m);
    real_t* values = m.substrate_densities.get();
    for (int z = 0; z < 100; z++)
        for (int y = 0; y < 100; y++)
            for (int x = 0; x < 100; x++)
                for (int s = 0; s < fields; s++)
                    values[s + (size_t)fields * (x + 100 * (y + 100 * z))] =
                        10 + 5 * cos(0.01 * (20 * x + 10)) * cos(0.007 * (20 * y + 10)) * cos(0.005 * (20 * z + 10));
    std::vector<double> times;
    for (int i = 0; i < 3 + steps; i++) {
        const auto from = Clock::now();
#pragma omp parallel
        solver.diffusion.solve(m);
        const std::chrono::duration<double, std::milli> took = Clock::now() - from;
        if (i >= 3) times.push_back(took.count());
    }
    double sum = 0;
    for (size_t i = 0; i < 1000000; i++) sum += values[i * fields];
    std::sort(times.begin(), times.end());
    std::printf("%.4f least %.4f mean %.7f\n", times[times.size() / 2], times[0], sum / 1e6);
}

// Times workload M with paraPhysiCell: m BALL_UM THREADS STEPS prints "MEDIAN least LEAST cells N neighbours MEAN", ms.
#include <BioFVM/solver.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <omp.h>
#include <vector>

#include "environment.h"
#include "original/core/standard_models.h"
#include "solver/host/containers_solver.h"
#include "solver/host/interactions_solver.h"
#include "solver/host/position_solver.h"

using namespace biofvm;
using namespace physicell;
using Clock = std::chrono::steady_clock;

// All lattice points of a hexagonal close packing in a ball become movable cells of the default kind.
static int fill(environment& e, double apart, double ball) {
    const double row = apart * std::sqrt(0.75), layer = apart * std::sqrt(2.0 / 3.0);
    const int far = (int)std::ceil(ball / layer) + 1;
    int n = 0;
    for (int k = -far; k <= far; k++)
        for (int j = -2 * far; j <= 2 * far; j++)
            for (int i = -2 * far; i <= 2 * far; i++) {
                const double odd = (k % 2 + 2) % 2;
                const double x = apart * (i + 0.5 * ((j % 2 + 2) % 2) + 0.5 * odd);
                const double y = row * (j + odd / 3.0), z = layer * k;
                if (x * x + y * y + z * z > ball * ball) continue;
                auto cell = e.get_container().create_cell(e.cell_defaults());
                cell->position()[0] = x;
                cell->position()[1] = y;
                cell->position()[2] = z;
                cell->is_movable() = 1;
                n++;
            }
    return n;
}

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const int steps = std::atoi(argv[3]);
    omp_set_num_threads(std::atoi(argv[2]));
    cartesian_mesh mesh(3, {-500, -500, -500}, {500, 500, 500}, {20, 20, 20});
    auto one = [](real_t value) {
        auto array = std::make_unique<real_t[]>(1);
        array[0] = value;
        return array;
    };
    const auto start = one(38);
    microenvironment m(mesh, 1, 0.01, start.get());
    m.diffusion_coefficients = one(1e5);
    m.decay_rates = one(0.1);
    m.compute_internalized_substrates = false;
    environment e(m, 1, {30, 30, 30});
    e.cell_definitions_count = 1;
    m.agents = std::make_unique<cell_container>(e);
    e.mechanics_time_step = 0.1;
    e.virtual_wall_at_domain_edges = false;
    e.automated_spring_adhesion = true;
    initialize_default_cell_definition(e);
    const int n = fill(e, 15.984, std::atof(argv[1]));
    interactions_solver interactions;
    containers_solver containers;
    containers.initialize(e);
    containers.update_mechanics_mesh(e);
#pragma omp parallel
    position_solver::update_cell_neighbors(e);
    std::vector<double> times;
    for (int step = 0; step < 5 + steps; step++) {
        const auto from = Clock::now();
#pragma omp parallel
        {
            position_solver::update_cell_forces(e);
            position_solver::update_motility(e);
            position_solver::update_basement_membrane_interactions(e);
            position_solver::update_spring_attachments(e);
            position_solver::update_positions(e);
            interactions.update_cell_cell_interactions(e);
            containers.update_cell_container_for_mechanics(e);
            containers.update_mechanics_mesh(e);
            position_solver::update_cell_neighbors(e);
        }
        const std::chrono::duration<double, std::milli> took = Clock::now() - from;
        if (step >= 5) times.push_back(took.count());
    }
    double neighbours = 0;
    for (auto& cell : e.get_container().agents()) neighbours += cell->state.neighbors().size();
    std::sort(times.begin(), times.end());
    std::printf("%.4f least %.4f cells %d neighbours %.3f\n", times[times.size() / 2], times[0], n, neighbours / n);
}

// Which of the measured matrices of text are the paper's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eif/matrix.h"
#include "reports/paper/matrix_store.h"

namespace eif {

struct SeedMatrix {
  uint64_t seed = 0;
  Matrix matrix;
};

// The domains of the paper's matrices that the store has, and after them that of claims that have
// nothing to do with each other.
std::vector<std::string> paper_domains(const MatrixStore& store);

bool is_of_claims(const std::string& domain);

// The desiderata judge all claims under the name of the small domain.
std::string name_in_results(const std::string& domain);

// The samples of one domain that are the paper's, of each seed; empty where it was not measured.
std::vector<SeedMatrix> paper_matrices(const MatrixStore& store, const std::string& domain,
                                       Condition condition);

}  // namespace eif

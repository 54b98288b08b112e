#include "reports/paper/text_matrices.h"

#include <utility>

#include "absl/status/statusor.h"
#include "domains/paper.h"
#include "domains/paper_part.h"

namespace eif {

std::vector<std::string> paper_domains(const MatrixStore& store) {
  std::vector<std::string> domains;
  for (const char* domain : paper::kMatrixDomains) {
    if (store.has(domain)) domains.emplace_back(domain);
  }
  for (const char* domain : {paper::kClaims, paper::kManyClaims}) {
    if (store.has(domain)) domains.emplace_back(domain);
  }
  return domains;
}

bool is_of_claims(const std::string& domain) { return name_in_results(domain) == paper::kClaims; }

std::string name_in_results(const std::string& domain) {
  return domain == paper::kManyClaims ? paper::kClaims : domain;
}

std::vector<SeedMatrix> paper_matrices(const MatrixStore& store, const std::string& domain,
                                       Condition condition) {
  std::vector<SeedMatrix> result;
  for (const auto& [seed, matrix] : store.matrices(domain, condition)) {
    // Claims are all the paper's kind, and which ones there are is the draw's choice.
    absl::StatusOr<Matrix> part =
        is_of_claims(domain) ? absl::StatusOr<Matrix>(*matrix) : paper_part(domain, *matrix);
    if (part.ok()) result.push_back({seed, *std::move(part)});  // each name is that of a domain
  }
  return result;
}

}  // namespace eif

#include "domains/paper_part.h"

#include <algorithm>
#include <vector>

#include "domains/domain.h"

namespace eif {

absl::StatusOr<Matrix> paper_part(const std::string& domain, const Matrix& matrix) {
  const absl::StatusOr<const DomainTemplate*> domain_template = find_domain(domain);
  if (!domain_template.ok()) return domain_template.status();
  std::vector<std::string> ids;
  for (const SampleTemplate& sample : (*domain_template)->samples) {
    if (!sample.role.extended) ids.push_back(sample.id);
  }
  Matrix part(ids, ids);
  const std::vector<std::string>& evaluated = matrix.evaluated_ids();
  for (size_t column = 0; column < ids.size(); ++column) {
    const auto source = std::find(evaluated.begin(), evaluated.end(), ids[column]);
    if (source != evaluated.end()) {
      part.base()[column] = matrix.base()[static_cast<size_t>(source - evaluated.begin())];
    }
    for (size_t row = 0; row < ids.size(); ++row) {
      part.at(row, column) = matrix.at(ids[row], ids[column]);
    }
  }
  return part;
}

}  // namespace eif

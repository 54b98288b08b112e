#include "desiderata/shared/text_domains.h"

#include "domains/domain.h"

namespace eif {

absl::StatusOr<std::vector<Request>> requests_for(const std::vector<std::string>& domains,
                                                  const Draw& draw) {
  std::vector<Request> requests;
  for (const std::string& name : domains) {
    const absl::StatusOr<Domain> domain = draw_domain(name, draw);
    if (!domain.ok()) return domain.status();
    requests.push_back({.name = name,
                        .domain = name,
                        .trained = domain->trained(),
                        .evaluated = domain->evaluated()});
  }
  return requests;
}

absl::StatusOr<Matrix> paper_part(const std::string& domain, const Matrix& matrix) {
  const absl::StatusOr<const DomainTemplate*> domain_template = find_domain(domain);
  if (!domain_template.ok()) return domain_template.status();
  std::vector<std::string> ids;
  for (const SampleTemplate& sample : (*domain_template)->samples) {
    if (!sample.role.extended) ids.push_back(sample.id);
  }
  Matrix part(ids, ids);
  for (size_t row = 0; row < ids.size(); ++row) {
    for (size_t column = 0; column < ids.size(); ++column) {
      part.at(row, column) = matrix.at(ids[row], ids[column]);
    }
  }
  return part;
}

}  // namespace eif

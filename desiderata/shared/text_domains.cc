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

}  // namespace eif

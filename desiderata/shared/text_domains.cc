#include "desiderata/shared/text_domains.h"

#include <algorithm>
#include <utility>

namespace eif {
namespace {

Request request_for(const Domain& domain, const std::set<Cell>& compared) {
  std::set<Cell> cells = compared;
  for (const DomainSample& trained : domain.samples) {
    for (const DomainSample& evaluated : domain.samples) {
      if (trained.role.extended || evaluated.role.extended) continue;
      if (trained.role.train && evaluated.role.evaluate) {
        cells.insert({trained.sample.id, evaluated.sample.id});
      }
    }
  }
  return request_of_cells(domain, std::move(cells));
}

}  // namespace

Request request_of_cells(const Domain& domain, std::set<Cell> cells) {
  std::set<std::string> rows, columns;
  for (const auto& [trained, evaluated] : cells) {
    rows.insert(trained);
    columns.insert(evaluated);
  }
  Request request{.name = domain.name, .domain = domain.name};
  for (const DomainSample& sample : domain.samples) {
    if (rows.contains(sample.sample.id)) request.trained.push_back(sample.sample);
    if (columns.contains(sample.sample.id)) request.evaluated.push_back(sample.sample);
  }
  request.only = std::move(cells);
  return request;
}

absl::StatusOr<std::vector<Request>> requests_for(const std::vector<std::string>& domains,
                                                  const Draw& draw, const CellsByDomain& compared) {
  std::vector<Request> requests;
  for (const std::string& name : domains) {
    const absl::StatusOr<Domain> domain = draw_domain(name, draw);
    if (!domain.ok()) return domain.status();
    const auto cells = compared.find(name);
    requests.push_back(
        request_for(*domain, cells == compared.end() ? std::set<Cell>() : cells->second));
  }
  return requests;
}

absl::StatusOr<std::vector<Request>> requests_comparing(
    const std::vector<ContrastExpectation>& contrasts, const Draw& draw) {
  std::vector<std::string> domains;
  for (const ContrastExpectation& contrast : contrasts) {
    if (std::find(domains.begin(), domains.end(), contrast.domain) == domains.end()) {
      domains.push_back(contrast.domain);
    }
  }
  return requests_for(domains, draw, compared_in(contrasts));
}

CellsByDomain compared_in(const std::vector<ContrastExpectation>& contrasts) {
  CellsByDomain compared;
  for (const ContrastExpectation& contrast : contrasts) {
    compared[contrast.domain].merge(contrast.cells());
  }
  return compared;
}

}  // namespace eif

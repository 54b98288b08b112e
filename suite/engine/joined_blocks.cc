#include "suite/engine/joined_blocks.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "suite/engine/difference_products.h"

namespace eif {
namespace {

// A set of nodes, ascending.
using Nodes = std::vector<int64_t>;

template <typename Value>
std::vector<Value> united(const std::vector<Value>& a, const std::vector<Value>& b) {
  std::vector<Value> both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

// Numbers the nodes of texts, those of common beginnings once.
class NodeNumbers {
 public:
  Nodes of(const std::vector<Example>& examples) {
    Nodes nodes;
    for (const Example& example : examples) {
      const std::vector<int64_t>& ids = std::get<TextExample>(example).ids;
      int64_t node = -1;
      for (size_t i = 0; i + 1 < ids.size(); ++i) {
        node = numbers_.try_emplace({node, ids[i]}, std::ssize(numbers_)).first->second;
        nodes.push_back(node);
      }
    }
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    return nodes;
  }

 private:
  std::map<std::pair<int64_t, int64_t>, int64_t> numbers_;  // by parent and token
};

struct Candidate {
  JoinedBlock joined;
  Nodes nodes;
  size_t rows = 0;
};

double cost(size_t rows, size_t nodes) {
  return (static_cast<double>(rows) + kBaseRowCost) * static_cast<double>(nodes);
}

// What is saved if they are evaluated together.
double saved_by_joining(const Candidate& a, const Candidate& b, size_t united_nodes) {
  return cost(a.rows, a.nodes.size()) + cost(b.rows, b.nodes.size()) -
         cost(a.rows + b.rows, united_nodes);
}

// The one that `block` saves most with; nothing where it saves nothing.
std::optional<size_t> best_partner(const Candidate& block, const std::vector<Candidate>& others) {
  std::optional<size_t> best;
  double most_saved = 0;
  for (size_t i = 0; i < others.size(); ++i) {
    const double saved =
        saved_by_joining(block, others[i], united(block.nodes, others[i].nodes).size());
    if (saved <= most_saved) continue;
    most_saved = saved;
    best = i;
  }
  return best;
}

void join(Candidate& into, const Candidate& block) {
  into.joined.columns = united(into.joined.columns, block.joined.columns);
  into.joined.blocks.push_back(block.joined.blocks.front());
  into.nodes = united(into.nodes, block.nodes);
  into.rows += block.rows;
}

}  // namespace

std::vector<JoinedBlock> unjoined_blocks(const WantedCells& wanted) {
  std::vector<JoinedBlock> blocks;
  for (const CellBlock& block : wanted.blocks) blocks.push_back({block.columns, {&block}});
  return blocks;
}

std::vector<JoinedBlock> joined_blocks(const WantedCells& wanted, const EncodedSamples& columns) {
  NodeNumbers numbers;
  std::vector<Nodes> nodes_of_column;
  for (const EncodedSample& column : columns) {
    nodes_of_column.push_back(column.ok() ? numbers.of(*column) : Nodes());
  }
  std::vector<Candidate> candidates;
  for (const CellBlock& block : wanted.blocks) {
    Candidate& candidate =
        candidates.emplace_back(Candidate{{block.columns, {&block}}, {}, block.rows.size()});
    std::sort(candidate.joined.columns.begin(), candidate.joined.columns.end());
    for (const size_t column : block.columns) {
      candidate.nodes = united(candidate.nodes, nodes_of_column[column]);
    }
  }
  // The largest first, so that the small ones find them.
  std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    return a.nodes.size() > b.nodes.size();
  });
  std::vector<Candidate> joined;
  for (Candidate& candidate : candidates) {
    const std::optional<size_t> partner = best_partner(candidate, joined);
    if (partner.has_value()) {
      join(joined[*partner], candidate);
    } else {
      joined.push_back(std::move(candidate));
    }
  }
  std::vector<JoinedBlock> result;
  for (Candidate& candidate : joined) result.push_back(std::move(candidate.joined));
  return result;
}

}  // namespace eif

#include "suite/engine/thread_shares.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "suite/engine/batching.h"
#include "suite/engine/difference_products.h"
#include "suite/engine/distinct_statements.h"

namespace eif {
namespace {

// A backward pass takes twice what the forward pass before it takes.
constexpr int64_t kPassesOfTraining = 3;
// Shares are made smaller until threads wait for the last one for no more than this part of the
// time.
constexpr double kWaitsLittle = 0.1;
// Where they would wait longer than this, all threads together do one thing after another.
constexpr double kWaitsTooLong = 1.0 / 3;
// Shares that each thread gets at most, where rows of different size do not go up evenly.
constexpr int64_t kMostShares = 4;

// Rows of one group, as places in it.
struct GroupShare {
  size_t group = 0;
  std::vector<size_t> rows;
};
using Share = std::vector<GroupShare>;

int64_t positions_of_row(const ReplayedGroup& group) {
  const int64_t evaluated = group.evaluation->positions();
  const int64_t rows = std::ssize(group.rows) + group.base_rows.count;
  return group.has_row_for_each ? evaluated / rows : evaluated;
}

// In positions of forward passes.
int64_t work_of(const ReplayedGroup& group, size_t row) {
  return positions_of_row(group) + kPassesOfTraining * token_count(group.rows[row].examples);
}

// The same, with the base rows that these rows need.
int64_t work_of(const ReplayedGroup& group, const std::vector<size_t>& rows) {
  int64_t work = 0;
  std::set<int64_t> base_rows;
  for (const size_t row : rows) {
    work += work_of(group, row);
    if (group.base_rows.count > 0) base_rows.insert(group.base_rows.of_row[row]);
  }
  const double of_base = kBaseRowCost * static_cast<double>(positions_of_row(group));
  return work + static_cast<int64_t>(of_base) * std::ssize(base_rows);
}

std::vector<size_t> all_rows(const ReplayedGroup& group) {
  std::vector<size_t> rows(group.rows.size());
  std::iota(rows.begin(), rows.end(), size_t{0});
  return rows;
}

int64_t work_of(const RecordedGroups& recording) {
  int64_t work = 0;
  for (const ReplayedGroup& group : recording) work += work_of(group, all_rows(group));
  return work;
}

int64_t work_of(const RecordedGroups& recording, const Share& share) {
  int64_t work = 0;
  for (const GroupShare& part : share) work += work_of(recording[part.group], part.rows);
  return work;
}

// Deals out what has these sizes, the largest first, each to where there is least: places in
// `sizes`.
std::vector<std::vector<size_t>> dealt_out(const std::vector<int64_t>& sizes, size_t hands) {
  std::vector<size_t> by_size(sizes.size());
  std::iota(by_size.begin(), by_size.end(), size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return sizes[a] > sizes[b]; });
  std::vector<std::vector<size_t>> dealt(hands);
  std::vector<int64_t> held(hands);
  for (const size_t i : by_size) {
    const auto hand =
        static_cast<size_t>(std::min_element(held.begin(), held.end()) - held.begin());
    dealt[hand].push_back(i);
    held[hand] += sizes[i];
  }
  std::erase_if(dealt, [](const std::vector<size_t>& hand) { return hand.empty(); });
  return dealt;
}

// How long threads need for this, if each takes the largest that is left.
int64_t time_of(const std::vector<int64_t>& works, int threads) {
  int64_t longest = 0;
  for (const std::vector<size_t>& of_thread : dealt_out(works, static_cast<size_t>(threads))) {
    int64_t time = 0;
    for (const size_t i : of_thread) time += works[i];
    longest = std::max(longest, time);
  }
  return longest;
}

// The rows of a group in so many shares at most.
std::vector<Share> shares_of_group(const ReplayedGroup& group, size_t number, size_t count) {
  std::map<std::string, std::vector<size_t>> by_beginning;
  for (size_t row = 0; row < group.rows.size(); ++row) {
    by_beginning[key_of(group.rows[row].examples.front())].push_back(row);
  }
  std::vector<std::vector<size_t>> together;
  for (auto& [beginning, rows] : by_beginning) together.push_back(std::move(rows));
  std::sort(together.begin(), together.end());
  std::vector<int64_t> works;
  for (const std::vector<size_t>& rows : together) works.push_back(work_of(group, rows));
  std::vector<Share> shares;
  for (const std::vector<size_t>& dealt : dealt_out(works, count)) {
    std::vector<size_t>& rows = shares.emplace_back(Share{{number, {}}}).front().rows;
    for (const size_t i : dealt) rows.insert(rows.end(), together[i].begin(), together[i].end());
    std::sort(rows.begin(), rows.end());
  }
  return shares;
}

// The same of a recording. Where it has as many groups, these stay whole.
std::vector<Share> shares_of(const RecordedGroups& recording, size_t count) {
  std::vector<int64_t> works;
  for (const ReplayedGroup& group : recording) works.push_back(work_of(group, all_rows(group)));
  std::vector<Share> shares;
  if (recording.size() >= count) {
    for (const std::vector<size_t>& groups : dealt_out(works, count)) {
      Share& share = shares.emplace_back();
      for (const size_t group : groups) share.push_back({group, all_rows(recording[group])});
    }
    return shares;
  }
  const int64_t whole =
      std::max<int64_t>(1, std::accumulate(works.begin(), works.end(), int64_t{0}));
  for (size_t group = 0; group < recording.size(); ++group) {
    const int64_t of_group = (static_cast<int64_t>(count) * works[group] + whole / 2) / whole;
    std::vector<Share> more = shares_of_group(recording[group], group,
                                              static_cast<size_t>(std::max<int64_t>(1, of_group)));
    std::move(more.begin(), more.end(), std::back_inserter(shares));
  }
  return shares;
}

struct Plan {
  std::vector<std::vector<Share>> shares;  // of each recording
  std::vector<int64_t> works;              // of all of them
};

// No share is much larger than `work`, as far as recordings can be divided.
Plan plan_of(const std::vector<RecordedGroups>& recordings, double work) {
  Plan plan;
  for (const RecordedGroups& recording : recordings) {
    const double count = std::round(static_cast<double>(work_of(recording)) / work);
    plan.shares.push_back(shares_of(recording, static_cast<size_t>(std::max(1.0, count))));
    for (const Share& share : plan.shares.back()) plan.works.push_back(work_of(recording, share));
  }
  return plan;
}

std::vector<RecordedGroups> carried_out(const Plan& plan, at::Device device,
                                        const EncodedSamples& columns,
                                        std::vector<RecordedGroups> recordings) {
  std::vector<RecordedGroups> result;
  for (size_t i = 0; i < recordings.size(); ++i) {
    for (const Share& share : plan.shares[i]) {
      RecordedGroups& groups = result.emplace_back();
      for (const auto& [group, rows] : share) {
        groups.push_back(taken_from(device, columns, recordings[i][group], rows));
      }
    }
  }
  return result;
}

}  // namespace

ThreadShares shares_of_threads(int threads, at::Device device, const EncodedSamples& columns,
                               std::vector<RecordedGroups> recordings) {
  const Plan whole = plan_of(recordings, std::numeric_limits<double>::infinity());
  const auto total =
      static_cast<double>(std::accumulate(whole.works.begin(), whole.works.end(), int64_t{0}));
  const auto waits = [&](const Plan& plan) {
    return 1 - total / static_cast<double>(threads * time_of(plan.works, threads));
  };
  Plan best = whole;
  for (int64_t each = 1; each <= kMostShares && waits(best) > kWaitsLittle; ++each) {
    Plan plan = plan_of(recordings, total / static_cast<double>(threads * each));
    if (waits(plan) < waits(best)) best = std::move(plan);
  }
  if (threads <= 1 || total <= 0 || waits(best) > kWaitsTooLong) return {std::move(recordings), 1};
  std::vector<RecordedGroups> shares = carried_out(best, device, columns, std::move(recordings));
  std::stable_sort(
      shares.begin(), shares.end(),
      [](const RecordedGroups& a, const RecordedGroups& b) { return work_of(a) > work_of(b); });
  return {std::move(shares), threads};
}

}  // namespace eif

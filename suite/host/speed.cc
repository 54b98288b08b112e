#include "suite/host/speed.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

namespace eif {
namespace {

// A pass that fills a processor (suite/engine/memory.h): such a part is done in a group as large as
// those of the whole.
constexpr double kFewestUnits = 2048;
// Of processor time: long beside what is done once, and what a system does now and then.
constexpr double kLongEnoughSeconds = 1;
constexpr size_t kGrowth = 4;

// Of all threads of this process, since it began.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::vector<std::pair<const CellBlock*, size_t>> rows_of(const WantedCells& wanted) {
  std::vector<std::pair<const CellBlock*, size_t>> rows;
  for (const CellBlock& block : wanted.blocks) {
    for (const size_t row : block.rows) rows.emplace_back(&block, row);
  }
  return rows;
}

// Puts rows into a part of a measurement, one after the other.
class Part {
 public:
  explicit Part(const WantedCells& whole) : whole_(whole) {}

  void add(const CellBlock& block, size_t row) {
    if (&block != last_) add_block(block);
    last_ = &block;
    part_.blocks.back().rows.push_back(part_.trained.size());
    part_.trained.push_back(whole_.trained[row]);
  }
  WantedCells take() { return std::move(part_); }

 private:
  void add_block(const CellBlock& block) {
    CellBlock& added = part_.blocks.emplace_back();
    for (const size_t column : block.columns) {
      const auto [place, is_new] = columns_.try_emplace(column, part_.evaluated.size());
      if (is_new) part_.evaluated.push_back(whole_.evaluated[column]);
      added.columns.push_back(place->second);
    }
  }

  const WantedCells& whole_;
  WantedCells part_;
  std::map<size_t, size_t> columns_;  // of the whole → of the part
  const CellBlock* last_ = nullptr;
};

}  // namespace

Speed speed_of(const TimedWork& small, const TimedWork& large) {
  Speed speed;
  const double processor = small.processor_seconds + large.processor_seconds;
  if (processor > 0) {
    speed.wall_per_processor_second = (small.wall_seconds + large.wall_seconds) / processor;
  }
  const double units = large.work.units - small.work.units;
  const double seconds = large.processor_seconds - small.processor_seconds;
  speed.per_unit = units > 0 ? seconds / units : 0;
  speed.per_call = small.processor_seconds - speed.per_unit * small.work.units;
  if (speed.per_unit > 0 && speed.per_call >= 0) return speed;
  speed.per_call = 0;
  speed.per_unit = large.work.units > 0 ? large.processor_seconds / large.work.units : 0;
  return speed;
}

WantedCells some_rows(const WantedCells& wanted, size_t rows) {
  const std::vector<std::pair<const CellBlock*, size_t>> all = rows_of(wanted);
  Part part(wanted);
  const size_t count = std::min(rows, all.size());
  for (size_t i = 0; i < count; ++i) {
    const auto& [block, row] = all[(2 * i + 1) * all.size() / (2 * count)];
    part.add(*block, row);
  }
  return part.take();
}

absl::StatusOr<Speed> measure_speed(
    const WantedCells& wanted, const std::function<Work(const WantedCells& part)>& work_of,
    const std::function<absl::Status(const WantedCells& part)>& measure) {
  const size_t all = wanted.rows();
  if (all == 0) return Speed{};
  const auto timed = [&](size_t rows) -> absl::StatusOr<TimedWork> {
    const WantedCells part = some_rows(wanted, rows);
    const auto start = std::chrono::steady_clock::now();
    const double processor_start = processor_seconds();
    if (absl::Status status = measure(part); !status.ok()) return status;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    return TimedWork{work_of(part), processor_seconds() - processor_start, wall.count()};
  };
  const absl::StatusOr<TimedWork> one = timed(1);
  if (!one.ok()) return one.status();
  size_t rows = 1;
  while (rows < all && work_of(some_rows(wanted, rows)).units < kFewestUnits) {
    rows = std::min(all, 2 * rows);
  }
  while (true) {
    const absl::StatusOr<TimedWork> many = timed(rows);
    if (!many.ok()) return many.status();
    if (rows == all || many->processor_seconds >= kLongEnoughSeconds) return speed_of(*one, *many);
    rows = std::min(all, kGrowth * rows);
  }
}

}  // namespace eif

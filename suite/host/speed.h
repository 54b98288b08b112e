// How long work takes on this machine: a part of a measurement is measured and timed, with the same
// engine, model, dtype and number of threads as all of it.
//
//   const absl::StatusOr<Speed> speed = measure_speed(wanted, work_of, measure);
//   const double seconds = speed->wall_seconds(work_of(wanted));
//
// No speed is assumed: a constant would be that of one machine.
#pragma once

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/engine/wanted_cells.h"
#include "suite/host/work.h"

namespace eif {

// processor seconds = per_call · calls + per_unit · units
//
// Processor time says what work takes, whatever else runs on the machine; how much longer or, with
// several threads, shorter that is by the clock, is as it was while the part was measured.
struct Speed {
  double per_call = 0, per_unit = 0;
  double wall_per_processor_second = 1;

  double processor_seconds(const Work& work) const {
    return per_call * static_cast<double>(work.calls) + per_unit * work.units;
  }
  double wall_seconds(const Work& work) const {
    return wall_per_processor_second * processor_seconds(work);
  }
};

struct TimedWork {
  Work work;
  double processor_seconds = 0, wall_seconds = 0;
};

// The line through both. Where the smaller took no less time than the larger, or they leave no
// constant, all of the time is proportional to the units.
Speed speed_of(const TimedWork& small, const TimedWork& large);

// So many rows of `wanted`, evenly spread over all of them, so that they are large and small as
// those are; with the columns that these rows have.
WantedCells some_rows(const WantedCells& wanted, size_t rows);

// Measures one row, then a part that takes long enough to be timed, at most all of `wanted`. The
// error is that of `measure`.
absl::StatusOr<Speed> measure_speed(
    const WantedCells& wanted, const std::function<Work(const WantedCells& part)>& work_of,
    const std::function<absl::Status(const WantedCells& part)>& measure);

}  // namespace eif

// A run and its matrices, wherever they are kept.
#pragma once

#include "suite/core/run_result.h"
#include "suite/core/run_store.h"

namespace eif {

struct RunSource {
  const RunResult& run;
  const RunMatrices& matrices;
};

}  // namespace eif

// What a run tells of its desiderata: which cannot be asked of a model, and which its seeds are too
// few for.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "eif/backend.h"
#include "eif/monitor.h"
#include "suite/host/suite_run.h"

namespace eif {

// Only where the user named the desiderata: of all those that there are, some never apply.
void note_what_does_not_apply(const RunPlan& plan, const ModelInfo& info, Monitor& monitor);

// Measuring takes minutes to hours, and what so many seeds can never show is known before.
void note_what_cannot_be_decided(const RunPlan& plan, const ModelInfo& info, size_t seeds,
                                 Monitor& monitor);

// One problem for each desideratum that the user named and that applies to nothing that was
// measured.
std::vector<std::string> what_applied_to_no_model(const RunPlan& plan,
                                                  const std::set<Modality>& measured);

}  // namespace eif

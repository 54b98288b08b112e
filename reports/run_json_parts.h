// The parts of run.json, each read and checked on its own (run_json_reader.cc puts them together).
// All of these throw, as json_members.h does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/json_members.h"
#include "suite/core/run_result.h"

namespace eif {

std::vector<uint64_t> seeds_in(const Tree& json);
Condition condition_in(const Tree& json);
// Empty where it is null or missing.
std::string optional_dose_in(const Tree& json, const char* name);

// A desideratum by fine-tuning, and behind it where it was read in context.
void append_results(const Tree& json, const RunRequest& request,
                    std::vector<DesideratumResult>& results);

RunRequest request_in(const Tree& json);
RunContext context_in(const Tree& json);

}  // namespace eif

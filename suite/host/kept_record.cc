#include "suite/host/kept_record.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

const ModelContext* find_model(const std::vector<ModelContext>& models, const std::string& name) {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&](const ModelContext& model) { return model.name == name; });
  return found == models.end() ? nullptr : &*found;
}

}  // namespace

KeptRecord::KeptRecord(const RunPlan& plan, RunStore& store, Monitor& monitor)
    : plan_(plan), store_(store), monitor_(monitor) {
  run_.request = plan.request;
  run_.context = plan.context;
}

void KeptRecord::go_on_from_earlier() {
  const RunResult* earlier = store_.earlier();
  if (earlier == nullptr) return;
  run_.context.started_at = earlier->context.started_at;
  run_.context.resumed_at = earlier->context.resumed_at;
  run_.context.resumed_at.push_back(plan_.context.started_at);
  // What is given now stands where both name something.
  for (const auto& tag : earlier->context.tags) run_.context.tags.insert(tag);
}

const ModelContext* KeptRecord::earlier(const std::string& model) const {
  if (store_.earlier() == nullptr) return nullptr;
  return find_model(store_.earlier()->context.models, model);
}

void KeptRecord::begin_model(ModelContext model) {
  first_result_ = run_.results.size();
  run_.context.models.push_back(std::move(model));
}

void KeptRecord::set_results(std::vector<DesideratumResult> results) {
  run_.results.resize(first_result_);
  std::move(results.begin(), results.end(), std::back_inserter(run_.results));
}

DesideratumResult* KeptRecord::beside_which(const DesideratumResult& result) {
  ResultKey key = result.key;
  key.control = plan_.request.control;
  for (size_t i = first_result_; i < run_.results.size(); ++i) {
    if (run_.results[i].key == key) return &run_.results[i];
  }
  return nullptr;
}

void KeptRecord::set_slower(const std::vector<DesideratumResult>& results) {
  for (const DesideratumResult& slower : results) {
    if (DesideratumResult* result = beside_which(slower)) put_slower(slower, *result);
  }
}

void KeptRecord::set_beside(const std::vector<DesideratumResult>& results) {
  for (const DesideratumResult& control : results) {
    if (DesideratumResult* result = beside_which(control)) put_beside(control, *result);
  }
}

std::set<std::string> KeptRecord::those_that_hold() const {
  std::set<std::string> those;
  for (size_t i = first_result_; i < run_.results.size(); ++i) {
    const DesideratumResult& result = run_.results[i];
    if (result.verdict == Verdict::kHolds) those.insert(result.key.desideratum);
  }
  return those;
}

bool KeptRecord::stopped_by(RunEnd end, const absl::Status& status) {
  const bool is_interrupted = absl::IsCancelled(status);
  if (is_interrupted || !is_stopped()) {
    run_.end = is_interrupted ? RunEnd::kInterrupted : end;
  }
  if (!is_interrupted) run_.problems.emplace_back(status.message());
  return !is_interrupted;
}

void KeptRecord::write() {
  RunResult record = with_unreached();
  const absl::Status written = store_.write(record);
  run_.matrices = std::move(record.matrices);
  if (written.ok() || could_not_write_) return;
  could_not_write_ = true;
  run_.problems.emplace_back(written.message());
  monitor_.announce(absl::StrCat("not kept, and measured on: ", std::string(written.message())));
}

RunResult KeptRecord::finish() && {
  if (!is_stopped()) run_.end = RunEnd::kComplete;
  run_ = with_unreached();
  write();
  return std::move(run_);
}

RunResult KeptRecord::with_unreached() const {
  RunResult record = run_;
  const RunResult* earlier = store_.earlier();
  if (earlier == nullptr) return record;
  const auto is_reached = [&](const std::string& name) {
    return find_model(run_.context.models, name) != nullptr;
  };
  for (const ModelContext& model : earlier->context.models) {
    if (!is_reached(model.name)) record.context.models.push_back(model);
  }
  for (const DesideratumResult& result : earlier->results) {
    if (!is_reached(result.key.model)) record.results.push_back(result);
  }
  return record;
}

}  // namespace eif

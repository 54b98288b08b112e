#include "reports/terminal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "reports/measured_text.h"
#include "reports/terminal_section.h"
#include "suite/core/control_reading.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/dose.h"

namespace eif {
namespace {

const char* what_control_does(const std::string& control) {
  return control == "random-weights" ? "the model's weights were drawn anew"
                                     : "the samples are about entities chosen by chance";
}

// So that nobody takes it for the real thing.
std::string control_lines(const RunResult& run, const TerminalLook& look) {
  if (!run.request.is_control()) return "";
  const std::string& control = run.request.control;
  std::string text = absl::StrCat(
      report_line(absl::StrFormat("%sCONTROL RUN: %s%s, %s.", look.color ? "\033[1;31m" : "",
                                  control, look.color ? "\033[0m" : "", what_control_does(control)),
                  look.width),
      report_line(
          "No logical desideratum should hold. What holds here has another reason than what "
          "the model learned.",
          look.width));
  for (const ControlReading& reading : control_readings(run)) {
    text += report_line("  " + control_reading_text(reading), look.width);
  }
  return text + "\n";
}

// The primary effect of a model that is nearest to 0.
struct SmallestEffect {
  double in_noise_floors = std::numeric_limits<double>::infinity();
  std::string expectation;
};

SmallestEffect smallest_effect(const RunResult& run, const std::string& model) {
  SmallestEffect smallest;
  for (const DesideratumResult& result : run.results) {
    if (result.key.model != model || result.key.condition != Condition::kFineTuning) continue;
    for (const ExpectationResult& expectation : result.expectations) {
      if (!expectation.expectation.primary || !(expectation.noise_floor > 0) ||
          expectation.outcome.verdict == Verdict::kDecidedByRegime) {
        continue;
      }
      const double floors = std::abs(expectation.outcome.mean) / expectation.noise_floor;
      if (floors < smallest.in_noise_floors) {
        smallest = {floors, result.key.desideratum + "/" + expectation.expectation.id};
      }
    }
  }
  return smallest;
}

std::string noise_line(const RunResult& run, const ModelContext& model) {
  const double floor = model.checks.noise_floor;
  if (!std::isfinite(floor)) {
    return absl::StrCat("  noise floor not measured: ", model.checks.noise_floor_error);
  }
  std::string line = absl::StrFormat("  noise floor %.2g %s (one loss in batches of other shapes)",
                                     floor, model.unit);
  const SmallestEffect smallest = smallest_effect(run, model.name);
  if (!smallest.expectation.empty()) {
    absl::StrAppendFormat(&line, "; smallest primary effect %.2g (%s)",
                          smallest.in_noise_floors * floor, smallest.expectation);
  }
  return line;
}

std::string curvature_line(const ModelChecks& checks) {
  if (!std::isfinite(checks.curvature)) {
    return absl::StrCat("  curvature not measured: ", checks.curvature_error);
  }
  if (checks.curvature <= kLargestCurvature) {
    return absl::StrFormat("  curvature %.2g: influence is proportional to the learning rate",
                           checks.curvature);
  }
  return absl::StrFormat(
      "  WARNING: curvature %.2g is above %.2g: influence is not proportional to the learning "
      "rate; try a lower --lr",
      checks.curvature, kLargestCurvature);
}

std::string model_lines(const RunResult& run, const ModelContext& model, const TerminalLook& look) {
  std::string line = absl::StrFormat("%s: learning rate %g, %s", model.name, model.learning_rate,
                                     measured_text(model));
  for (const auto& [name, value] : model.facts) absl::StrAppend(&line, ", ", name, " ", value);
  std::string text = report_line(line, look.width);
  if (!model.learning_rate_reason.empty()) {
    text += report_line("  " + model.learning_rate_reason, look.width);
  }
  const bool has_small_steps = has_plateau(run.request.doses);
  if (std::isfinite(model.learned_rate) && has_small_steps) {
    text += report_line(absl::StrFormat("  learned doses: learning rate %g", model.learned_rate),
                        look.width);
    if (!model.learned_rate_reason.empty()) {
      text += report_line("  " + model.learned_rate_reason, look.width);
    }
  }
  text += report_line(noise_line(run, model), look.width);
  if (model.beside) {
    text +=
        report_line(absl::StrFormat("  beside %s, with %s: %s",
                                    run.request.has_beside_what_holds() ? "what holds" : "it",
                                    absl::StrReplaceAll(run.request.beside_control(), {{"-", " "}}),
                                    measured_text(*model.beside)),
                    look.width);
  }
  if (std::isfinite(model.learned_noise)) {
    text += report_line(absl::StrFormat("  noise floor of learned doses %.2g %s (a cell, in two "
                                        "roundings of the same training)",
                                        model.learned_noise, model.unit),
                        look.width);
  }
  // What is learned in large steps is not meant to be proportional to them.
  if (!has_small_steps) return text;
  return text + report_line(curvature_line(model.checks), look.width);
}

// How it ended, where that is not as it should be.
std::string end_lines(const RunResult& run, const TerminalLook& look) {
  std::string text;
  if (run.end == RunEnd::kInterrupted) {
    text =
        report_line("Interrupted: what follows rests on the seeds that were complete.", look.width);
  } else if (run.end == RunEnd::kUnfinished) {
    text = report_line(
        "This run did not come to its end: what follows rests on the seeds that were complete.",
        look.width);
  }
  for (const std::string& problem : run.problems) {
    text += report_line(absl::StrCat("Problem: ", problem), look.width);
  }
  return text;
}

// The names without the folder that all of them are in.
std::vector<std::string> without_common_folder(const std::vector<ModelContext>& models) {
  std::string folder = models.front().name.substr(0, models.front().name.rfind('/') + 1);
  for (const ModelContext& model : models) {
    while (!model.name.starts_with(folder)) {
      folder.pop_back();
      folder.resize(folder.rfind('/') + 1);  // npos + 1 is 0
    }
  }
  std::vector<std::string> names;
  for (const ModelContext& model : models) names.push_back(model.name.substr(folder.size()));
  return names;
}

// All verdicts at a glance. Of one model: a line for each desideratum. Of several, such as the
// checkpoints of a training: a line for each model, in the order of the run.
std::string verdict_table(const RunResult& run, const TerminalLook& look) {
  const std::vector<ModelContext>& models = run.context.models;
  std::vector<std::string> desiderata;
  std::map<std::pair<std::string, std::string>, const DesideratumResult*> results;
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning) continue;
    const std::string id = result_name(run.request, result.key);
    results[{id, result.key.model}] = &result;
    if (std::find(desiderata.begin(), desiderata.end(), id) == desiderata.end()) {
      desiderata.push_back(id);
    }
  }
  // The only one of a run is seen anyway.
  if (models.empty() || desiderata.size() * models.size() < 2) return "";
  const auto text = [&](const std::string& id, const std::string& model) {
    const auto found = results.find({id, model});
    if (found == results.end()) return std::string("-");
    return colored(found->second->verdict, verdict_text(*found->second), look);
  };
  std::vector<TextColumn> columns = {{""}};
  if (models.size() == 1) {
    columns.push_back({models.front().name});
    for (const std::string& id : desiderata) {
      columns[0].push_back(id);
      columns[1].push_back(text(id, models.front().name));
    }
  } else {
    for (const std::string& name : without_common_folder(models)) columns[0].push_back(name);
    for (const std::string& id : desiderata) {
      TextColumn& column = columns.emplace_back(TextColumn{id});
      for (const ModelContext& model : models) column.push_back(text(id, model.name));
    }
  }
  return absl::StrCat("\n", table(columns, look.width));
}

}  // namespace

std::string terminal_report(const RunResult& run, bool color, size_t width) {
  const TerminalLook look{.color = color, .width = width};
  const RunContext& context = run.context;
  const RunRequest& request = run.request;
  std::string text = control_lines(run, look);
  text += report_line(
      absl::StrCat("eif-suite ", context.program_version, ", engine ", request.engine, ", ",
                   training_text(request.training), ", ", request.dtype,
                   request.precision == "mixed" ? ", mixed precision on " : " on ", request.device,
                   ", ", context.threads, context.threads == 1 ? " thread, " : " threads, ",
                   request.deterministic ? "deterministic, " : "", "torch ", context.torch_version),
      width);
  if (!context.tags.empty()) text += report_line(absl::StrCat("tags: ", tags_text(context)), width);
  for (const ModelContext& model : context.models) text += model_lines(run, model, look);
  for (const std::string& sentence : stand_ins(run)) text += report_line(sentence, width);
  text += end_lines(run, look);
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning) continue;
    absl::StrAppend(&text, "\n",
                    terminal_section(request, result,
                            find_condition(run, result, Condition::kInContext), look));
  }
  return text + verdict_table(run, look);
}

}  // namespace eif

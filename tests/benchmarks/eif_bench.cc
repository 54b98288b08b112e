// How fast the parts of a measurement are: eif-bench. README.md says what its counters count.
//
//   eif-bench [--model FOLDER] [Google Benchmark's options, such as --benchmark_filter=replay]
#include <ATen/CPUGeneratorImpl.h>
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/backend.h"
#include "plugins/causal_lm/test_models.h"
#include "plugins/cnn/cnn.h"
#include "plugins/cnn/network.h"
#include "suite/engine/batching.h"
#include "suite/engine/dense.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/linear.h"
#include "suite/engine/recorded_training.h"
#include "suite/engine/replay.h"
#include "suite/formats/cache_folder.h"

namespace eif {
namespace {

// Any that moves the weights: what is computed does not depend on it.
const TrainingOptions kTraining{.learning_rate = 1e-4};

// ---- Models and samples ------------------------------------------------------------------------

struct Subject {
  std::string name;
  std::unique_ptr<Model> model;
  std::vector<Sample> samples;
};

// As many as a matrix of the paper has. Noise costs what digits cost.
std::vector<Sample> images() {
  at::Generator generator = at::detail::createCPUGenerator(/*seed=*/1);
  std::vector<Sample> samples;
  for (int i = 0; i < 100; ++i) {
    const at::Tensor pixels = at::empty({kImageSize * kImageSize}).uniform_(0, 1, generator);
    const float* values = pixels.const_data_ptr<float>();
    const Image image{kImageSize, kImageSize, {values, values + pixels.numel()}};
    samples.push_back({absl::StrCat("image", i), {LabelledImage{image, i / 10}}});
  }
  return samples;
}

// Like the domain "transitivity": a few statements that begin alike, one or two of them a sample.
std::vector<Sample> sentences() {
  std::vector<Sample> samples;
  for (const std::string wug : {"klarbu", "pimjon", "grendil"}) {
    for (const std::string dax : {"pimjon", "grendil", "zorvak"}) {
      samples.push_back({absl::StrCat(wug, dax), {absl::StrCat("all ", wug, "s have a ", dax)}});
      samples.push_back({absl::StrCat(wug, dax, "2"),
                         {absl::StrCat("a ", wug, " is a ", dax),
                          absl::StrCat("a ", wug, " does not have a ", dax)}});
    }
  }
  return samples;
}

Subject cnn() { return {"cnn", make_cnn({initial_parameters(/*seed=*/1)}, {}), images()}; }

absl::StatusOr<Subject> language_model(const std::string& name, const std::string& folder) {
  absl::StatusOr<std::unique_ptr<Model>> model = CausalLmBackend().load({.name = folder});
  if (!model.ok()) return model.status();
  return Subject{name, *std::move(model), sentences()};
}

absl::StatusOr<Subject> tiny_language_model() {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / absl::StrCat("eif-bench-", ::getpid());
  write_model(folder, tiny_config("llama"));
  absl::StatusOr<Subject> subject = language_model("tiny_lm", folder.string());
  std::filesystem::remove_all(folder);
  return subject;
}

std::vector<Example> statements_of(const Subject& subject) {
  std::vector<Example> statements;
  for (const Sample& sample : subject.samples) {
    const std::vector<Example> encoded = encode_sample(*subject.model, sample).value();
    statements.insert(statements.end(), encoded.begin(), encoded.end());
  }
  return statements;
}

std::vector<const Example*> pointers_to(const std::vector<Example>& examples) {
  std::vector<const Example*> pointers;
  for (const Example& example : examples) pointers.push_back(&example);
  return pointers;
}

int64_t bytes_of(const std::vector<Parameter>& parameters) {
  int64_t bytes = 0;
  for (const Parameter& parameter : parameters) {
    bytes += static_cast<int64_t>(parameter.value.nbytes());
  }
  return bytes;
}

int64_t bytes_of(const StepGradients& step) {
  size_t bytes = 0;
  for (const at::Tensor& input : step.inputs) bytes += input.nbytes();
  for (const OuterProducts& part : step.outer_products) bytes += part.dy.nbytes();
  for (const TableRows& part : step.table_rows) bytes += part.ids.nbytes() + part.dy.nbytes();
  for (const WholeGradient& part : step.whole) bytes += part.value.nbytes();
  return static_cast<int64_t>(bytes);
}

// ---- What is measured --------------------------------------------------------------------------

void count(benchmark::State& state, int64_t items, int64_t bytes) {
  state.SetItemsProcessed(state.iterations() * items);
  state.SetBytesProcessed(state.iterations() * bytes);
}

void tokenizer(benchmark::State& state, const Subject& subject) {
  int64_t tokens = 0, bytes = 0;
  for (const Sample& sample : subject.samples) {
    for (const Statement& statement : sample.statements) {
      bytes += static_cast<int64_t>(std::get<std::string>(statement).size());
    }
  }
  for (const Example& statement : statements_of(subject)) tokens += token_count(statement);
  for (auto _ : state) benchmark::DoNotOptimize(statements_of(subject));
  count(state, tokens, bytes);
}

void trie(benchmark::State& state, const Subject& subject) {
  const std::vector<Example> statements = statements_of(subject);
  const std::vector<const Example*> examples = pointers_to(statements);
  int64_t tokens = 0;
  for (const Example& statement : statements) tokens += token_count(statement);
  for (auto _ : state) benchmark::DoNotOptimize(make_batch(examples, at::kCPU));
  const auto batch = std::get<TokenBatch>(make_batch(examples, at::kCPU));
  size_t bytes = 0;
  for (const at::Tensor& part : {batch.ids, batch.positions, batch.visible, batch.scored_nodes,
                                 batch.slots, batch.targets, batch.statements}) {
    bytes += part.nbytes();
  }
  count(state, tokens, static_cast<int64_t>(bytes));
}

// All statements in one batch of rows.
void record(benchmark::State& state, const Subject& subject) {
  const std::vector<Example> statements = statements_of(subject);
  const std::vector<const Example*> rows = pointers_to(statements);
  TunedWeights base(subject.model->parameters());
  int64_t bytes = 0;
  for (auto _ : state) {
    const absl::StatusOr<StepGradients> step = record_gradients(*subject.model, base, rows);
    if (!step.ok()) return state.SkipWithError(step.status().ToString().c_str());
    bytes = bytes_of(*step);
  }
  count(state, static_cast<int64_t>(rows.size()), bytes);
}

void matrix(benchmark::State& state, const Subject& subject, const Engine& engine) {
  for (auto _ : state) {
    const absl::StatusOr<Matrix> matrix =
        engine.influence(*subject.model, subject.samples, subject.samples, kTraining, unwatched());
    if (!matrix.ok()) return state.SkipWithError(matrix.status().ToString().c_str());
  }
  const auto rows = static_cast<int64_t>(subject.samples.size());
  count(state, rows * rows, rows * bytes_of(subject.model->parameters()));
}

// ---- The list ----------------------------------------------------------------------------------

using Measure = std::function<void(benchmark::State&, const Subject&)>;

void add(const std::string& name, const Subject& subject, const Measure& measure) {
  benchmark::RegisterBenchmark(
      absl::StrCat(name, "/", subject.name).c_str(),
      [measure, &subject](benchmark::State& state) { measure(state, subject); })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();  // work is done by libtorch's threads, too
}

void add_all(const Subject& subject) {
  if (subject.model->info().modality == Modality::kText) {
    add("tokenizer", subject, tokenizer);
    add("trie", subject, trie);
  }
  add("record", subject, record);
  const std::pair<std::string, std::shared_ptr<Engine>> engines[] = {
      {"replay", std::make_shared<ReplayEngine>()},
      {"dense", std::make_shared<DenseEngine>()},
      {"linear", std::make_shared<LinearEngine>()}};
  for (const auto& [name, engine] : engines) {
    add(name, subject,
        [engine](benchmark::State& state, const Subject& of) { matrix(state, of, *engine); });
  }
}

// The value of --model, which is taken out of the arguments; otherwise where SmolLM2 is put.
std::string model_folder(int& count, char** arguments) {
  constexpr char kModel[] = "--model";
  for (int i = 1; i + 1 < count; ++i) {
    if (std::string_view(arguments[i]) != kModel) continue;
    std::string folder = arguments[i + 1];
    std::copy(arguments + i + 2, arguments + count, arguments + i);
    count -= 2;
    return folder;
  }
  return (cache_folder() / "models" / "smollm2").string();
}

int run(int count, char** arguments) {
  const std::string folder = model_folder(count, arguments);
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;

  std::vector<Subject> subjects;
  subjects.push_back(cnn());
  subjects.push_back(tiny_language_model().value());
  absl::StatusOr<Subject> model =
      language_model(std::filesystem::path(folder).filename().string(), folder);
  if (model.ok()) {
    subjects.push_back(*std::move(model));
  } else {
    std::cerr << "eif-bench: without a real language model: " << model.status().message()
              << "; tools/setup.sh gets SmolLM2, --model FOLDER takes another\n";
  }
  for (const Subject& subject : subjects) add_all(subject);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace eif

int main(int argc, char** argv) { return eif::run(argc, argv); }

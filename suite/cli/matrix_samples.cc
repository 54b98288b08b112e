#include "suite/cli/matrix_samples.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/cli/commands.h"
#include "suite/formats/printable.h"
#include "suite/host/measurement.h"
#include "suite/host/samples_file.h"

namespace eif {
namespace {

// Rows and columns have ids of their own, but a report has one text for each id.
absl::Status check_ids(const MatrixSamples& samples, const MatrixOptions& options) {
  std::map<std::string, std::string> contents;  // by id
  for (const Sample& sample : samples.trained) contents.emplace(sample.id, content_hash(sample));
  for (const Sample& sample : samples.evaluated) {
    const auto same_id = contents.find(sample.id);
    if (same_id == contents.end() || same_id->second == content_hash(sample)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "the id ", in_quotes(sample.id), " is of one text in ", in_quotes(options.train_file),
        " and of another in ", in_quotes(options.query_file), "; rename one of them"));
  }
  return absl::OkStatus();
}

absl::StatusOr<MatrixSamples> read_files(const MatrixOptions& options) {
  absl::StatusOr<std::vector<Sample>> trained = read_samples_file(options.train_file);
  if (!trained.ok()) return trained.status();
  absl::StatusOr<std::vector<Sample>> queries = read_samples_file(options.query_file, "query");
  if (!queries.ok()) return queries.status();
  MatrixSamples samples{*std::move(trained), *std::move(queries)};
  if (absl::Status status = check_ids(samples, options); !status.ok()) return status;
  return samples;
}

absl::StatusOr<MatrixSamples> read(const MatrixOptions& options) {
  if (options.has_queries()) return read_files(options);
  absl::StatusOr<std::vector<Sample>> samples = options.domain.empty()
                                                    ? read_samples_file(options.samples_file)
                                                    : domain_samples(options.domain, options.seed);
  if (!samples.ok()) return samples.status();
  return MatrixSamples{*samples, *samples};
}

std::vector<Sample> evenly_spaced(const std::vector<Sample>& samples, size_t count) {
  if (count == 0 || count >= samples.size()) return samples;
  std::vector<Sample> chosen;
  for (size_t i = 0; i < count; ++i) chosen.push_back(samples[i * samples.size() / count]);
  return chosen;
}

}  // namespace

absl::StatusOr<MatrixSamples> read_matrix_samples(const MatrixOptions& options) {
  absl::StatusOr<MatrixSamples> samples = read(options);
  if (!samples.ok()) return samples;
  const Mask mask = options.request.mask;
  return MatrixSamples{
      scored_in_whole_unless(masks_training(mask), std::move(samples->trained)),
      scored_in_whole_unless(masks_evaluation(mask), std::move(samples->evaluated))};
}

MatrixSamples checked_samples(const MatrixOptions& options, const MatrixSamples& samples) {
  const auto some = [&](const std::vector<Sample>& all) {
    return evenly_spaced(all, options.check_samples);
  };
  return {some(samples.trained),
          options.has_queries() ? samples.evaluated : some(samples.evaluated)};
}

std::vector<std::pair<std::string, std::vector<std::string>>> texts_of(
    const std::vector<Sample>& trained, const std::vector<Sample>& evaluated) {
  std::vector<std::pair<std::string, std::vector<std::string>>> texts;
  std::set<std::string> ids;
  for (const std::vector<Sample>* samples : {&trained, &evaluated}) {
    for (const Sample& sample : *samples) {
      if (!ids.insert(sample.id).second) continue;
      auto& [id, statements] = texts.emplace_back(sample.id, std::vector<std::string>());
      for (const Statement& statement : sample.statements) {
        statements.push_back(text_of(statement).value_or(""));
      }
    }
  }
  return texts;
}

}  // namespace eif

// token_losses FOLDER: what sequences of token ids cost a checkpoint, for a comparison
// with another implementation.
// token_losses --families: the model_types that there are.
// token_losses --questions: the same for many checkpoints. Reads {"folder": …, "sequences": [[…], …]} a
// line, and answers each with {"losses": […]} or {"error": …}.
//
// The first reads one sequence a line, as a JSON list of ids, and prints one line for each: the sum of −log p
// over all tokens but the first, in nats, and then the mean over all tokens of the last hidden
// states. Numbers have 17 digits. Everything is computed in float64.
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "eif/plain_weights.h"
#include "plugins/causal_lm/decoder.h"
#include "plugins/causal_lm/family.h"
#include "plugins/shared/huggingface/checkpoint.h"
#include "plugins/shared/huggingface/model_folder.h"
#include "suite/formats/text_file.h"

namespace {

using Json = nlohmann::json;

// A sequence as a chain of nodes. `length` decides how positions are encoded.
eif::TokenBatch chain(const eif::Decoder& decoder, const std::vector<int64_t>& ids,
                      size_t length) {
  const auto tokens = static_cast<int64_t>(ids.size());
  const at::Tensor all = at::tensor(ids, at::kLong).unsqueeze(0);
  eif::TokenBatch batch;
  batch.ids = all.narrow(1, 0, tokens - 1);
  batch.positions = at::arange(tokens - 1).unsqueeze(0);
  batch.visible = at::ones({1, tokens - 1, tokens - 1}, at::kBool).tril();
  batch.scored_nodes = batch.slots = batch.positions;
  batch.targets = all.narrow(1, 1, tokens - 1);
  batch.statements = at::zeros_like(batch.slots);
  batch.statement_count = 1;
  batch.length_class = decoder.length_class(static_cast<int64_t>(length));
  return batch;
}

struct LoadedDecoder {
  eif::Decoder decoder;
  std::vector<eif::Parameter> parameters;
};

absl::StatusOr<LoadedDecoder> load(const std::string& path) {
  const absl::StatusOr<eif::ModelFolder> folder = eif::open_model_folder(path);
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<std::string> text = eif::read_text_file(folder->path / "config.json");
  if (!text.ok()) return text.status();
  absl::StatusOr<eif::DecoderParts> parts = eif::parse_config(*text, "config.json");
  if (!parts.ok()) return parts.status();
  const absl::StatusOr<eif::Checkpoint> checkpoint =
      eif::Checkpoint::open(folder->path, {parts->prefix, parts->unused_tensors});
  if (!checkpoint.ok()) return checkpoint.status();
  eif::Decoder decoder(*std::move(parts), at::kDouble);
  eif::ModelRequest request;
  request.dtype = at::kDouble;
  eif::Digest digest;
  absl::StatusOr<std::vector<eif::Parameter>> parameters =
      eif::load_parameters(*checkpoint, decoder.parameters(), request, digest);
  if (!parameters.ok()) return parameters.status();
  return LoadedDecoder{std::move(decoder), *std::move(parameters)};
}

double loss(const LoadedDecoder& model, const std::vector<int64_t>& ids) {
  eif::PlainWeights weights(model.parameters);
  return model.decoder.loss(weights, chain(model.decoder, ids, ids.size())).nll.item<double>();
}

absl::Status print_losses(const std::string& path) {
  const absl::StatusOr<LoadedDecoder> model = load(path);
  if (!model.ok()) return model.status();
  eif::PlainWeights weights(model->parameters);
  for (std::string line; std::getline(std::cin, line);) {
    auto ids = Json::parse(line).get<std::vector<int64_t>>();
    const size_t length = ids.size();
    std::cout << std::setprecision(17) << loss(*model, ids);
    ids.push_back(ids.back());  // the last token of a chain is never read
    const at::Tensor features =
        model->decoder.features(weights, chain(model->decoder, ids, length)).flatten();
    for (int64_t k = 0; k < features.numel(); ++k) std::cout << " " << features[k].item<double>();
    std::cout << "\n";
  }
  return absl::OkStatus();
}

// The losses of the sequences, or why there are none.
Json answer(const Json& question) {
  const absl::StatusOr<LoadedDecoder> model = load(question.at("folder").get<std::string>());
  if (!model.ok()) return {{"error", model.status().message()}};
  Json losses = Json::array();
  for (const auto& ids : question.at("sequences").get<std::vector<std::vector<int64_t>>>()) {
    if (!model->decoder.takes_length(std::ssize(ids))) {
      return {{"error", "a sequence is longer than max_position_embeddings"}};
    }
    losses.push_back(loss(*model, ids));
  }
  return {{"losses", losses}};
}

void answer_questions() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(Json::parse(line)).dump() << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: token_losses FOLDER < ids.jsonl, --families or --questions\n";
    return 2;
  }
  if (std::string(argv[1]) == "--families") {
    for (const std::string& name : eif::model_types()) std::cout << name << "\n";
    return 0;
  }
  if (std::string(argv[1]) == "--questions") {
    answer_questions();
    return 0;
  }
  const absl::Status status = print_losses(argv[1]);
  if (!status.ok()) std::cerr << "token_losses: " << std::string(status.message()) << "\n";
  return status.ok() ? 0 : 1;
}

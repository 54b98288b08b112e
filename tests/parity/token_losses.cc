// token_losses FOLDER: what sequences of token ids cost a checkpoint, for a comparison
// with another implementation. token_losses --families: the model_types that there are.
//
// Reads one sequence a line, as a JSON list of ids, and prints one line for each: the sum of −log p
// over all tokens but the first, in nats, and then the mean over all tokens of the last hidden
// states. Numbers have 17 digits. Everything is computed in float64.
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "eif/plain_weights.h"
#include "plugins/causal_lm/decoder.h"
#include "plugins/causal_lm/family.h"
#include "plugins/shared/huggingface/checkpoint.h"
#include "plugins/shared/huggingface/model_folder.h"
#include "suite/formats/text_file.h"

namespace {

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

absl::Status print_losses(const std::string& path) {
  const absl::StatusOr<eif::ModelFolder> folder = eif::open_model_folder(path);
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<std::string> text = eif::read_text_file(folder->path / "config.json");
  if (!text.ok()) return text.status();
  absl::StatusOr<eif::DecoderParts> parts = eif::parse_config(*text, "config.json");
  if (!parts.ok()) return parts.status();
  const absl::StatusOr<eif::Checkpoint> checkpoint =
      eif::Checkpoint::open(folder->path, {parts->prefix, parts->unused_tensors});
  if (!checkpoint.ok()) return checkpoint.status();
  const eif::Decoder decoder(*std::move(parts), at::kDouble);
  eif::ModelRequest request;
  request.dtype = at::kDouble;
  eif::Digest digest;
  const absl::StatusOr<std::vector<eif::Parameter>> parameters =
      eif::load_parameters(*checkpoint, decoder.parameters(), request, digest);
  if (!parameters.ok()) return parameters.status();

  eif::PlainWeights weights(*parameters);
  for (std::string line; std::getline(std::cin, line);) {
    auto ids = nlohmann::json::parse(line).get<std::vector<int64_t>>();
    const size_t length = ids.size();
    std::cout << std::setprecision(17)
              << decoder.loss(weights, chain(decoder, ids, length)).nll.item<double>();
    ids.push_back(ids.back());  // the last token of a chain is never read
    const at::Tensor features = decoder.features(weights, chain(decoder, ids, length)).flatten();
    for (int64_t k = 0; k < features.numel(); ++k) std::cout << " " << features[k].item<double>();
    std::cout << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: token_losses FOLDER < ids.jsonl, or token_losses --families\n";
    return 2;
  }
  if (std::string(argv[1]) == "--families") {
    for (const std::string& name : eif::model_types()) std::cout << name << "\n";
    return 0;
  }
  const absl::Status status = print_losses(argv[1]);
  if (!status.ok()) std::cerr << "token_losses: " << std::string(status.message()) << "\n";
  return status.ok() ? 0 : 1;
}

// A model backend of a plugin, behind a wall that no exception passes.
//
// Backends are asked for their aliases by every command, also by those that have nothing to do with
// them. So what goes wrong in one is told, by the name of its plugin, and the others go on.
//
//   GuardedBackend backend("mamba", std::move(of_plugin), [](const absl::Status& why) { warn(why);
//   }); backend.aliases("");  // empty where the plugin threw; `why` says what
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

class GuardedBackend final : public ModelBackend {
 public:
  // `id` names the plugin in messages. `tell` is called with what went wrong in a call whose answer
  // has no room for it.
  GuardedBackend(std::string id, std::unique_ptr<ModelBackend> backend,
                 std::function<void(const absl::Status&)> tell);

  std::vector<ModelAlias> aliases(const std::string& data_folder) const override;
  std::optional<Modality> modality() const override;
  bool accepts_folder(const std::string& folder) const override;
  std::vector<std::string> model_types() const override;
  // kInternal: the plugin threw, or gave no model. What the model answers from then on is checked
  // (checked_answers.h), and that no forward pass changes a parameter. What encode() throws is the
  // error of the statement.
  absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest& request) const override;
  absl::StatusOr<std::unique_ptr<TextTokenizer>> load_tokenizer(
      const ModelRequest& request) const override;

 private:
  // What `call` answers, or `instead` where it throws, which is told.
  template <typename Call, typename Answer>
  Answer answer(const std::string& callee, Answer instead, Call call) const;

  std::string id_;
  std::unique_ptr<ModelBackend> backend_;
  std::function<void(const absl::Status&)> tell_;
};

}  // namespace eif
